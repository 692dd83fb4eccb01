"""The outcome of a 360 round as a picture."""

import pandas as pd

from toolkit.controls.charts import Dot, Figure, dot_intervals
from toolkit.language import Language
from toolkit.skillgap.feedback_round.outcome import self_and_others
from toolkit.skillgap.feedback_round.report import Names, headline
from toolkit.vocabulary import rows_of


def outcome_chart(groups: pd.DataFrame, names: Names, language: Language) -> Figure:
    """Return one person's competencies: all others shown with their interval, and the self rating beside them."""
    compared = self_and_others(groups)
    order = compared["difference"].abs().sort_values(ascending=False, na_position="last", kind="stable").index
    dots = [
        Dot(
            language.pick(names.get(row.competency_id, {"en": row.competency_id})),
            _known(row.others),
            None if not row.raters else max(row.low, 1.0),
            None if not row.raters else min(row.high, 5.0),
            _known(row.self_rating),
        )
        for row in rows_of(compared.loc[order])
    ]
    return dot_intervals(
        dots,
        title=language("Self against others, widest difference first"),
        summary=headline(groups, names, language).replace("\n", " "),
        axis=language("Level 1–5"),
        name=language("Competency"),
        words=(language("All others shown"), language("Self")),
        language=language,
        digits=1,
    )


def _known(value: float) -> float | None:
    return None if value != value else float(value)
