"""What is wrong with a rubric that is being written, in plain words; refusals stand in the way of publishing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal

from toolkit.wording import Text, text

Severity = Literal["refusal", "warning"]
LEVELS = (1, 2, 3, 4, 5)
_SHORTEST = 3
_NAMES = {"en": text("English"), "zh": text("Chinese")}
_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")


@dataclass(frozen=True)
class Finding:
    """One thing to look at: where, what, and what to do. `criterion_id` is None for the rubric as a whole."""

    severity: Severity
    criterion_id: str | None
    where: Text
    message: Text
    remedy: Text


# Words that say that something was good or known without saying what was seen, and what to write instead.
_JUDGEMENT = text("Write what one sees or hears when it is so.")
_INNER = text("Nobody can see this. Write what the person says or does that shows it.")
_AMOUNT = text("Say how often, how many or in which case.")
VAGUE_WORDS: Mapping[str, Mapping[str, Text]] = {
    "en": {
        **dict.fromkeys(("understand", "understands", "knows", "know", "aware", "believes", "feels"), _INNER),
        **dict.fromkeys(("good", "well", "bad", "poor", "poorly", "excellent", "effective", "effectively"), _JUDGEMENT),
        **dict.fromkeys(("appropriate", "appropriately", "adequate", "adequately", "suitable", "properly"), _JUDGEMENT),
        **dict.fromkeys(("professional", "professionally", "competent", "satisfactory", "positive"), _JUDGEMENT),
        **dict.fromkeys(("often", "sometimes", "usually", "regularly", "somewhat"), _AMOUNT),
    },
    "zh": {
        **dict.fromkeys(("了解", "理解", "知道", "懂得", "熟悉", "掌握", "意识到"), _INNER),
        **dict.fromkeys(("良好", "较好", "很好", "优秀", "较差", "有效", "适当", "恰当", "合适"), _JUDGEMENT),
        **dict.fromkeys(("专业", "积极", "合格", "令人满意", "到位"), _JUDGEMENT),
        **dict.fromkeys(("经常", "有时", "通常", "一定程度"), _AMOUNT),
    },
}
# A clause that begins with a verb and goes on with a second one; a list of things (“dates and costs”) is no second verb.
_TWO_EN = re.compile(
    r"(?:^|[;.])\s*(?:also\s+)?[a-z]+s\b[^;.]*\sand\s+(?:also\s+)?[a-z]+s\s+(?:the|a|an|to|at|on|for|with|by|it)\b",
    re.I,
)
_TWO_ZH = re.compile(r"并且|而且|以及|同时也")


def check_rubric(body: Mapping[str, Any], competencies: AbstractSet[str]) -> list[Finding]:
    """Return everything to look at in a rubric's content, refusals first, then in the order of the criteria.

    `body` is a rubric as it is stored (see `Rubric.from_content`), perhaps half written; `competencies` are the ids
    of the framework. Warnings are hints on wording: they may be wrong, and never stand in the way.
    """
    found = list(_whole(body))
    ids = [criterion["id"] for criterion in body["criteria"]]
    for position, criterion in enumerate(body["criteria"]):
        found += _criterion(criterion, competencies)
        if criterion["id"] in ids[:position]:
            where = _where(criterion)
            message = text("The criterion id “{id}” is used twice.", id=criterion["id"])
            found.append(_refusal(criterion["id"], where, message, text("Give each criterion an id of its own.")))
    return sorted(found, key=lambda one: one.severity != "refusal")


def refusals(found: Sequence[Finding]) -> list[Finding]:
    """Return what stands in the way of publishing."""
    return [one for one in found if one.severity == "refusal"]


def weight_sum(body: Mapping[str, Any]) -> float:
    """Return the sum of the weights, those not given as 0."""
    return sum(float(criterion.get("weight") or 0) for criterion in body["criteria"])


def _whole(body: Mapping[str, Any]) -> Iterator[Finding]:
    where = text("The rubric")
    yield from _both_present(None, where, body["name"], text("The name"))
    if not body["criteria"]:
        yield _refusal(None, where, text("There is no criterion yet."), text("Add one."))
    elif not any(criterion.get("mandatory") for criterion in body["criteria"]):
        yield _warning(
            None,
            where,
            text("No criterion is mandatory, so an empty sheet would count as finished."),
            text("Make those mandatory that every performance must show."),
        )
    if len(body["criteria"]) > 10:
        yield _warning(
            None,
            where,
            text("There are {count} criteria; raters rarely keep more than ten apart.", count=len(body["criteria"])),
            text("Merge criteria that always go together, or leave out what decides nothing."),
        )


def _criterion(criterion: Mapping[str, Any], competencies: AbstractSet[str]) -> Iterator[Finding]:
    own, where = criterion["id"], _where(criterion)
    if not _ID.fullmatch(own):
        yield _refusal(
            own,
            where,
            text("The id “{id}” cannot be used.", id=own),
            text("Use small letters, digits and underscores, beginning with a letter."),
        )
    yield from _both_present(own, where, criterion["name"], text("The name"))
    yield from _both_present(own, where, criterion["question"], text("The question"))
    yield from _levels(criterion)
    weight = criterion.get("weight")
    if weight is None or not float(weight) > 0:
        yield _refusal(own, where, text("The weight is missing or not above 0."), text("Enter a weight such as 1."))
    yield from _shares(criterion, competencies)


def _levels(criterion: Mapping[str, Any]) -> Iterator[Finding]:
    own = criterion["id"]
    for code in _NAMES:
        words = {level: criterion["levels"].get(level, {}).get(code, "").strip() for level in LEVELS}
        seen: dict[str, int] = {}
        for level, said in words.items():
            where = text(
                "“{criterion}”, level {level}, {language}",
                criterion=_name(criterion),
                level=level,
                language=_NAMES[code],
            )
            if not said:
                yield _refusal(
                    own, where, text("There are no behaviour words."), text("Write what is seen at this level.")
                )
                continue
            same = seen.setdefault(_plain(said), level)
            if same != level:
                yield _refusal(
                    own,
                    where,
                    text("The words are the same as at level {level}.", level=same),
                    text("Write what makes the difference between the two levels."),
                )
            yield from _wording(own, where, said, code)


def _wording(own: str, where: Text, said: str, code: str) -> Iterator[Finding]:
    for word, remedy in VAGUE_WORDS[code].items():
        present = re.search(rf"\b{word}\b", said, re.I) if code == "en" else word in said
        if present:
            yield _warning(own, where, text("“{word}” cannot be observed.", word=word), remedy)
    joined = (_TWO_EN if code == "en" else _TWO_ZH).search(said)
    if joined:
        yield _warning(
            own,
            where,
            text("There seem to be two behaviours in one: a rater who saw only one of them cannot choose."),
            text("Keep the one that matters more, or make a criterion of its own of the other."),
        )
    if len(said) < _SHORTEST:
        yield _warning(
            own,
            where,
            text("The words are too short to tell what was seen."),
            text("Write what is seen at this level."),
        )


def _shares(criterion: Mapping[str, Any], competencies: AbstractSet[str]) -> Iterator[Finding]:
    own, where, shares = criterion["id"], _where(criterion), criterion["competencies"]
    for competency, share in shares.items():
        if competency not in competencies:
            yield _refusal(
                own,
                where,
                text("The competency “{name}” is not in the framework.", name=competency),
                text("Choose one of the framework's competencies."),
            )
        if not float(share) > 0:
            yield _refusal(
                own,
                where,
                text("A competency share is not above 0."),
                text("Leave competencies out that have no share."),
            )
    total = sum(float(share) for share in shares.values())
    if abs(total - 1) > 1e-6:
        yield _refusal(
            own,
            where,
            text("The competency shares add up to {total}, not to 1.", total=f"{total:.2f}"),
            text("Change the shares so that together they are 1."),
        )


def _both_present(own: str | None, where: Text, words: Mapping[str, str], what: Text) -> Iterator[Finding]:
    for code, language in _NAMES.items():
        if not words.get(code, "").strip():
            yield _refusal(
                own,
                where,
                text("{what} is missing in {language}.", what=what, language=language),
                text("Both languages are needed: raters choose theirs."),
            )


def _where(criterion: Mapping[str, Any]) -> Text:
    return text("“{criterion}”", criterion=_name(criterion))


def _name(criterion: Mapping[str, Any]) -> Mapping[str, str]:
    named = {code: words for code, words in criterion["name"].items() if words.strip()}
    return named or {"en": criterion["id"], "zh": criterion["id"]}


def _plain(words: str) -> str:
    return "".join(letter for letter in words.casefold() if letter.isalnum())


def _refusal(own: str | None, where: Text, message: Text, remedy: Text) -> Finding:
    return Finding("refusal", own, where, message, remedy)


def _warning(own: str | None, where: Text, message: Text, remedy: Text) -> Finding:
    return Finding("warning", own, where, message, remedy)
