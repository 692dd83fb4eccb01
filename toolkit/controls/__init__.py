"""Domain-free controls: fields, pickers, rating scale, tables, charts, upload with preview, download, status line."""

from toolkit.controls.action_list import ActionList
from toolkit.controls.actions import guarded
from toolkit.controls.charts.figure import Figure
from toolkit.controls.choices import CheckGroup, Choice
from toolkit.controls.data_table import Action, Column, DataTable, Mark
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.fields import CheckField, DateField, NumberField, TextArea, TextField
from toolkit.controls.figure import FigureView
from toolkit.controls.file_picker import FilePicker
from toolkit.controls.page import Panel, button, card, choice, heading, prose, row
from toolkit.controls.person_picker import Entry, PersonPicker, SeveralPicker, people_entries
from toolkit.controls.place import Place
from toolkit.controls.progress import Progress
from toolkit.controls.push_button import PushButton
from toolkit.controls.rating_scale import RatingScale
from toolkit.controls.stage_timer import StageTimer
from toolkit.controls.status_line import StatusLine
from toolkit.controls.stepper import Stepper
from toolkit.controls.table import table
from toolkit.controls.tabs import TabList, Tabs
from toolkit.controls.undo_bar import UndoBar
from toolkit.controls.upload import Upload

__all__ = [
    "Action",
    "ActionList",
    "CheckField",
    "CheckGroup",
    "Choice",
    "Column",
    "DataTable",
    "DateField",
    "Download",
    "EmptyState",
    "Entry",
    "Figure",
    "FigureView",
    "FilePicker",
    "Mark",
    "NumberField",
    "Panel",
    "PersonPicker",
    "Place",
    "Progress",
    "PushButton",
    "RatingScale",
    "SeveralPicker",
    "StageTimer",
    "StatusLine",
    "Stepper",
    "TabList",
    "Tabs",
    "TextArea",
    "TextField",
    "UndoBar",
    "Upload",
    "button",
    "card",
    "choice",
    "guarded",
    "heading",
    "people_entries",
    "prose",
    "row",
    "table",
]
