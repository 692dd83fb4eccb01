"""Skill levels from many kinds of evidence, each with its uncertainty, and the gaps against a role.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from toolkit.skillgap.evidence import withhold_small_groups
    from toolkit.skillgap.gaps import find_gaps, standing
    from toolkit.skillgap.levels import estimate_levels
    from toolkit.skillgap.state import GapState
    from toolkit.skillgap.widget import SkillGapExplorer, TeamHeatMap

_HOMES = {
    "GapState": "state",
    "SkillGapExplorer": "widget",
    "TeamHeatMap": "widget",
    "estimate_levels": "levels",
    "find_gaps": "gaps",
    "standing": "gaps",
    "withhold_small_groups": "evidence",
}

__all__ = [
    "GapState",
    "SkillGapExplorer",
    "TeamHeatMap",
    "estimate_levels",
    "find_gaps",
    "standing",
    "withhold_small_groups",
]


if not TYPE_CHECKING:  # a checker would take any misspelt name for one of these

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
