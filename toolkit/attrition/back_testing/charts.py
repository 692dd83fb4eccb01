"""A back-test as a picture."""

from toolkit.attrition.back_testing.report import BAND_LABELS
from toolkit.attrition.scorecard import BackTestResult
from toolkit.controls.charts import Band, Figure, calibration_curve
from toolkit.language import Language
from toolkit.vocabulary import rows_of


def band_curve(test: BackTestResult, language: Language) -> Figure:
    """Return predicted against actual by risk band with 90% intervals."""
    bands = [Band(row.predicted, row.actual, row.low, row.high, int(row.n)) for row in rows_of(test.bands)]
    predicted, actual = BAND_LABELS["predicted"], BAND_LABELS["actual"]
    inside = sum(band.low <= band.predicted <= band.high for band in bands)
    return calibration_curve(
        bands,
        title=language("Predicted risk against what really happened"),
        summary=language(
            "In {inside} of {count} risk bands the 90% interval of what happened includes the prediction.",
            inside=inside,
            count=len(bands),
        ),
        words=(language.say(predicted), language.say(actual)),
        language=language,
    )
