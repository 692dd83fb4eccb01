"""A table for reading, sorting, searching and taking along, smooth with thousands of rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import traitlets

from toolkit.controls.control import Control
from toolkit.controls.table_cells import Action, Column, Mark, Tone, columns_of, on_wire
from toolkit.language import Language

__all__ = ["Action", "Column", "DataTable", "Mark", "Tone", "columns_of"]
_LOCALES = {"en": "en-GB", "zh": "zh-CN"}


class DataTable(Control):
    """Rows with ids under `columns`, the first of which names each row.

    Cells are plain text, never HTML. `empty` is said where there are no rows. `on_action(row_id,
    action_id)` is called for a press of a button the row really has, `on_select(ids)` when rows are
    chosen; without it none can be. With more than a dozen rows there are a search, filters for
    columns of few values, and a CSV file of what is shown. Sorting and filtering happen in the browser.
    """

    script = "data_table"
    key = traitlets.Unicode("table").tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    selected = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(
        self,
        columns: Sequence[Column] = (),
        *,
        language: Language | None = None,
        caption: str = "",
        empty: str = "",
        on_action: Callable[[str, str], None] | None = None,
        on_select: Callable[[list[str]], None] | None = None,
    ):
        self._ids: tuple[str, ...] = ()
        self._offered: dict[str, frozenset[str]] = {}
        self._language = language or Language()
        self._on_action, self._on_select = on_action, on_select
        self._caption, self._columns = caption, tuple(columns)
        super().__init__(words=_words(self._language, empty))
        self.key = f"table-{id(self):x}"
        self.on_msg(self._receive)
        self.show(pd.DataFrame(columns=[column.name for column in columns]))

    def show(
        self,
        frame: pd.DataFrame,
        *,
        columns: Sequence[Column] | None = None,
        caption: str | None = None,
        ids: Iterable[str] | None = None,
        sort: Mapping[str, Iterable[Any]] | None = None,
        search: Iterable[str] | None = None,
        actions: Sequence[Action] | Mapping[str, Sequence[Action]] = (),
    ) -> None:
        """Show the rows of `frame`; the reader's sort, search, filters, place and focus stay.

        Parameters
        ----------
        columns, caption
            Given where they change with the rows.
        ids
            One for each row and never twice; otherwise rows are called by their position.
        sort
            By column name the values to sort by, one per row, where the words do not sort right.
        search
            Further words to find each row by, such as a name in pinyin.
        actions
            The buttons of every row, or by row id those of each.
        """
        self._columns = self._columns if columns is None else tuple(columns)
        self._caption = self._caption if caption is None else caption
        self._ids = tuple(map(str, range(len(frame)) if ids is None else ids))
        if len(self._ids) != len(frame) or len(set(self._ids)) != len(frame):
            raise ValueError("every row takes an id of its own")
        offers = actions if isinstance(actions, Mapping) else dict.fromkeys(self._ids, actions)
        self._offered = {row: frozenset(action.id for action in offers.get(row, ())) for row in self._ids}
        known = {action.id: action for row in self._ids for action in offers.get(row, ())}
        keys = sort or {}
        with self.hold_sync():
            self.data = {
                "caption": self._caption,
                "ids": list(self._ids),
                "columns": [on_wire(one, frame[one.name], keys.get(one.name), self._language) for one in self._columns],
                "search": None if search is None else list(search),
                "actions": [{"id": action.id, "label": action.label} for action in known.values()],
                "offered": _offered(offers, self._ids) if isinstance(actions, Mapping) else None,
                "selectable": self._on_select is not None,
            }
            self.selected = self.selected

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the rows, in the order they were given."""
        return self._ids

    def press(self, row_id: str, action_id: str) -> None:
        """Press a button, as a tap does; does nothing for a button that is not there."""
        if self._on_action is not None and action_id in self._offered.get(row_id, ()):
            self._on_action(row_id, action_id)

    # Both traits below are written by the browser, so what it may choose is judged by what is kept here.
    @traitlets.validate("selected")
    def _only_rows(self, proposal: Any) -> list[str]:
        chosen = set(proposal["value"]) if self._on_select is not None else set()
        return [row for row in self._ids if row in chosen]

    @traitlets.observe("selected")
    def _tell(self, change: Any) -> None:
        if self._on_select is not None:
            self._on_select(list(change["new"]))

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        if isinstance(content, dict):
            self.press(str(content.get("row")), str(content.get("action")))


def _offered(offers: Mapping[str, Sequence[Action]], ids: Sequence[str]) -> list[list[str]]:
    return [[action.id for action in offers.get(row, ())] for row in ids]


def _words(language: Language, empty: str) -> dict[str, str]:
    say = language
    return {
        "locale": _LOCALES[language.code],
        "empty": empty or say("There is nothing to show here yet."),
        "search": say("Search this table"),
        "all": say("All"),
        "showing": say("Showing {shown} of {total}", shown="{shown}", total="{total}"),
        "chosen": say("{count} selected", count="{count}"),
        "none": say("Nothing matches the search and the filters."),
        "clear": say("Clear search and filters"),
        "csv": say("Download CSV"),
        "sort": say("Sort by"),
        "actions": say("Actions"),
        "choose": say("Select {row}", row="{row}"),
        "choose_all": say("Select all rows shown"),
    }
