"""Role-play scoring: rubrics, scenarios, sheets and what they say about a rep.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.roleplay.agreement import Agreement, fleiss_kappa, gwet_ac, icc, krippendorff_alpha, weighted_kappa
    from toolkit.roleplay.evidence import role_play_evidence
    from toolkit.roleplay.pass_marks import PassMark, angoff, borderline_regression, pass_probability
    from toolkit.roleplay.rubric import Criterion, Rubric
    from toolkit.roleplay.scenario import Scenario
    from toolkit.roleplay.scoring import RawScores, raw_scores, sheet_composites
    from toolkit.roleplay.state import ScoringState
    from toolkit.roleplay.widget import RolePlayScorer, ScoreTable, WorkshopForm

_HOMES = {
    "Agreement": "agreement",
    "Criterion": "rubric",
    "PassMark": "pass_marks",
    "RawScores": "scoring",
    "RolePlayScorer": "widget",
    "Rubric": "rubric",
    "Scenario": "scenario",
    "ScoreTable": "widget",
    "ScoringState": "state",
    "WorkshopForm": "widget",
    "angoff": "pass_marks",
    "borderline_regression": "pass_marks",
    "fleiss_kappa": "agreement",
    "gwet_ac": "agreement",
    "icc": "agreement",
    "krippendorff_alpha": "agreement",
    "pass_probability": "pass_marks",
    "raw_scores": "scoring",
    "role_play_evidence": "evidence",
    "sheet_composites": "scoring",
    "weighted_kappa": "agreement",
}

__all__ = [
    "Agreement",
    "Criterion",
    "PassMark",
    "RawScores",
    "RolePlayScorer",
    "Rubric",
    "Scenario",
    "ScoreTable",
    "ScoringState",
    "WorkshopForm",
    "angoff",
    "borderline_regression",
    "fleiss_kappa",
    "gwet_ac",
    "icc",
    "krippendorff_alpha",
    "pass_probability",
    "raw_scores",
    "role_play_evidence",
    "sheet_composites",
    "weighted_kappa",
]


if not TYPE_CHECKING:  # a checker would take any misspelt name for one of these

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
