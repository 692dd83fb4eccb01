"""Who may open a page now: in order of arrival, a few at a time, and only while there is memory for it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import psutil

_MEGABYTE = 1 << 20
_LOOK_AGAIN_SECONDS = 1.0


class Admission:
    """A queue in front of the opening of pages.

    At most `at_once` pages are being opened at a time; thirty that arrive together would otherwise
    all become slow. While the machine has less than `reserve_mb` of memory to spare, or `most`
    pages are open (0: any number), the first in the queue waits; `make_room` is asked for space then.
    """

    def __init__(
        self,
        at_once: int,
        *,
        reserve_mb: int,
        most: int,
        open_pages: Callable[[], int],
        make_room: Callable[[], object],
        available: Callable[[], int] = lambda: psutil.virtual_memory().available,
    ):
        self._at_once, self._reserve, self._most = at_once, reserve_mb * _MEGABYTE, most
        self._open_pages, self._make_room, self._available = open_pages, make_room, available
        self._queue: deque[asyncio.Event] = deque()
        self.opening = 0

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._queue)

    @property
    def full(self) -> bool:
        """Whether there is no room for one more page."""
        # A page being opened is counted with those open already.
        crowded = 0 < self._most <= self._open_pages()
        return crowded or self._available() < self._reserve

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[AsyncIterator[tuple[int, bool]]]:
        """Take a place in the queue, and give it up at the end.

        Gives an iterator that ends when it is one's turn; until then it yields how many are
        before one, and whether the server is full, whenever that changes.
        """
        called = asyncio.Event()
        self._queue.append(called)
        admitted = False

        async def places() -> AsyncIterator[tuple[int, bool]]:
            nonlocal admitted
            last: tuple[int, bool] | None = None
            while True:
                place = self._queue.index(called)
                if place == 0 and self.opening < self._at_once and not self._still_full():
                    break
                now = (place + self.opening, place == 0 and self.opening < self._at_once)
                if now != last:
                    yield now
                    last = now
                called.clear()
                try:
                    await asyncio.wait_for(called.wait(), _LOOK_AGAIN_SECONDS)
                except TimeoutError:
                    continue
            self._queue.popleft()
            self.opening += 1
            admitted = True
            self._call()

        try:
            yield places()
        finally:
            if admitted:
                self.opening -= 1
            else:
                self._queue.remove(called)
            self._call()

    def _still_full(self) -> bool:
        if self.full:
            self._make_room()
        return self.full

    def _call(self) -> None:
        for called in self._queue:
            called.set()
