"""What the list on the screen says, for documents that must not say more."""

from dataclasses import dataclass

import pandas as pd

from toolkit.attrition.conversations import Capacity
from toolkit.attrition.stability import Stability
from toolkit.attrition.state import Trained


@dataclass(frozen=True)
class ShownList:
    """What was trained, the answer to the capacity question, and the rows of the list as words (see `list_rows`)."""

    trained: Trained
    answer: Capacity
    stability: Stability | None
    rows: pd.DataFrame
