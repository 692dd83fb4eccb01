"""Group differences as words and tables."""

from collections.abc import Mapping

import pandas as pd

from toolkit.language import Language
from toolkit.skillgap.group_differences import VERDICTS
from toolkit.vocabulary import rows_of
from toolkit.wording import text

LABELS = {
    "what": text("Of what"),
    "compared": text("Compared"),
    "people": text("People"),
    "difference": text("Difference"),
    "interval": text("90% interval"),
    "detectable": text("Smallest difference that could be found"),
    "verdict": text("Verdict"),
    "note": text("Remark"),
}
KEYS = {VERDICTS[0]: "differs", VERDICTS[1]: "alike", VERDICTS[2]: "unknown"}
WORDS = {
    "differs": text("comes out differently"),
    "alike": text("no difference that matters"),
    "unknown": text("cannot tell at this size"),
    "hidden": text("not shown: fewer than five people"),
}


def verdict_key(note: object, difference: float, verdict: str) -> str:
    """Return the key in `WORDS`; a row without a figure because of its size is hidden."""
    return "hidden" if pd.isna(difference) and note is not None else KEYS[verdict]


def difference_rows(found: pd.DataFrame, names: Mapping[str, str], say: Language) -> pd.DataFrame:
    """Return what `find_group_differences` found in words, with the columns of `LABELS`; verdicts as keys.

    Of groups under five not even the number of people is told.
    """
    rows = []
    for row in rows_of(found):
        hidden = pd.isna(row.difference)
        sign = "+" if row.difference > 0 else ""
        rows.append(
            {
                "what": names.get(row.of, str(row.of)),
                "compared": say("{group} against {reference}", group=row.group, reference=row.reference),
                "people": "–" if hidden else say("{one} and {other}", one=row.people, other=row.reference_people),
                "difference": "–" if hidden else sign + say.number(row.difference, 2),
                "interval": say.interval(row.low, row.high, 2),
                "detectable": say.number(row.detectable, 2),
                "verdict": verdict_key(row.note, row.difference, row.verdict),
                "note": say.say(row.note) if row.note is not None else "",
            }
        )
    return pd.DataFrame(rows, columns=list(LABELS))


def summary(found: pd.DataFrame, names: Mapping[str, str], say: Language) -> str:
    """Say what came out, the differences by name."""
    differing = found[found["verdict"] == VERDICTS[0]]
    if len(differing):
        listed = [
            say(
                "{what} ({group}: {difference})",
                what=names.get(row.of, str(row.of)),
                group=row.group,
                difference=("+" if row.difference > 0 else "") + say.number(row.difference, 1),
            )
            for row in rows_of(differing)
        ]
        return say("Comes out differently at equal level: {list}.", list=say.join(listed))
    if found["difference"].isna().all():
        return say("No group of at least five people was rated beside another, so no figure can be given.")
    if (found.loc[found["difference"].notna(), "verdict"] == VERDICTS[1]).all():
        return say("Nothing comes out differently by more than {limit} levels.", limit=say.number(0.3, 1))
    return say("No difference was found; for some the data are too few to tell whether there is none.")
