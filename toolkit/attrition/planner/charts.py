"""The people on the list as a picture."""

from toolkit.attrition.conversations import Capacity
from toolkit.controls.charts import Figure, icon_array
from toolkit.language import Language

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
