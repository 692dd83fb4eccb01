"""The queue in front of the opening of pages: order, turns, room."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from toolkit.server.admission import Admission


def finished(work: Coroutine[Any, Any, Any]) -> Any:
    """Run `work` in a thread of its own: beside a browser, this one has a loop already."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _admission(at_once: int = 1, *, most: int = 0, free_mb: Callable[[], int] = lambda: 1000) -> Admission:
    return Admission(
        at_once,
        reserve_mb=100,
        most=most,
        open_pages=lambda: 3,
        make_room=lambda: None,
        available=lambda: free_mb() << 20,
    )


def test_pages_open_in_order_of_arrival_and_so_many_at_a_time() -> None:
    order: list[int] = []
    most = 0

    async def visit(admission: Admission, number: int) -> None:
        nonlocal most
        async with admission.turn() as places:
            async for _ in places:
                pass
            order.append(number)
            most = max(most, admission.opening)
            await asyncio.sleep(0.01)

    async def thirty() -> Admission:
        admission = _admission(2)
        await asyncio.gather(*(visit(admission, number) for number in range(30)))
        return admission

    admission = finished(thirty())
    assert order == list(range(30))
    assert most == 2 and admission.opening == admission.waiting == 0


def test_who_waits_is_told_how_many_are_before() -> None:
    told: list[tuple[int, bool]] = []

    async def visit(admission: Admission, seconds: float) -> None:
        async with admission.turn() as places:
            async for place in places:
                if seconds == 0:
                    told.append(place)
            await asyncio.sleep(seconds)

    async def three() -> None:
        admission = _admission(1)
        await asyncio.gather(visit(admission, 0.05), visit(admission, 0.05), visit(admission, 0))

    finished(three())
    assert told == [(2, False), (1, False)]


def test_who_leaves_the_queue_holds_up_nobody() -> None:
    async def visit(admission: Admission, leaving: bool) -> bool:
        async with admission.turn() as places:
            async for _ in places:
                if leaving:
                    return False
            await asyncio.sleep(0.02)
        return True

    async def three() -> list[bool]:
        admission = _admission(1)
        found = await asyncio.gather(*(visit(admission, leaving) for leaving in (False, True, False)))
        assert admission.opening == admission.waiting == 0
        return list(found)

    assert finished(three()) == [True, False, True]


def test_a_full_server_says_so_and_opens_once_there_is_room() -> None:
    free = [50]
    asked: list[bool] = []
    told: list[tuple[int, bool]] = []

    async def visit() -> None:
        admission = Admission(
            2,
            reserve_mb=100,
            most=0,
            open_pages=lambda: 0,
            make_room=lambda: asked.append(True),
            available=lambda: free[0] << 20,
        )
        async with admission.turn() as places:
            async for place in places:
                told.append(place)
                free[0] = 500

    finished(asyncio.wait_for(visit(), 10))
    assert told == [(0, True)] and asked


def test_the_number_of_pages_may_be_limited() -> None:
    assert _admission(most=3).full
    assert not _admission(most=4).full
    assert not _admission(most=0).full
