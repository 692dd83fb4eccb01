"""What would join groups that cannot be compared, in words: one further sheet or a common video."""

from dataclasses import dataclass

import numpy as np

from toolkit.roleplay.comparability import groups_with_video, linking_sheet
from toolkit.roleplay.mixed_model import Sheets
from toolkit.roleplay.score_tables import Names
from toolkit.wording import Text, text


@dataclass(frozen=True)
class Link:
    """What to score next so that groups can be compared.

    `kind` is "sheet" (`rater_id` scores `rep_id` in `scenario_id`) or "video" (all raters score one recorded
    performance of `scenario_id`; rep_id and rater_id are None). `groups_left` counts the groups that
    remain, 1 when everything is joined; `sentence` says it all.
    """

    kind: str
    rep_id: str | None
    rater_id: str | None
    scenario_id: str
    groups_left: int
    sentence: Text


def linking_advice(sheets: Sheets, names: Names) -> Link | None:
    """Return the sheet that joins all groups, else the video if it leaves fewer groups; None for one group."""
    sheet = linking_sheet(sheets.rep, sheets.rater, sheets.scenario)
    if sheet is None:
        return None
    played = int(np.bincount(sheets.scenario).argmax())
    with_video = groups_with_video(sheets.rep, sheets.rater, sheets.scenario, played)
    if with_video < sheet.groups_left:
        scenario = names.scenarios[played]
        sentence = (
            text("One recorded performance of “{scenario}” scored by all raters would join all groups.", scenario=scenario)
            if with_video == 1
            else text(
                "One recorded performance of “{scenario}” scored by all raters would leave {count} groups.",
                count=with_video,
                scenario=scenario,
            )
        )  # fmt: skip
        return Link("video", None, None, scenario, with_video, sentence)
    places = {"rep": names.reps[sheet.rep], "rater": names.raters[sheet.rater], "scenario": names.scenarios[sheet.scenario]}  # fmt: skip
    sentence = (
        text("One sheet would join all groups: {rater} scores {rep} in “{scenario}”.", **places)
        if sheet.groups_left == 1
        else text(
            "The next sheet to score: {rater} scores {rep} in “{scenario}”. It leaves {count} groups.",
            count=sheet.groups_left,
            **places,
        )
    )
    return Link("sheet", places["rep"], places["rater"], places["scenario"], sheet.groups_left, sentence)
