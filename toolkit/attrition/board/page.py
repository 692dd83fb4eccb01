"""The section with the board of risks, on the data sets of the HR store."""

from collections.abc import Callable, Mapping, Sequence

from toolkit.attrition import storage
from toolkit.attrition.board.widget import RiskBoard
from toolkit.attrition.room import Room, Section, data_set_words, keep_trained, source_of
from toolkit.attrition.state import Source, Trained


class BoardSection(Section):
    """Trains on a data set of the store; every look at a name is written down."""

    def __init__(self, room: Room):
        super().__init__(room)
        self._chosen = ""
        self._offered: list[str] = []
        self.board = RiskBoard(
            {},
            language=room.language.code,
            names_of=self._names_of,
            on_trained=self._keep_run,
            drivers=room.drivers,
            on_conversations=self._hold,
            require=self._require_on,
        )
        self.children = [self.board]

    def show(self) -> None:
        """Offer the data sets there are now; what was trained stays unless they changed."""
        found = self.room.data_sets()
        ids = [data_set.data_set_id for data_set in found]
        if self._chosen and self._chosen not in ids:
            self._chosen = ""
            self.board.forget()
        if ids != self._offered:
            self._offered = ids
            self.board.offer(self._sources(found))

    def _require_on(self) -> None:
        with self.room.store.read() as connection:
            storage.require_on(connection)

    def _hold(self, conversations: int) -> None:
        self.room.conversations = conversations

    def _sources(self, found: Sequence[storage.DataSet]) -> dict[str, Callable[[], Source]]:
        say, sources = self.room.language, dict[str, Callable[[], Source]]()
        for data_set in found:
            name = data_set_words(data_set, say)
            words = say("{name} · {rows} rows · {moment}", name=name, rows=data_set.rows, moment=data_set.created_at.date())  # fmt: skip
            sources[words if words not in sources else f"{words} #{len(sources) + 1}"] = self._loader(data_set)
        return sources

    def _loader(self, data_set: storage.DataSet) -> Callable[[], Source]:
        def load() -> Source:
            self._chosen = data_set.data_set_id
            return source_of(self.room, data_set)

        return load

    def _keep_run(self, trained: Trained) -> None:
        if self.board.state.source is not None:
            keep_trained(self.room, self._chosen, self.board.state.source, trained)

    def _names_of(self, people: Sequence[str]) -> Mapping[str, str]:
        storage.record_view(self.room.store, self.room.viewer, self._chosen, list(people))
        return {person: self.room.names.get(person, person) for person in people}
