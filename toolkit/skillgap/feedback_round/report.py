"""360 rounds in words, tables and documents."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.language import Language
from toolkit.skillgap.evidence import SMALLEST_GROUP
from toolkit.skillgap.feedback_round.anonymity import TOGETHER
from toolkit.skillgap.feedback_round.invitation import RELATIONS, rater_key
from toolkit.skillgap.feedback_round.outcome import self_and_others
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, counted, text

Names = Mapping[str, Mapping[str, str]]
RELATION_WORDS = {
    "self": text("Self"),
    "manager": text("Superior"),
    "peer": text("Colleague"),
    "report": text("Direct report"),
    "customer": text("Customer"),
}
GROUP_WORDS = {
    "self": text("Self"),
    "manager": text("Superior"),
    "peer": text("Colleagues"),
    "report": text("Direct reports"),
    "customer": text("Customers"),
    TOGETHER: text("Small groups in one"),
}
AS_WORDS = {
    "self": text("You rate yourself."),
    "manager": text("You rate as the superior."),
    "peer": text("You rate as a colleague."),
    "report": text("You rate as somebody who reports to this person."),
    "customer": text("You rate as a customer."),
}
ABOUT_WORDS = {
    "named": text("These ratings are shown as yours once the round is closed."),
    "anonymous": text(
        "Nobody sees what you give. It is shown only once the round is closed, and only in one figure with at least two "
        "others; comments without your name."
    ),
}
VIEW_WORDS = {
    "higher": text("sees more than others do"),
    "lower": text("sees less than others do"),
    "cannot tell": text("too close to tell"),
}
STATE_WORDS = {"done": text("done"), "open": text("begun"), "missing": text("missing")}
TITLE = text("360 feedback")
RULE = text(
    "Superiors and the people themselves are shown by name. Of all others a figure is shown only where at least {least} "
    "answered; what is hidden is in no total either, so that nobody can be worked out by difference.",
    least=SMALLEST_GROUP,
)


def rater_words(rater_id: str | None, outsider: str | None, names: Mapping[str, str]) -> str:
    """Return a rater's name."""
    return str(outsider) if rater_id is None else names.get(rater_id, rater_id)


def reminder_table(invitations: pd.DataFrame, names: Mapping[str, str], language: Language) -> pd.DataFrame:
    """Return who has forms left: key, name, asked, open, about (names of those still to rate), most open first."""
    rows = []
    for (_, _), own in invitations.groupby(["rater_id", "outsider"], dropna=False, sort=False):
        first = own.iloc[0]
        left = own[own["state"] != "done"]
        if left.empty:
            continue
        rows.append(
            {
                "key": rater_key(first["rater_id"], first["outsider"]),
                "name": rater_words(first["rater_id"], first["outsider"], names),
                "asked": len(own),
                "open": len(left),
                "about": language.join([names.get(one, one) for one in left["person_id"]]),
            }
        )
    found = pd.DataFrame(rows, columns=["key", "name", "asked", "open", "about"])
    return found.sort_values("open", ascending=False, kind="stable").reset_index(drop=True)


def reminder_words(row: Any, round_name: str, due_on: dt.date | None, language: Language) -> str:
    """Return a message to a rater who has forms left, ready to be sent; `row` is one of `reminder_table`."""
    say = language
    parts = [
        say("Hello {name},", name=row.name),
        "",
        say.count(
            "in the 360 round “{round}” {count} form still waits for you: {people}.",
            "in the 360 round “{round}” {count} forms still wait for you: {people}.",
            int(row.open),
            round=round_name,
            people=row.about,
        ),
        say(
            "It takes about {minutes} minutes. You find the form under “Skill gaps”, “360 rounds”.",
            minutes=4 * int(row.open),
        ),
    ]
    if due_on is not None:
        parts.append(say("Please answer by {day}.", day=due_on))
    parts += [
        say("Of colleagues, direct reports and customers only figures over at least three people are shown."),
        "",
        say("Thank you!"),
    ]
    return "\n".join(parts)


def outcome_table(groups: pd.DataFrame, names: Names, language: Language) -> tuple[pd.DataFrame, dict[str, Text]]:
    """Return one person's groups as a table for reading, and the labels of its columns.

    A row for each competency, the widest disagreement between self and others first; a column for each group that
    answered. Cells say a mean with how many gave it, or that it is hidden.
    """
    compared = self_and_others(groups)
    order = compared["difference"].abs().sort_values(ascending=False, na_position="last", kind="stable").index
    relations = [one for one in [*RELATIONS, TOGETHER] if groups["relation"].eq(one).any()]
    cells = {(row.competency_id, row.relation): row for row in rows_of(groups)}
    rows = []
    for row in rows_of(compared.loc[order]):
        line = {"competency": language.pick(names.get(row.competency_id, {"en": row.competency_id}))}
        line |= {one: _cell(cells.get((row.competency_id, one)), language) for one in relations}
        line["others"] = _interval(row, language)
        line["difference"] = signed(row.difference, language)
        line["view"] = "" if row.view is None else language.say(VIEW_WORDS[row.view])
        rows.append(line)
    labels: dict[str, Text] = {"competency": text("Competency")}
    labels |= {one: GROUP_WORDS[one] for one in relations}
    labels |= {
        "others": text("All others shown (90% interval)"),
        "difference": text("Self less others"),
        "view": text("What it means"),
    }
    return pd.DataFrame(rows, columns=list(labels)), labels


def outcome_notes(groups: pd.DataFrame, language: Language) -> list[str]:
    """Return, each once, why groups are hidden, by group; and where the other groups lie clearly apart."""
    found: dict[str, None] = {}
    for row in rows_of(groups):
        if row.note is not None:
            words = text("{group}: {reason}", group=GROUP_WORDS[row.relation], reason=row.note)
            found[language.say(words)] = None
    return list(found)


def apart_words(groups: pd.DataFrame, names: Names, language: Language) -> str:
    """Return on which competencies the others clearly disagree among each other; empty where on none."""
    compared = self_and_others(groups)
    clear = compared[compared["apart_clear"].astype(bool)]
    if clear.empty:
        return ""
    words = language.join([language.pick(names.get(one, {"en": one})) for one in clear["competency_id"]])
    return language("The groups of others lie clearly apart on: {list}. Ask what each of them gets to see.", list=words)


def headline(groups: pd.DataFrame, names: Names, language: Language) -> str:
    """Return in a sentence or two what stands out: where self and others clearly differ, or that they do not."""
    compared = self_and_others(groups)
    parts = []
    for view, words in (
        ("higher", text("Sees clearly more than others do: {list}.")),
        ("lower", text("Sees clearly less than others do: {list}.")),
    ):
        own = compared.loc[compared["view"].eq(view), "competency_id"]
        if len(own):
            listed = language.join([language.pick(names.get(one, {"en": one})) for one in own])
            parts.append(language(words.msgid, list=listed))
    if parts:
        return "\n".join(parts)
    if compared["view"].notna().any():
        return language(
            "Self and others do not clearly differ on any competency: single ratings vary by about a level."
        )
    if compared["self_rating"].isna().all():
        return language("There is no self rating, so nothing to compare with the others.")
    return language("Nobody else’s ratings may be shown, so there is nothing to compare the self rating with.")


def comment_lines(comments: pd.DataFrame, names: Names, language: Language) -> list[str]:
    """Return a person's comments word for word, competency by competency; only self and superior are named."""
    return [
        language(
            "{competency} ({who}): “{comment}”",
            competency=names.get(row.competency_id, {"en": row.competency_id}),
            who=text("others") if row.relation == TOGETHER else GROUP_WORDS[row.relation],
            comment=row.comment,
        )
        for row in rows_of(comments)
    ]


def word_outcome(
    groups: pd.DataFrame,
    comments: pd.DataFrame,
    person: str,
    round_name: str,
    names: Names,
    language: Language,
    *,
    today: dt.date | None = None,
) -> bytes:
    """Return one person's outcome as a Word document for a one-to-one."""
    from toolkit.controls.charts.export import png
    from toolkit.documents.word import WordDocument
    from toolkit.skillgap.feedback_round.charts import outcome_chart

    document = WordDocument(language, language("360 feedback: {name}", name=person), round_name, date=today)
    if groups.empty:
        document.paragraph(language("Nothing may be shown of this round yet."))
        return document.to_bytes()
    for line in (headline(groups, names, language), apart_words(groups, names, language)):
        if line:
            document.paragraph(line)
    figure = outcome_chart(groups, names, language)
    words = language("{title}. {summary}", title=figure.title, summary=figure.summary)
    document.picture(png(figure, 1100), words)
    table, labels = outcome_table(groups, names, language)
    widths = [2.2] + [1.0] * (len(labels) - 4) + [1.6, 1.0, 1.6]
    document.table(list(labels.values()), table.to_numpy(dtype=object).tolist(), widths)
    document.bullets(outcome_notes(groups, language))
    document.paragraph(RULE, small=True)
    if len(comments):
        document.heading(text("Comments, word for word"), 2)
        document.bullets(comment_lines(comments, names, language))
    document.heading(text("For the talk"), 2)
    document.bullets(
        [
            text("What surprises you, and what does not?"),
            text("Where you and others differ: which situations does each side have in mind?"),
            text("What is the one thing to keep, and the one thing to try before the next round?"),
        ]
    )
    for question in (text("Agreed:"), text("By when:")):
        document.paragraph(question, bold=True)
        document.paragraph("")
    return document.to_bytes()


def signed(value: float, language: Language) -> str:
    """Return a difference with its sign, or a dash."""
    if value != value:
        return language.number(value)
    shown = language.number(abs(value), 1)
    return f"+{shown}" if value > 0.05 else f"−{shown}" if value < -0.05 else shown


def count_words(done: int, total: int) -> Text:
    """Return how many forms are in."""
    return counted("{done} of {count} form handed in.", "{done} of {count} forms handed in.", total, done=done)


def _cell(row: Any, language: Language) -> str:
    if row is None:
        return "–"
    if row.note is not None:
        return language("hidden")
    if row.relation in ("self", "manager"):
        return language.number(row.mean, 1 if row.raters > 1 else 0)
    return language("{mean} ({count} people)", mean=language.number(row.mean, 1), count=row.raters)


def _interval(row: Any, language: Language) -> str:
    if not row.raters:
        return "–"
    return language(
        "{value} ({interval})",
        value=language.number(row.others, 1),
        interval=language.interval(max(row.low, 1.0), min(row.high, 5.0)),
    )
