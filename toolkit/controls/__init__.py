"""Domain-free controls: fields, pickers, rating scale, tables, charts, upload with preview, download, status line."""

from toolkit.controls.actions import guarded
from toolkit.controls.data_table import Column, DataTable, Mark
from toolkit.controls.download import Download
from toolkit.controls.figure import FigureView
from toolkit.controls.page import Panel, card, choice, heading
from toolkit.controls.rating_scale import RatingScale
from toolkit.controls.status_line import StatusLine
from toolkit.controls.table import table
from toolkit.controls.upload import Upload

__all__ = [
    "Column",
    "DataTable",
    "Download",
    "FigureView",
    "Mark",
    "Panel",
    "RatingScale",
    "StatusLine",
    "Upload",
    "card",
    "choice",
    "guarded",
    "heading",
    "table",
]
