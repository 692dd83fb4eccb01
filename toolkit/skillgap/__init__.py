"""Skill levels from many kinds of evidence, each with its uncertainty, and the gaps against a role.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.skillgap.case import CaseFile as CaseFile
    from toolkit.skillgap.case import read_framework as read_framework
    from toolkit.skillgap.case import write_framework as write_framework
    from toolkit.skillgap.company.needs import activity_reach as activity_reach
    from toolkit.skillgap.company.needs import training_needs as training_needs
    from toolkit.skillgap.company.widget import NeedsAnalysis as NeedsAnalysis
    from toolkit.skillgap.disagreement import compare_views as compare_views
    from toolkit.skillgap.evidence import withhold_small_groups as withhold_small_groups
    from toolkit.skillgap.feedback_round.widget import FeedbackRound as FeedbackRound
    from toolkit.skillgap.framework.editor.widget import FrameworkEditor as FrameworkEditor
    from toolkit.skillgap.framework.files.widget import FrameworkFiles as FrameworkFiles
    from toolkit.skillgap.framework.widget import FrameworkReader as FrameworkReader
    from toolkit.skillgap.gaps import find_gaps as find_gaps
    from toolkit.skillgap.gaps import priority_parts as priority_parts
    from toolkit.skillgap.gaps import standing as standing
    from toolkit.skillgap.group_check.widget import GroupCheck as GroupCheck
    from toolkit.skillgap.group_differences import find_group_differences as find_group_differences
    from toolkit.skillgap.ladders.state import ReadinessState as ReadinessState
    from toolkit.skillgap.ladders.widget import ReadinessView as ReadinessView
    from toolkit.skillgap.levels import WeighedEvidence as WeighedEvidence
    from toolkit.skillgap.levels import estimate_levels as estimate_levels
    from toolkit.skillgap.levels import weigh_evidence as weigh_evidence
    from toolkit.skillgap.observation_value import what_to_observe_next as what_to_observe_next
    from toolkit.skillgap.onet import OnetImport as OnetImport
    from toolkit.skillgap.onet import read_onet as read_onet
    from toolkit.skillgap.person.widget import SkillGapExplorer as SkillGapExplorer
    from toolkit.skillgap.potential.candidates import high_potential as high_potential
    from toolkit.skillgap.potential.widget import PotentialList as PotentialList
    from toolkit.skillgap.rank_readiness import Readiness as Readiness
    from toolkit.skillgap.rank_readiness import readiness as readiness
    from toolkit.skillgap.state import GapState as GapState
    from toolkit.skillgap.team.holding import holding as holding
    from toolkit.skillgap.team.widget import TeamHeatMap as TeamHeatMap
else:
    from toolkit.lazy import names_from

    __all__, __getattr__, __dir__ = names_from(
        __name__,
        case=["CaseFile", "read_framework", "write_framework"],
        disagreement=["compare_views"],
        evidence=["withhold_small_groups"],
        gaps=["find_gaps", "priority_parts", "standing"],
        group_differences=["find_group_differences"],
        levels=["WeighedEvidence", "estimate_levels", "weigh_evidence"],
        observation_value=["what_to_observe_next"],
        onet=["OnetImport", "read_onet"],
        rank_readiness=["Readiness", "readiness"],
        state=["GapState"],
        **{
            "company.needs": ["activity_reach", "training_needs"],
            "company.widget": ["NeedsAnalysis"],
            "feedback_round.widget": ["FeedbackRound"],
            "framework.editor.widget": ["FrameworkEditor"],
            "framework.files.widget": ["FrameworkFiles"],
            "framework.widget": ["FrameworkReader"],
            "group_check.widget": ["GroupCheck"],
            "ladders.state": ["ReadinessState"],
            "ladders.widget": ["ReadinessView"],
            "person.widget": ["SkillGapExplorer"],
            "potential.candidates": ["high_potential"],
            "potential.widget": ["PotentialList"],
            "team.holding": ["holding"],
            "team.widget": ["TeamHeatMap"],
        },
    )
