"""Whether conversations help: a random draw near the cut-off, and the estimate it allows.

Just above and just below the cut-off people are nearly alike, so it is fair to let chance decide among
them; what comes of those drawn and those not is then comparable (a randomised tie-break).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.metrics import Estimate
from toolkit.attrition.months import Flags, Floats, Integers
from toolkit.errors import InputError, NotEnoughData
from toolkit.vocabulary import Risks, check
from toolkit.wording import Text, text

LEAST_IN_ARM = 10
LEAST_LEAVERS = 5
NINETY = 1.6448536269514722
POWER = 1.959963984540054 + 0.8416212335729143  # 5 % two-sided, power 80 %


def draw_near_cutoff(risks: pd.DataFrame, conversations: int, band: int, seed: int) -> pd.DataFrame:
    """Choose the people to talk to, by chance among those near the cut-off.

    Takes Risks. The `conversations` - `band` people at highest risk are chosen outright; the last `band`
    places are drawn from the next 2 x `band` people, each with the same chance. Columns, highest risk
    first: person_id, probability, rank, chosen, drawn (chance decided) and chance (0-1). The same
    arguments give the same draw whatever the order of rows; keep the result, it is the trial's protocol.
    Raises `InputError` if there are not enough people or places for the band.
    """
    ordered = check(risks, Risks).sort_values(["probability", "person_id"], ascending=[False, True])
    if not 1 <= band <= conversations:
        raise InputError(text("The band must be between 1 and the number of conversations."))
    first = conversations - band
    if first + 2 * band > len(ordered):
        raise InputError(
            text(
                "A draw of {band} places needs {needed} people on the list; there are {people}.",
                band=band,
                needed=first + 2 * band,
                people=len(ordered),
            ),
            remedy=text("Choose fewer conversations or a smaller band."),
        )
    rank = np.arange(1, len(ordered) + 1)
    drawn = (rank > first) & (rank <= first + 2 * band)
    winners = np.random.default_rng(seed).permutation(2 * band)[:band] + first
    chosen = rank <= first
    chosen[winners] = True
    table = ordered[["person_id", "probability"]].reset_index(drop=True)
    chance = np.where(drawn, 0.5, np.where(chosen, 1.0, 0.0))
    return table.assign(rank=rank, chosen=chosen, drawn=drawn, chance=chance)


@dataclass(frozen=True)
class ConversationEffect:
    """What conversations changed among those drawn by chance.

    `talked` and `others` are shares that left; `difference` (talked less others, below 0 = fewer left) with
    its 90 % interval; `smallest_detectable` is the difference that this size would show.
    """

    talked_people: int
    other_people: int
    talked: float
    others: float
    difference: Estimate
    smallest_detectable: float

    @property
    def sentence(self) -> Text:
        """Return the result in words."""
        values = {
            "talked": round(100 * self.talked),
            "others": round(100 * self.others),
            "low": round(100 * self.difference.low),
            "high": round(100 * self.difference.high),
            "points": round(100 * self.smallest_detectable),
        }
        if self.difference.high < 0:
            return text(
                "Of those drawn for a conversation {talked} % left, of those not drawn {others} %: conversations seem to "
                "keep people (difference {low} to {high} percentage points).",
                **values,
            )
        if self.difference.low > 0:
            return text(
                "Of those drawn for a conversation {talked} % left, of those not drawn {others} %: more left after a "
                "conversation (difference {low} to {high} percentage points). Look into how they are held.",
                **values,
            )
        return text(
            "Of those drawn for a conversation {talked} % left, of those not drawn {others} %. Whether conversations "
            "help one cannot tell yet (difference {low} to {high} percentage points; only {points} or more would show).",
            **values,
        )


def conversation_effect(drawn: pd.DataFrame, outcomes: "pd.Series[float]") -> ConversationEffect:
    """Return what being drawn for a conversation changed (as intended, whether or not it was held).

    `drawn` are rows of one or more draws: person_id, chosen, drawn and, with several draws, round;
    `outcomes` 1 left, 0 stayed or NaN by person_id (with several draws by (round, person_id)), complete for
    the horizon. Rounds are weighted by Mantel and Haenszel with Sato's (1989) variance, half a case
    added to each cell of the totals. Raises `NotEnoughData` with under 10 people on a side or 5 leavers.
    """
    missing = [name for name in ("person_id", "chosen", "drawn") if name not in drawn.columns]
    if missing:
        raise InputError(text("The table has no column “{column}”.", column=missing[0]))
    rows = drawn[drawn["drawn"].astype(bool)]
    rounds = rows["round"] if "round" in rows.columns else pd.Series(0, index=rows.index)
    left = _outcomes(rows, rounds, outcomes)
    known = ~np.isnan(left)
    chosen = rows["chosen"].to_numpy(dtype=bool)[known]
    left, rounds = left[known], rounds[known]
    talked, others = int(chosen.sum()), int((~chosen).sum())
    if min(talked, others) < LEAST_IN_ARM or left.sum() < LEAST_LEAVERS:
        raise NotEnoughData(
            text(
                "Drawn and known are {talked} people with and {others} without a conversation, {leavers} of them left.",
                talked=talked,
                others=others,
                leavers=int(left.sum()),
            ),
            remedy=text(
                "Needed are {people} on each side and {leavers} leavers: draw again in the coming months.",
                people=LEAST_IN_ARM,
                leavers=LEAST_LEAVERS,
            ),
        )
    overall = (left.sum() + 1) / (len(left) + 2)
    detectable = POWER * float(np.sqrt(overall * (1 - overall) * (1 / talked + 1 / others)))
    return ConversationEffect(
        talked_people=talked,
        other_people=others,
        talked=float(left[chosen].mean()),
        others=float(left[~chosen].mean()),
        difference=_risk_difference(chosen, left, pd.factorize(rounds)[0].astype(np.int64)),
        smallest_detectable=min(detectable, 1.0),
    )


def _outcomes(rows: pd.DataFrame, rounds: "pd.Series[Any]", outcomes: "pd.Series[float]") -> Floats:
    if outcomes.index.nlevels == 2:
        keys = pd.MultiIndex.from_arrays([rounds, rows["person_id"]])
        return outcomes.reindex(keys).to_numpy(dtype=float)
    if rows["person_id"].duplicated().any():
        raise InputError(
            text("Somebody was drawn in several rounds, so outcomes are needed by round and person."),
        )
    return outcomes.reindex(rows["person_id"]).to_numpy(dtype=float)


def _risk_difference(
    chosen: Flags,
    left: Floats,
    rounds: Integers,
) -> Estimate:
    count = int(rounds.max()) + 1
    n1, n0, a, b = (
        np.asarray(np.bincount(rounds[side], weights=each[side], minlength=count), dtype=float)
        for each in (np.ones(len(left)), left)
        for side in (chosen, ~chosen)
    )
    both = (n1 > 0) & (n0 > 0)
    n1, n0, a, b = n1[both], n0[both], a[both], b[both]
    # Half a leaver and half a stayer a side, spread over the rounds, keep the variance above nothing.
    half, one = 0.5 / len(n1), 1.0 / len(n1)
    a, b = a + half, b + half
    n1, n0 = np.asarray(n1 + one, dtype=float), np.asarray(n0 + one, dtype=float)
    total = n1 + n0
    weight = n1 * n0 / total
    value = float((weight * (a / n1 - b / n0)).sum() / weight.sum())
    p = (n1**2 * b - n0**2 * a + n1 * n0 * (n0 - n1) / 2) / total**2
    q = (a * (n0 - b) + b * (n1 - a)) / (2 * total)
    spread = float(np.sqrt(max((value * p.sum() + q.sum()) / weight.sum() ** 2, 0.0)))
    return Estimate(value, max(value - NINETY * spread, -1.0), min(value + NINETY * spread, 1.0))
