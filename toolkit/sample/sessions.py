"""Dates of the dated activities in the months to come."""

from itertools import pairwise

import numpy as np
import pandas as pd

from toolkit import vocabulary
from toolkit.sample.content import Content

HORIZON = 9  # months


def draw_sessions(rng: np.random.Generator, content: Content, today: pd.Timestamp) -> pd.DataFrame:
    """Return Sessions: three to six weekdays per dated activity, from next week to nine months ahead."""
    first = np.busday_offset(np.datetime64(today, "D") + 7, 0, roll="forward")
    last = np.datetime64(today + pd.DateOffset(months=HORIZON), "D")
    days = int(np.busday_count(first, last))
    rows = []
    for activity in content["activities"]["activities"]:
        if activity["mode"] != "dated":
            continue
        count = int(rng.integers(3, 7))
        # One date in each of `count` equal stretches, so that no part of the year stays empty.
        edges = np.linspace(0, days, count + 1).astype(int)
        for start, end in pairwise(edges):
            day = np.busday_offset(first, int(rng.integers(start, end)))
            seats = int(activity["seats"])
            taken = int(rng.binomial(seats, rng.beta(1.2, 1.6)))
            rows.append((f"{activity['id']}-{day}", activity["id"], pd.Timestamp(day), seats, taken))
    frame = pd.DataFrame(rows, columns=list(vocabulary.Sessions.columns))
    return vocabulary.check(frame, vocabulary.Sessions)
