"""Role-play scoring: rubrics, scenarios, sheets and what they say about a rep.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.roleplay.evidence import role_play_evidence
    from toolkit.roleplay.rotation_result import Rotation
    from toolkit.roleplay.rubric import Criterion, Rubric
    from toolkit.roleplay.scenario import Scenario
    from toolkit.roleplay.scoring import RawScores, raw_scores, sheet_composites
    from toolkit.roleplay.state import ScoringState
    from toolkit.roleplay.timetable import rotation
    from toolkit.roleplay.timetable_change import replan
    from toolkit.roleplay.timetable_gain import buys
    from toolkit.roleplay.timetable_report import timetable_document, timetable_workbook
    from toolkit.roleplay.widget import RolePlayScorer, ScoreTable, WorkshopForm

_HOMES = {
    "Criterion": "rubric",
    "RawScores": "scoring",
    "RolePlayScorer": "widget",
    "Rotation": "rotation_result",
    "Rubric": "rubric",
    "Scenario": "scenario",
    "ScoreTable": "widget",
    "ScoringState": "state",
    "WorkshopForm": "widget",
    "buys": "timetable_gain",
    "raw_scores": "scoring",
    "replan": "timetable_change",
    "role_play_evidence": "evidence",
    "rotation": "timetable",
    "sheet_composites": "scoring",
    "timetable_document": "timetable_report",
    "timetable_workbook": "timetable_report",
}

__all__ = [
    "Criterion",
    "RawScores",
    "RolePlayScorer",
    "Rotation",
    "Rubric",
    "Scenario",
    "ScoreTable",
    "ScoringState",
    "WorkshopForm",
    "buys",
    "raw_scores",
    "replan",
    "role_play_evidence",
    "rotation",
    "sheet_composites",
    "timetable_document",
    "timetable_workbook",
]


if not TYPE_CHECKING:  # a checker would take any misspelt name for one of these

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
