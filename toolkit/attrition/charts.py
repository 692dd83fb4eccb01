"""Risks and their back-test as pictures."""

from toolkit.attrition.conversations import Capacity
from toolkit.attrition.report import BAND_LABELS
from toolkit.attrition.scorecard import BackTest
from toolkit.controls.charts import Band, Figure, calibration_curve, icon_array
from toolkit.language import Language
from toolkit.vocabulary import rows_of

MOST_PEOPLE = 100


def capacity_people(answer: Capacity, language: Language, *, snapshot: bool) -> Figure:
    """Return the people on the list and how many of them to expect to leave; for a `snapshot` without a future.

    Of longer lists than 100 it is the share in 100.
    """
    say, most = language, min(answer.conversations, MOST_PEOPLE)
    return icon_array(
        round(answer.found.value / answer.conversations * most),
        most,
        title=say("Leavers to expect if people leave as in these data")
        if snapshot
        else say("Leavers to expect among the people on the list"),
        summary=say.say(answer.snapshot_sentence if snapshot else answer.sentence),
        words=(say("would leave"), say("would stay")),
        language=say,
    )


def band_curve(test: BackTest, language: Language) -> Figure:
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
