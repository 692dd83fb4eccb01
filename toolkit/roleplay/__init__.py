"""Role-play scoring: rubrics, scenarios, sheets and what they say about a rep.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.roleplay.agreement import Agreement as Agreement
    from toolkit.roleplay.agreement import fleiss_kappa as fleiss_kappa
    from toolkit.roleplay.agreement import gwet_ac as gwet_ac
    from toolkit.roleplay.agreement import icc as icc
    from toolkit.roleplay.agreement import krippendorff_alpha as krippendorff_alpha
    from toolkit.roleplay.agreement import weighted_kappa as weighted_kappa
    from toolkit.roleplay.board.widget import WorkshopBoard as WorkshopBoard
    from toolkit.roleplay.bridging import Bridge as Bridge
    from toolkit.roleplay.bridging import bridge as bridge
    from toolkit.roleplay.calibration.deviation import Deviations as Deviations
    from toolkit.roleplay.calibration.deviation import deviations as deviations
    from toolkit.roleplay.calibration.performance import KeyRating as KeyRating
    from toolkit.roleplay.calibration.performance import Performance as Performance
    from toolkit.roleplay.calibration.state import CalibrationState as CalibrationState
    from toolkit.roleplay.calibration.widget import CalibrationBoard as CalibrationBoard
    from toolkit.roleplay.calibration.widget import CalibrationProgress as CalibrationProgress
    from toolkit.roleplay.calibration.widget import CalibrationSession as CalibrationSession
    from toolkit.roleplay.components import VarianceComponents as VarianceComponents
    from toolkit.roleplay.components import variance_components as variance_components
    from toolkit.roleplay.dependability import Decision as Decision
    from toolkit.roleplay.dependability import Generalizability as Generalizability
    from toolkit.roleplay.dependability import generalizability as generalizability
    from toolkit.roleplay.evidence import role_play_evidence as role_play_evidence
    from toolkit.roleplay.fair import FairScores as FairScores
    from toolkit.roleplay.fair import fair_scores as fair_scores
    from toolkit.roleplay.feedback.profile import Profiles as Profiles
    from toolkit.roleplay.feedback.profile import criterion_profiles as criterion_profiles
    from toolkit.roleplay.feedback.sheet import FeedbackSheet as FeedbackSheet
    from toolkit.roleplay.feedback.sheet import WorkshopFeedback as WorkshopFeedback
    from toolkit.roleplay.feedback.sheet import workshop_feedback as workshop_feedback
    from toolkit.roleplay.feedback.widget import FeedbackView as FeedbackView
    from toolkit.roleplay.feedback.workshop_summary import WorkshopSummary as WorkshopSummary
    from toolkit.roleplay.feedback.workshop_summary import summarise_workshop as summarise_workshop
    from toolkit.roleplay.linking import Link as Link
    from toolkit.roleplay.next_sheet import NextSheets as NextSheets
    from toolkit.roleplay.next_sheet import whom_to_score_next as whom_to_score_next
    from toolkit.roleplay.pass_marks import PassMark as PassMark
    from toolkit.roleplay.pass_marks import angoff as angoff
    from toolkit.roleplay.pass_marks import borderline_regression as borderline_regression
    from toolkit.roleplay.pass_marks import pass_probability as pass_probability
    from toolkit.roleplay.rasch import Facets as Facets
    from toolkit.roleplay.rasch import facets as facets
    from toolkit.roleplay.rating_wide import wide_ratings as wide_ratings
    from toolkit.roleplay.results.widget import FairScoreTable as FairScoreTable
    from toolkit.roleplay.results.widget import RaterReport as RaterReport
    from toolkit.roleplay.rotation_result import Rotation as Rotation
    from toolkit.roleplay.rubric import Criterion as Criterion
    from toolkit.roleplay.rubric import Rubric as Rubric
    from toolkit.roleplay.rubric_editor.state import RubricDraft as RubricDraft
    from toolkit.roleplay.rubric_editor.widget import RubricEditor as RubricEditor
    from toolkit.roleplay.scenario import Scenario as Scenario
    from toolkit.roleplay.scoring import RawScores as RawScores
    from toolkit.roleplay.scoring import raw_scores as raw_scores
    from toolkit.roleplay.scoring import sheet_composites as sheet_composites
    from toolkit.roleplay.scoring_room.widget import RolePlayScorer as RolePlayScorer
    from toolkit.roleplay.sheet import LateChange as LateChange
    from toolkit.roleplay.sheet import SheetRecord as SheetRecord
    from toolkit.roleplay.state import ScoringState as ScoringState
    from toolkit.roleplay.timetable import rotation as rotation
    from toolkit.roleplay.timetable_change import replan as replan
    from toolkit.roleplay.timetable_gain import Gain as Gain
    from toolkit.roleplay.timetable_gain import buys as buys
    from toolkit.roleplay.timetable_report import timetable_document as timetable_document
    from toolkit.roleplay.timetable_report import timetable_workbook as timetable_workbook
    from toolkit.roleplay.widget import ScoreTable as ScoreTable
    from toolkit.roleplay.widget import WorkshopForm as WorkshopForm
else:
    from toolkit.lazy import names_from

    __all__, __getattr__, __dir__ = names_from(
        __name__,
        agreement=["Agreement", "fleiss_kappa", "gwet_ac", "icc", "krippendorff_alpha", "weighted_kappa"],
        bridging=["Bridge", "bridge"],
        components=["VarianceComponents", "variance_components"],
        dependability=["Decision", "Generalizability", "generalizability"],
        evidence=["role_play_evidence"],
        fair=["FairScores", "fair_scores"],
        linking=["Link"],
        next_sheet=["NextSheets", "whom_to_score_next"],
        pass_marks=["PassMark", "angoff", "borderline_regression", "pass_probability"],
        rasch=["Facets", "facets"],
        rating_wide=["wide_ratings"],
        rotation_result=["Rotation"],
        rubric=["Criterion", "Rubric"],
        scenario=["Scenario"],
        scoring=["RawScores", "raw_scores", "sheet_composites"],
        sheet=["LateChange", "SheetRecord"],
        state=["ScoringState"],
        timetable=["rotation"],
        timetable_change=["replan"],
        timetable_gain=["Gain", "buys"],
        timetable_report=["timetable_document", "timetable_workbook"],
        widget=["ScoreTable", "WorkshopForm"],
        **{
            "board.widget": ["WorkshopBoard"],
            "calibration.deviation": ["Deviations", "deviations"],
            "calibration.performance": ["KeyRating", "Performance"],
            "calibration.state": ["CalibrationState"],
            "calibration.widget": ["CalibrationBoard", "CalibrationProgress", "CalibrationSession"],
            "feedback.profile": ["Profiles", "criterion_profiles"],
            "feedback.sheet": ["FeedbackSheet", "WorkshopFeedback", "workshop_feedback"],
            "feedback.widget": ["FeedbackView"],
            "feedback.workshop_summary": ["WorkshopSummary", "summarise_workshop"],
            "results.widget": ["FairScoreTable", "RaterReport"],
            "rubric_editor.state": ["RubricDraft"],
            "rubric_editor.widget": ["RubricEditor"],
            "scoring_room.widget": ["RolePlayScorer"],
        },
    )
