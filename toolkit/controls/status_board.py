"""Progress bars and a grid of statuses, of which an update touches only what changed."""

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from toolkit.controls.control import Control
from toolkit.language import Language


class StatusBoard(Control):
    """A sentence, a bar for each of some people, and rows by columns of marks with sign, name and word.

    `show` takes plain values. In the browser each bar and each cell is drawn anew only when it says
    something else; scrolling and focus stay.
    """

    script = "status_board"
    summary = traitlets.Unicode().tag(sync=True)
    stamp = traitlets.Unicode().tag(sync=True)
    bars: Any = traitlets.List().tag(sync=True)
    columns: Any = traitlets.List().tag(sync=True)
    rows: Any = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, *, language: Language, caption: str, first: str):
        words = {"caption": caption, "first": first, "empty": language("Nothing to show for this choice.")}
        super().__init__(words=words)
        self.add_class("coach-board")

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take no state from a browser."""

    def show(
        self,
        *,
        summary: str,
        stamp: str,
        bars: Sequence[Mapping[str, Any]],
        columns: Sequence[tuple[str, str]],
        rows: Sequence[Mapping[str, Any]],
    ) -> None:
        """Show the board.

        Parameters
        ----------
        summary, stamp
            A sentence on the whole, and when it was so.
        bars
            Each with id, name, words, share (0 to 1, None for no bar), tone and sign.
        columns
            (id, words) of each.
        rows
            Each with id, name and cells: for each column a list of marks with who, word, tone, sign.
        """
        with self.hold_sync():
            self.summary, self.stamp = summary, stamp
            self.bars, self.columns, self.rows = list(bars), [list(one) for one in columns], list(rows)
