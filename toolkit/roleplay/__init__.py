"""Role-play scoring: rubrics, scenarios, sheets and what they say about a rep.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.roleplay.evidence import role_play_evidence
    from toolkit.roleplay.fair import FairScores, fair_scores
    from toolkit.roleplay.linking import Link
    from toolkit.roleplay.rubric import Criterion, Rubric
    from toolkit.roleplay.scenario import Scenario
    from toolkit.roleplay.scoring import RawScores, raw_scores, sheet_composites
    from toolkit.roleplay.state import ScoringState
    from toolkit.roleplay.widget import RolePlayScorer, ScoreTable, WorkshopForm

_HOMES = {
    "Criterion": "rubric",
    "FairScores": "fair",
    "Link": "linking",
    "RawScores": "scoring",
    "RolePlayScorer": "widget",
    "Rubric": "rubric",
    "Scenario": "scenario",
    "ScoreTable": "widget",
    "ScoringState": "state",
    "WorkshopForm": "widget",
    "fair_scores": "fair",
    "raw_scores": "scoring",
    "role_play_evidence": "evidence",
    "sheet_composites": "scoring",
}

__all__ = [
    "Criterion",
    "FairScores",
    "Link",
    "RawScores",
    "RolePlayScorer",
    "Rubric",
    "Scenario",
    "ScoreTable",
    "ScoringState",
    "WorkshopForm",
    "fair_scores",
    "raw_scores",
    "role_play_evidence",
    "sheet_composites",
]


if not TYPE_CHECKING:  # a checker would take any misspelt name for one of these

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
