"""Who is selected for a conversation, and for whom the model errs: by group, with what the size allows to say.

Rates and impact ratios (EEOC Uniform Guidelines 1978, four-fifths) at the actual cut-off. Wilson intervals
for rates, log intervals for ratios (Katz et al. 1978, with half a case added), each group against all others.
Under five people no group is shown. Being selected is meant as help; whether more or less of it is a harm
is for people to judge, so both directions are shown.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.audit_groups import LEAST_SHOWN, TOGETHER, audit_groups
from toolkit.attrition.design import words
from toolkit.attrition.features import FEATURES
from toolkit.attrition.metrics import Estimate
from toolkit.attrition.months import Flags
from toolkit.attrition.proxies import proxies_of
from toolkit.errors import InputError, NotEnoughData
from toolkit.vocabulary import Risks, check, records_of
from toolkit.wording import Text, counted, text

FOUR_FIFTHS = 0.8
NINETY = 1.6448536269514722
DETECTABLE = 1.959963984540054 + 0.8416212335729143  # 5 % two-sided, power 80 %
STRONG_PROXY = 0.7

# Columns of HR months that serve the audit only, as people call them.
ATTRIBUTES = {"gender": text("Gender"), "birth_year": text("Year of birth")}


@dataclass(frozen=True)
class FairnessResult:
    """What the cut-off means for each group; `conversations` are the people listed, `cutoff` their lowest risk.

    `groups`: attribute, group (`TOGETHER` = small groups together), people, selected, selection,
    selection_low, selection_high, others (selection of all others), ratio, ratio_low, ratio_high,
    smallest_detectable (difference of selection rates that this size would show), verdict ("alike",
    "more", "less", "cannot_tell"), leavers, missed (leavers not selected), missed_low, missed_high,
    false_alarms (stayers selected), false_alarms_low, false_alarms_high, predicted and actual (mean
    risk and share that left). Rates are shares 0-1; NaN where under five people stand behind them.
    `proxies`: attribute, value, auc, low, high, strongest (input that alone tells most), strongest_auc.
    """

    conversations: int
    people: int
    cutoff: float
    groups: pd.DataFrame
    proxies: pd.DataFrame
    notes: tuple[Text, ...]

    @property
    def sentences(self) -> tuple[Text, ...]:
        """Return what to say of each group, and of proxies."""
        found = [_sentence(row) for row in records_of(self.groups)]
        return (*found, *(_proxy_sentence(row) for row in records_of(self.proxies)))


def audit_fairness(
    risks: pd.DataFrame,
    outcomes: "pd.Series[float] | None",
    groups: pd.DataFrame,
    conversations: int,
    *,
    inputs: pd.DataFrame | None = None,
    lists: "pd.Series[Any] | None" = None,
    whose: "pd.Series[str] | None" = None,
    random_state: int = 0,
) -> FairnessResult:
    """Audit the list of the `conversations` people at highest risk.

    `risks` are Risks; `outcomes` who left (1), stayed (0) or is not known (NaN) by person_id, or None;
    `groups` has person_id and one column per attribute, used for the audit only (numbers with many
    values are cut into quarters); `inputs` has person_id and what the score is made of, to find
    proxies. Risks should come from models that had not seen the person (the back-test's). With `lists`,
    by person_id, each of them has a cut-off of its own: of each, `conversations` people are listed. Where
    somebody stands in several, `whose` tells by person_id who it is, so that few people taken often stay few.
    """
    if conversations < 1:
        raise InputError(text("At least one conversation must be possible."))
    if "person_id" not in groups.columns or groups.shape[1] < 2:
        raise InputError(text("The table of groups needs the column person_id and at least one column to audit."))
    ordered = check(risks, Risks).sort_values(["probability", "person_id"], ascending=[False, True])
    if ordered.empty:
        raise NotEnoughData(text("There are no risks to choose from."))
    on = np.zeros(len(ordered)) if lists is None else ordered["person_id"].map(lists).to_numpy()
    listed = ordered.groupby(on, dropna=False).cumcount() < conversations
    count = int(listed.sum())
    people = ordered.assign(selected=listed).set_index("person_id")
    people["who"] = people.index if whose is None else whose.reindex(people.index)
    known = outcomes if outcomes is not None else pd.Series(dtype=float)
    known = known[~known.index.astype(str).duplicated()]
    people["left"] = known.set_axis(known.index.astype(str)).astype(float).reindex(people.index)
    told = groups.drop_duplicates("person_id").assign(person_id=lambda each: each["person_id"].astype(str))
    told = told.set_index("person_id").reindex(people.index)
    rows = [row for name in told.columns for row in _by_group(str(name), told[name], people)]
    found = [
        proxy
        for name in told.columns
        for proxy in proxies_of(str(name), told[name], inputs, people.index, random_state)
    ]
    return FairnessResult(
        conversations=count,
        people=len(people),
        cutoff=float(ordered.loc[listed, "probability"].min()),
        groups=pd.DataFrame(rows, columns=_GROUP_COLUMNS),
        proxies=pd.DataFrame(found, columns=_PROXY_COLUMNS),
        notes=_notes(people, told),
    )


_GROUP_COLUMNS = [
    *("attribute", "group", "people", "selected", "selection", "selection_low", "selection_high", "others"),
    *("ratio", "ratio_low", "ratio_high", "smallest_detectable", "verdict", "leavers"),
    *("missed", "missed_low", "missed_high", "false_alarms", "false_alarms_low", "false_alarms_high"),
    *("predicted", "actual"),
]
_PROXY_COLUMNS = ["attribute", "value", "auc", "low", "high", "strongest", "strongest_auc"]


def _by_group(attribute: str, values: "pd.Series[Any]", people: pd.DataFrame) -> list[dict[str, object]]:
    found = audit_groups(values)
    sizes = _sizes(found, people)
    shown = [name for name in sorted(sizes.index) if sizes[name] >= LEAST_SHOWN]
    if len(shown) < 2:
        return []
    known = found.notna()
    return [_row(attribute, name, people[known], (found[known] == name).to_numpy(dtype=bool)) for name in shown]


def _sizes(found: "pd.Series[str]", people: pd.DataFrame) -> "pd.Series[int]":
    """Return how many people are in each group, everybody once."""
    return pd.DataFrame({"group": found, "who": people["who"]}).drop_duplicates()["group"].value_counts()


def _row(attribute: str, name: str, people: pd.DataFrame, inside: Flags) -> dict[str, object]:
    selected, left = people["selected"].to_numpy(dtype=bool), people["left"].to_numpy(dtype=float)
    here, there = int(inside.sum()), int((~inside).sum())
    hits, other_hits = int((selected & inside).sum()), int((selected & ~inside).sum())
    share = wilson(hits, here)
    ratio = rate_ratio(hits, here, other_hits, there)
    overall = (hits + other_hits) / (here + there)
    detectable = DETECTABLE * np.sqrt(overall * (1 - overall) * (1 / here + 1 / max(there, 1)))
    leavers, stayers = inside & (left == 1.0), inside & (left == 0.0)
    missed = wilson(int((leavers & ~selected).sum()), int(leavers.sum()))
    alarms = wilson(int((stayers & selected).sum()), int(stayers.sum()))
    judged = inside & ~np.isnan(left)
    enough = leavers.sum() >= LEAST_SHOWN
    return {
        "attribute": attribute,
        "group": name,
        "people": here,
        "selected": hits,
        **_spread("selection", share),
        "others": other_hits / there if there else np.nan,
        **_spread("ratio", ratio),
        "smallest_detectable": float(min(detectable, 1.0)),
        "verdict": _verdict(ratio),
        "leavers": int(leavers.sum()) if enough else np.nan,
        **_spread("missed", missed if enough else _NONE),
        **_spread("false_alarms", alarms if stayers.sum() >= LEAST_SHOWN else _NONE),
        "predicted": float(people["probability"].to_numpy()[judged].mean()) if enough else np.nan,
        "actual": float(left[judged].mean()) if enough else np.nan,
    }


_NONE = Estimate(np.nan, np.nan, np.nan)


def _spread(name: str, found: Estimate) -> dict[str, float]:
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high}


def wilson(hits: int, of: int) -> Estimate:
    """Return a share with its 90 % Wilson score interval; NaN for none."""
    if of == 0:
        return _NONE
    share, z = hits / of, NINETY
    middle = (share + z**2 / (2 * of)) / (1 + z**2 / of)
    half = z / (1 + z**2 / of) * np.sqrt(share * (1 - share) / of + z**2 / (4 * of**2))
    return Estimate(share, max(float(middle - half), 0.0), min(float(middle + half), 1.0))


def rate_ratio(hits: int, of: int, other_hits: int, other_of: int) -> Estimate:
    """Return the ratio of two shares with its 90 % log interval, half a case added to each count."""
    if of == 0 or other_of == 0:
        return _NONE
    one, other = (hits + 0.5) / (of + 0.5), (other_hits + 0.5) / (other_of + 0.5)
    spread = np.sqrt(1 / (hits + 0.5) - 1 / (of + 0.5) + 1 / (other_hits + 0.5) - 1 / (other_of + 0.5))
    plain = (hits / of) / (other_hits / other_of) if other_hits else np.inf if hits else np.nan
    middle = np.log(one / other)
    low, high = (float(np.exp(middle + sign * NINETY * spread)) for sign in (-1, 1))
    return Estimate(float(plain), low, high)


def _verdict(ratio: Estimate) -> str:
    if ratio.high < 1 and ratio.value < FOUR_FIFTHS:
        return "less"
    if ratio.low > 1 and ratio.value > 1 / FOUR_FIFTHS:
        return "more"
    return "alike" if ratio.low >= FOUR_FIFTHS and ratio.high <= 1 / FOUR_FIFTHS else "cannot_tell"


def _notes(people: pd.DataFrame, told: pd.DataFrame) -> tuple[Text, ...]:
    notes = [
        text(
            "Groups under {count} people are not shown one by one; figures resting on fewer are left out.",
            count=LEAST_SHOWN,
        )
    ]
    for name in told.columns:
        blank = int(pd.Series(words(told[name])).eq("").sum())
        if blank:
            notes.append(
                counted(
                    "“{column}” is not known of {count} person, who is left out there.",
                    "“{column}” is not known of {count} people, who are left out there.",
                    blank,
                    column=str(name),
                )
            )
        found = _sizes(audit_groups(told[name]), people)
        if (found >= LEAST_SHOWN).sum() < 2:
            notes.append(text("“{column}” has no two groups large enough to compare.", column=str(name)))
    if people["left"].isna().all():
        notes.append(text("Nothing is known yet about who left, so errors cannot be compared."))
    return tuple(notes)


def _sentence(row: dict[str, object]) -> Text:
    values = {
        "attribute": ATTRIBUTES.get(str(row["attribute"]), row["attribute"]),
        "group": text("small groups together") if row["group"] == TOGETHER else row["group"],
        "selected": row["selected"],
        "people": row["people"],
        "ratio": round(float(str(row["ratio"])), 2),
        "low": round(float(str(row["ratio_low"])), 2),
        "high": round(float(str(row["ratio_high"])), 2),
        "points": round(100 * float(str(row["smallest_detectable"]))),
    }
    return replace(_VERDICTS[str(row["verdict"])], values=values)


_VERDICTS = {
    "alike": text(
        "{attribute}, {group}: {selected} of {people} listed, about as often as the others "
        "(ratio {ratio}, {low} to {high})."
    ),
    "more": text(
        "{attribute}, {group}: {selected} of {people} listed, more often than the others "
        "(ratio {ratio}, {low} to {high}). Look into why before using the list."
    ),
    "less": text(
        "{attribute}, {group}: {selected} of {people} listed, less often than the others "
        "(ratio {ratio}, {low} to {high}). Look into why before using the list."
    ),
    "cannot_tell": text(
        "{attribute}, {group}: {selected} of {people} listed. Whether that differs from the others, one cannot tell at "
        "this size (ratio {ratio}, {low} to {high}); only a difference of {points} percentage points or more would show."
    ),
}


def _proxy_sentence(row: dict[str, object]) -> Text:
    values = {
        "attribute": ATTRIBUTES.get(str(row["attribute"]), row["attribute"]),
        "value": row["value"],
        "auc": round(float(str(row["auc"])), 2),
        "column": feature.label if (feature := FEATURES.get(str(row["strongest"]))) else row["strongest"],
    }
    if float(str(row["low"])) > STRONG_PROXY:
        return text(
            "The inputs of the score tell “{attribute}: {value}” well (ROC-AUC {auc}, most of all {column}): leaving the "
            "column out does not keep it out.",
            **values,
        )
    return text(
        "The inputs of the score tell “{attribute}: {value}” with a ROC-AUC of {auc} (0.5 = not at all).", **values
    )
