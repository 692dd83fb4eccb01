"""Role-play scoring: rubrics, scenarios, sheets and what they say about a rep."""

from toolkit.roleplay.evidence import role_play_evidence
from toolkit.roleplay.rubric import Criterion, Rubric
from toolkit.roleplay.scenario import Scenario
from toolkit.roleplay.scoring import RawScores, raw_scores, sheet_composites

__all__ = [
    "Criterion",
    "RawScores",
    "Rubric",
    "Scenario",
    "raw_scores",
    "role_play_evidence",
    "sheet_composites",
]
