"""Who may leave, how sure that is, and what it rests on; for HR only.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.attrition.audit.widget import FairnessAudit as FairnessAudit
    from toolkit.attrition.back_testing.widget import BackTest as BackTest
    from toolkit.attrition.backtest import back_test as back_test
    from toolkit.attrition.backtest import back_test_snapshot as back_test_snapshot
    from toolkit.attrition.board.widget import RiskBoard as RiskBoard
    from toolkit.attrition.boosting import Setting as Setting
    from toolkit.attrition.card import ModelCard as ModelCard
    from toolkit.attrition.card import card_of as card_of
    from toolkit.attrition.care_call import Conversation as Conversation
    from toolkit.attrition.care_call import follow_ups as follow_ups
    from toolkit.attrition.care_call import held_of as held_of
    from toolkit.attrition.care_call import outcomes_of as outcomes_of
    from toolkit.attrition.care_calls.sheet.widget import CallSheet as CallSheet
    from toolkit.attrition.care_calls.widget import ConversationBoard as ConversationBoard
    from toolkit.attrition.challenger import Challenge as Challenge
    from toolkit.attrition.conversations import Capacity as Capacity
    from toolkit.attrition.conversations import capacity as capacity
    from toolkit.attrition.data_sets.widget import SnapshotForm as SnapshotForm
    from toolkit.attrition.drift import Drift as Drift
    from toolkit.attrition.drift import measure_drift as measure_drift
    from toolkit.attrition.fairness import FairnessResult as FairnessResult
    from toolkit.attrition.fairness import audit_fairness as audit_fairness
    from toolkit.attrition.features import DRIVERS as DRIVERS
    from toolkit.attrition.features import FEATURES as FEATURES
    from toolkit.attrition.features import Feature as Feature
    from toolkit.attrition.features import panel_features as panel_features
    from toolkit.attrition.features import panel_notes as panel_notes
    from toolkit.attrition.fitting import fit_panel as fit_panel
    from toolkit.attrition.fitting import fit_snapshot as fit_snapshot
    from toolkit.attrition.guard import ColumnFinding as ColumnFinding
    from toolkit.attrition.guard import inspect_columns as inspect_columns
    from toolkit.attrition.label import LabelReading as LabelReading
    from toolkit.attrition.label import leaves_within as leaves_within
    from toolkit.attrition.label import read_label as read_label
    from toolkit.attrition.learning import turnover as turnover
    from toolkit.attrition.learning import untouched as untouched
    from toolkit.attrition.levers import WhatIf as WhatIf
    from toolkit.attrition.levers import by_driver as by_driver
    from toolkit.attrition.levers import levers_for as levers_for
    from toolkit.attrition.levers import what_if as what_if
    from toolkit.attrition.metrics import Estimate as Estimate
    from toolkit.attrition.model import FitFigures as FitFigures
    from toolkit.attrition.model import RiskModel as RiskModel
    from toolkit.attrition.model_file import load_model as load_model
    from toolkit.attrition.model_file import model_bytes as model_bytes
    from toolkit.attrition.model_file import model_from_bytes as model_from_bytes
    from toolkit.attrition.model_file import save_model as save_model
    from toolkit.attrition.planner.widget import CapacityPlanner as CapacityPlanner
    from toolkit.attrition.scorecard import BackTestResult as BackTestResult
    from toolkit.attrition.scoring.cluster import score_partition as score_partition
    from toolkit.attrition.scoring.cluster import workers_at as workers_at
    from toolkit.attrition.scoring.run import Scored as Scored
    from toolkit.attrition.scoring.run import score_file as score_file
    from toolkit.attrition.stability import Redrawn as Redrawn
    from toolkit.attrition.stability import Stability as Stability
    from toolkit.attrition.stability import measure_stability as measure_stability
    from toolkit.attrition.stability import redrawn as redrawn
    from toolkit.attrition.state import RiskState as RiskState
    from toolkit.attrition.state import Source as Source
    from toolkit.attrition.state import Trained as Trained
    from toolkit.attrition.trial import ConversationEffect as ConversationEffect
    from toolkit.attrition.trial import conversation_effect as conversation_effect
    from toolkit.attrition.trial import draw_near_cutoff as draw_near_cutoff
    from toolkit.attrition.version import data_hash as data_hash
else:
    from toolkit.lazy import names_from

    __all__, __getattr__, __dir__ = names_from(
        __name__,
        backtest=["back_test", "back_test_snapshot"],
        boosting=["Setting"],
        card=["ModelCard", "card_of"],
        care_call=["Conversation", "follow_ups", "held_of", "outcomes_of"],
        challenger=["Challenge"],
        conversations=["Capacity", "capacity"],
        drift=["Drift", "measure_drift"],
        fairness=["FairnessResult", "audit_fairness"],
        features=["DRIVERS", "FEATURES", "Feature", "panel_features", "panel_notes"],
        fitting=["fit_panel", "fit_snapshot"],
        guard=["ColumnFinding", "inspect_columns"],
        label=["LabelReading", "leaves_within", "read_label"],
        learning=["turnover", "untouched"],
        levers=["WhatIf", "by_driver", "levers_for", "what_if"],
        metrics=["Estimate"],
        model=["FitFigures", "RiskModel"],
        model_file=["load_model", "model_bytes", "model_from_bytes", "save_model"],
        scorecard=["BackTestResult"],
        stability=["Redrawn", "Stability", "measure_stability", "redrawn"],
        state=["RiskState", "Source", "Trained"],
        trial=["ConversationEffect", "conversation_effect", "draw_near_cutoff"],
        version=["data_hash"],
        **{
            "audit.widget": ["FairnessAudit"],
            "back_testing.widget": ["BackTest"],
            "board.widget": ["RiskBoard"],
            "care_calls.sheet.widget": ["CallSheet"],
            "care_calls.widget": ["ConversationBoard"],
            "data_sets.widget": ["SnapshotForm"],
            "planner.widget": ["CapacityPlanner"],
            "scoring.cluster": ["score_partition", "workers_at"],
            "scoring.run": ["Scored", "score_file"],
        },
    )
