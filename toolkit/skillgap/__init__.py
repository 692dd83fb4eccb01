"""Skill levels from many kinds of evidence, each with its uncertainty, and the gaps against a role."""

from toolkit.skillgap.evidence import withhold_small_groups
from toolkit.skillgap.gaps import find_gaps, standing
from toolkit.skillgap.levels import estimate_levels

__all__ = ["estimate_levels", "find_gaps", "standing", "withhold_small_groups"]
