"""Domain-free controls: fields, pickers, rating scale, tables, charts, upload with preview, download, status line."""

from toolkit.controls.actions import guarded
from toolkit.controls.download import Download
from toolkit.controls.page import Panel, card, choice, heading
from toolkit.controls.rating_scale import RatingScale
from toolkit.controls.status_line import StatusLine
from toolkit.controls.table import heat_map, table
from toolkit.controls.upload import Upload

__all__ = [
    "Download",
    "Panel",
    "RatingScale",
    "StatusLine",
    "Upload",
    "card",
    "choice",
    "guarded",
    "heading",
    "heat_map",
    "table",
]
