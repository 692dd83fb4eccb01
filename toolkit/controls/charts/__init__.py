"""Charts as our own SVG: pure functions from plain values to a `Figure`."""

from toolkit.controls.charts.bars import BeforeAfter, before_after_bars
from toolkit.controls.charts.calibration import Band, calibration_curve
from toolkit.controls.charts.export import png, standalone
from toolkit.controls.charts.figure import Figure
from toolkit.controls.charts.gantt import Strip, gantt
from toolkit.controls.charts.heat import Cell, heat_map
from toolkit.controls.charts.icons import icon_array
from toolkit.controls.charts.radar import radar
from toolkit.controls.charts.rows import Dot, GapBar, dot_intervals, gap_bars
from toolkit.controls.charts.timeline import Moment, timeline

__all__ = [
    "Band",
    "BeforeAfter",
    "Cell",
    "Dot",
    "Figure",
    "GapBar",
    "Moment",
    "Strip",
    "before_after_bars",
    "calibration_curve",
    "dot_intervals",
    "gantt",
    "gap_bars",
    "heat_map",
    "icon_array",
    "png",
    "radar",
    "standalone",
    "timeline",
]
