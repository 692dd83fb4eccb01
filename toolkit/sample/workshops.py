"""Two past workshops: who played what before whom, and what was rated."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.sample.content import Content, criterion_weights, scenario_rubrics
from toolkit.sample.reps import new_ids

SEVERE, LENIENT = -0.8, 0.6  # levels added by the hardest and the softest rater
HALO_SD, REP_SCENARIO_SD, CRITERION_SD = 0.30, 0.35, 0.45  # levels
NOT_OBSERVED, NOTED = 0.03, 0.04  # share of ratings
REPS, SEEN_AGAIN, SECOND_RATER = 30, 15, 0.8  # reps a workshop, reps in both, share of second plays seen by two
PLANNED = (
    (10, "Autumn role-play workshop", "秋季模拟演练", ("price_objection", "staged_drill", "complaint")),
    (4, "Spring role-play workshop", "春季模拟演练", ("complaint", "price_objection", "team_conflict")),
)
NOTES = {
    ("zh", False): ("没问原因就让步", "说法笼统没有数字", "打断对方两次", "准备不足答不上追问", "结束时没约下一步"),
    ("zh", True): ("提问有层次也听得完整", "用对方自己的数据说话", "让步都有条件", "当场约定日期和责任人"),
    ("en", False): ("Gave way without asking why", "Talked over the other person twice", "No next step agreed"),
    ("en", True): ("Good follow-up questions", "Used the other side's own figures", "Stayed calm under pressure"),
}


@dataclass(frozen=True, slots=True)
class Workshops:
    """The three tables of the workshops."""

    workshops: pd.DataFrame
    sheets: pd.DataFrame
    ratings: pd.DataFrame


def design_rank(sheets: pd.DataFrame) -> tuple[int, int]:
    """Return the rank of the additive design rep + rater + scenario and the rank it has to have.

    Full rank means that every difference between reps, raters and scenarios can be told apart; it
    implies that the design is connected, which alone would not be enough.
    """
    facets = [pd.get_dummies(sheets[name]).to_numpy(dtype=float) for name in ("rep_id", "rater_id", "scenario_id")]
    design = np.hstack([np.ones((len(sheets), 1)), *facets])
    return int(np.linalg.matrix_rank(design)), 1 + sum(facet.shape[1] - 1 for facet in facets)


def pick_raters(people: pd.DataFrame) -> pd.DataFrame:
    """Return the five raters: both trainers and the managers of the first, third and last team."""
    trainers = people[people["role_id"].eq("trainer")]
    managers = people[people["role_id"].eq("area_manager")]
    return pd.concat([trainers, managers.iloc[[0, 2, len(managers) - 1]]])


def draw_workshops(
    rng: np.random.Generator,
    content: Content,
    people: pd.DataFrame,
    skills: pd.DataFrame,
    severity: pd.Series,
    difficulty: pd.Series,
    today: pd.Timestamp,
) -> Workshops:
    """Return workshops, sheets and ratings; `severity` and `difficulty` are in levels, by id."""
    raters = pick_raters(people)
    held, sheets = [], []
    before: list[str] = []
    for back, name_en, name_zh, scenarios in PLANNED:
        day = _third_wednesday(today - pd.DateOffset(months=back))
        reps = _pick_reps(rng, people, day, before)
        before = list(reps["person_id"])
        workshop_id = new_ids(rng, 1)[0]
        held.append((workshop_id, name_en, name_zh, day))
        plan = _full_rank_plan(rng, content, reps, raters, scenarios)
        sheets.append(plan.assign(workshop_id=workshop_id, rated_at=_moments(rng, plan, day)))
    table = pd.concat(sheets, ignore_index=True)
    table.insert(0, "sheet_id", new_ids(rng, len(table)))
    languages = raters.set_index("person_id")["language"]
    ratings = _ratings(rng, content, table, skills, severity, difficulty, languages)
    columns = ["sheet_id", "workshop_id", "scenario_id", "rep_id", "rater_id", "rated_at"]
    return Workshops(
        pd.DataFrame(held, columns=["workshop_id", "name_en", "name_zh", "held_on"]), table[columns], ratings
    )


def _third_wednesday(near: pd.Timestamp) -> pd.Timestamp:
    return pd.Timestamp(np.busday_offset(np.datetime64(near, "M"), 2, roll="forward", weekmask="Wed"))


def _pick_reps(rng: np.random.Generator, people: pd.DataFrame, day: pd.Timestamp, before: list[str]) -> pd.DataFrame:
    there = people["hired_on"].le(day - pd.DateOffset(months=2)) & ~people["left_on"].lt(day)
    there &= people["manager_id"].notna()
    known = people["person_id"].isin(before)
    again = rng.permutation(np.flatnonzero(there & known))[:SEEN_AGAIN]
    fresh = rng.permutation(np.flatnonzero(there & ~known))[: REPS - len(again)]
    return people.iloc[np.concatenate([again, fresh])]


def _full_rank_plan(
    rng: np.random.Generator, content: Content, reps: pd.DataFrame, raters: pd.DataFrame, scenarios: tuple[str, ...]
) -> pd.DataFrame:
    """Draw rotations until every difference can be estimated, over all sheets and within each rubric."""
    rubrics = scenario_rubrics(content)
    for _ in range(200):
        plan = _rotation(rng, reps, raters, scenarios)
        parts = [plan, *(part for _, part in plan.groupby(plan["scenario_id"].map(rubrics)))]
        if all(len(set(design_rank(part))) == 1 for part in parts):
            return plan
    raise RuntimeError("No rotation of full rank was found in 200 draws.")


def _rotation(
    rng: np.random.Generator, reps: pd.DataFrame, raters: pd.DataFrame, scenarios: tuple[str, ...]
) -> pd.DataFrame:
    """Each rep plays the first scenario before two raters and one of the others before one or two of them."""
    load = dict.fromkeys(raters["person_id"], 0.0)
    rows = []
    for place, (rep, manager) in enumerate(zip(reps["person_id"], reps["manager_id"], strict=True)):
        # The rater with fewest sheets comes first; a manager never rates a rep of the own team.
        free = sorted((load[rater] + rng.random(), rater) for rater in load if rater != manager)
        first, second = (rater for _, rater in free[:2])
        other = scenarios[1 + place % (len(scenarios) - 1)]
        seen = [(scenarios[0], first), (scenarios[0], second), (other, first)]
        if rng.random() < SECOND_RATER:
            seen.append((other, second))
        for scenario, rater in seen:
            load[rater] += 1
            rows.append((rep, rater, scenario))
    return pd.DataFrame(rows, columns=["rep_id", "rater_id", "scenario_id"])


def _moments(rng: np.random.Generator, plan: pd.DataFrame, day: pd.Timestamp) -> list[str]:
    """Return UTC moments of one afternoon in China (13:00 to 18:00 there), one play after the other."""
    plays = plan.groupby(["rep_id", "scenario_id"], sort=False).ngroup().to_numpy()
    seconds = 5 * 3600 + plays * (5 * 3600 // (plays.max() + 1)) + rng.integers(0, 240, len(plan))
    return [(day + pd.Timedelta(seconds=int(one))).strftime("%Y-%m-%dT%H:%M:%SZ") for one in seconds]


def _ratings(
    rng: np.random.Generator,
    content: Content,
    sheets: pd.DataFrame,
    skills: pd.DataFrame,
    severity: pd.Series,
    difficulty: pd.Series,
    languages: pd.Series,
) -> pd.DataFrame:
    play = sheets.groupby(["rep_id", "scenario_id"], sort=False).ngroup().to_numpy()
    shift = sheets["rater_id"].map(severity).to_numpy() - sheets["scenario_id"].map(difficulty).to_numpy()
    shift = shift + rng.normal(0.0, HALO_SD, len(sheets)) + rng.normal(0.0, REP_SCENARIO_SD, play.max() + 1)[play]
    parts = []
    for sheet, added in zip(sheets.itertuples(), shift, strict=True):
        criteria, weights = criterion_weights(content, scenario_rubrics(content)[str(sheet.scenario_id)])
        shown = weights @ skills.to_numpy()[skills.index.get_loc(str(sheet.rep_id))]
        level = shown + added + rng.normal(0.0, CRITERION_SD, len(criteria))
        parts.append(pd.DataFrame({"sheet_id": sheet.sheet_id, "criterion_id": criteria, "level": level}))
    rows = pd.concat(parts, ignore_index=True)
    rating = pd.Series(np.clip(np.rint(rows.pop("level")), 1, 5)).astype("Int64")
    rows["rating"] = rating.mask(rng.random(len(rows)) < NOT_OBSERVED)
    raters = rows["sheet_id"].map(sheets.set_index("sheet_id")["rater_id"])
    spoken = raters.map(languages)
    rows["note"] = [_note(rng, *pair) for pair in zip(rows["rating"], spoken, strict=True)]
    return rows


def _note(rng: np.random.Generator, rating: Any, language: str) -> str | None:
    """Return a short remark, only beside ratings that call for one."""
    drawn = rng.random()
    if pd.isna(rating) or rating == 3 or drawn > 2 * NOTED:
        return None
    return str(rng.choice(NOTES[language, int(rating) > 3]))
