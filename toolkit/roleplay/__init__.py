"""Role-play scoring: rubrics, scenarios, sheets and what they say about a rep.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.roleplay.evidence import role_play_evidence as role_play_evidence
    from toolkit.roleplay.rubric import Criterion as Criterion
    from toolkit.roleplay.rubric import Rubric as Rubric
    from toolkit.roleplay.scenario import Scenario as Scenario
    from toolkit.roleplay.scoring import RawScores as RawScores
    from toolkit.roleplay.scoring import raw_scores as raw_scores
    from toolkit.roleplay.scoring import sheet_composites as sheet_composites
    from toolkit.roleplay.state import ScoringState as ScoringState
    from toolkit.roleplay.widget import RolePlayScorer as RolePlayScorer
    from toolkit.roleplay.widget import ScoreTable as ScoreTable
    from toolkit.roleplay.widget import WorkshopForm as WorkshopForm
else:
    from toolkit.lazy import names_from

    __all__, __getattr__, __dir__ = names_from(
        __name__,
        evidence=["role_play_evidence"],
        rubric=["Criterion", "Rubric"],
        scenario=["Scenario"],
        scoring=["RawScores", "raw_scores", "sheet_composites"],
        state=["ScoringState"],
        widget=["RolePlayScorer", "ScoreTable", "WorkshopForm"],
    )
