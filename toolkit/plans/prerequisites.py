"""What must be finished before an activity, and circles in it."""

import re
from collections.abc import Mapping, Sequence


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
