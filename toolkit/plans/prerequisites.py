"""What must be finished before an activity, and circles in it."""

import re
from collections.abc import Mapping, Sequence

import pandas as pd

from toolkit.errors import InputError
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text


def prerequisites_of(value: object) -> list[str]:
    """Return the activity ids in a prerequisites cell."""
    return [part for part in re.split(r"[;；,，\s]+", value) if part] if isinstance(value, str) else []


def circle_through(activity: str, needs: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the shortest way from `activity` over prerequisites back to itself, or nothing."""
    came_from: dict[str, str] = {}
    waiting = [activity]
    for at in waiting:
        for needed in needs.get(at, ()):
            if needed == activity:
                way = [activity, at]
                while way[-1] != activity:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if needed not in came_from:
                came_from[needed] = at
                waiting.append(needed)
    return []


def circle_words(circle: Sequence[str]) -> tuple[Text, Text]:
    """Return problem and remedy for prerequisites that go round in a circle."""
    return (
        text("The prerequisites go round in a circle: {circle}.", circle=" → ".join(circle)),
        text("Take one of these prerequisites away."),
    )


def require_no_circle(activities: pd.DataFrame) -> None:
    """Raise `InputError` when prerequisites of Activities run in a circle."""
    needs = {row.activity_id: prerequisites_of(row.prerequisites) for row in rows_of(activities)}
    circle = next(filter(None, (circle_through(activity, needs) for activity in needs)), None)
    if circle:
        problem, remedy = circle_words(circle)
        raise InputError(problem, remedy=remedy)
