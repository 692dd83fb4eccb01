"""Steps, an empty page, taking back, and progress that can be stopped."""

import asyncio
import threading
import time

import ipywidgets as widgets
import pytest
from playwright.sync_api import expect

from toolkit.controls.empty_state import EmptyState
from toolkit.controls.progress import Progress
from toolkit.controls.push_button import PushButton
from toolkit.controls.stepper import Stepper
from toolkit.controls.undo_bar import UndoBar
from toolkit.language import Language

EN = Language("en")


def send(control, content):
    control._handle_custom_msg(content, [])


def test_an_empty_page_says_what_to_do_and_escapes_it():
    way_out = PushButton("Load sample data")
    empty = EmptyState("<Nobody>", "Import & go", way_out)
    words, row = empty.children
    assert "<h2>&lt;Nobody&gt;</h2><p>Import &amp; go</p>" in words.value and row.children == (way_out,)
    assert len(EmptyState("Nothing", "to do").children) == 1 and isinstance(empty, widgets.VBox)


def test_undo_is_called_once_and_only_for_what_is_shown():
    bar, undone = UndoBar(language=EN), []
    bar.undo()
    bar.offer("First", lambda: undone.append(1))
    first = bar.number
    bar.offer("Second", lambda: undone.append(2))
    send(bar, {"press": "undo", "number": first})
    for junk in (None, "undo", {"press": "undo"}, {"press": "else", "number": bar.number}):
        send(bar, junk)
    assert undone == [] and bar.sentence == "Second"
    for _ in range(2):
        send(bar, {"press": "undo", "number": bar.number})
    assert undone == [2] and bar.sentence == ""
    bar.offer("Third", lambda: undone.append(3))
    send(bar, {"press": "dismiss", "number": bar.number})
    bar.undo()
    assert undone == [2] and bar.sentence == ""


def test_an_undo_may_offer_the_next_one():
    bar = UndoBar(language=EN)
    bar.offer("First", lambda: bar.offer("Second", lambda: None))
    bar.undo()
    assert bar.sentence == "Second"


def test_progress_is_kept_within_its_bounds():
    bar = Progress("Training", language=EN)
    bar.start("Testing…")
    assert bar.running and bar.fraction is None and not bar.can_cancel
    for given, kept in ((0.5, 0.5), (7, 1.0), (-1, 0.0), (None, None)):
        bar.update(given)
        assert bar.fraction == kept and bar.words == "Testing…"
    bar.update(0.1, "Training…")
    assert bar.words == "Training…"
    send(bar, {"cancel": True})  # not offered
    assert not bar.cancelled
    bar.finish()
    bar.cancel()
    assert not bar.cancelled and not bar.running


def test_without_a_loop_everything_is_done_before_run_returns():
    bar, ends, failures = Progress("Training", language=EN), [], []
    bar.run("…", lambda progress: progress.running, ends.append, failures.append)
    bar.run("…", lambda progress: 1 / 0, ends.append, failures.append)
    assert ends == [True] and isinstance(failures[0], ZeroDivisionError) and not bar.running


def test_in_a_kernel_a_press_reaches_what_runs():
    bar, ends, threads = Progress("Training", language=EN), [], []

    def work(progress):
        threads.append(threading.current_thread())
        for step in range(1000):
            if progress.cancelled:
                return step
            progress.update(step / 1000)
            time.sleep(0.005)
        return -1

    async def kernel():
        bar.run("…", work, lambda result: ends.append((result, threading.current_thread())), ends.append)
        bar.run("…", work, ends.append, ends.append)  # one at a time
        assert bar.running and bar.can_cancel
        await asyncio.sleep(0.05)
        send(bar, {"cancel": True})  # a message is taken while the work goes on
        assert bar.stopping
        while not ends:
            await asyncio.sleep(0.01)

    asyncio.run(kernel())
    own = threading.current_thread()
    ((step, where),) = ends
    assert 0 < step < 500 and where is own and threads[0] is not own and not bar.running


# On a page.


def test_steps_say_which_is_done_and_which_is_now(bench):
    steps = Stepper("Steps of the import", ["Choose", "Map", "Check"], language=EN)
    steps.current = 1
    bench.show(steps)
    items = bench.page.get_by_role("list", name="Steps of the import").get_by_role("listitem")
    expect(items.nth(0)).to_contain_text("Choose (done)")
    expect(items.nth(1)).to_have_attribute("aria-current", "step")
    assert items.nth(2).inner_text().split() == ["3", "Check"]
    steps.current = 3
    bench.push()
    expect(bench.page.locator("[aria-current]")).to_have_count(0)


def test_the_bar_is_read_out_pressed_once_and_gives_the_focus_back(bench):
    bar, before, undone = UndoBar(language=EN), PushButton("Rate"), []
    bench.show(before, bar)
    page = bench.page
    status = page.get_by_role("status")
    expect(status).to_have_text("")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    bar.offer("Rating changed from 3 to 4.", lambda: undone.append(1))
    bench.push()
    expect(status).to_have_text("Rating changed from 3 to 4.")
    page.get_by_role("button", name="Rate").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    expect(page.get_by_role("button", name="Rate")).to_be_focused()
    assert undone == [1]


@pytest.mark.parametrize("width", [320, 1440])
def test_progress_is_a_progressbar_with_words(make_bench, width):
    bench = make_bench(width)
    bar = Progress("Training", language=EN)
    bench.show(bar)
    page = bench.page
    expect(page.get_by_role("progressbar")).to_have_count(0)
    bar.start("Testing on the past…", can_cancel=True)
    bench.push()
    line = page.get_by_role("progressbar", name="Training")
    expect(line).not_to_have_attribute("aria-valuenow", "0")
    bar.update(0.42)
    bench.push()
    expect(line).to_have_attribute("aria-valuenow", "42")
    expect(line).to_have_attribute("aria-valuetext", "Testing on the past… 42 %")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("status")).to_have_text("Stopping…")
    page.get_by_role("button", name="Cancel").click(force=True)
    assert bar.cancelled and len(bench.sent) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
