"""The benchmark: ours and the peers side by side, in rounds that take turns. Run by ``make bench``.

``python tests/benchmarks --rounds 7 --only ours,panel --json out.json``. See docs/benchmarks.md.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), *map(str, FOLDER.parents[:2])]

import measures  # noqa: E402
import report  # noqa: E402
from contenders import CONTENDERS, Contender  # noqa: E402
from content_export import export_content, load_sample  # noqa: E402
from playwright.async_api import Browser, Error  # noqa: E402
from server_process import Server, ServerFailed  # noqa: E402

# Our other pages: the number of the sample user who may open it, and the control that shows it can be used.
PAGES = {
    "skill-gaps": (1, "svg.coach-chart"),
    "plans": (1, "button.mod-primary"),
    "attrition": (2, "button.mod-primary"),
    "data": (2, ".coach-file"),
}


def say(words: str) -> None:
    """Show progress, apart from the report."""
    print(words, file=sys.stderr, flush=True)


async def one_round(browser: Browser, contender: Contender, work: Path, runs: dict[str, Any]) -> None:
    """Measure one contender once: cold server, then warm server, second visit and taps."""
    figures: dict[str, Any] = {}
    runs["rounds"].append(figures)
    try:
        server = contender.start(work)
    except ServerFailed as error:
        figures["failed"] = str(error)
        return
    try:
        figures["ready"] = server.ready
        visitors = measures.Visitors(browser, contender, server)
        context = await visitors.profile()
        figures["cold"] = await visitors.open(await context.new_page())
        await context.close()
        await asyncio.sleep(measures.SETTLE)
        before = measures.stored_ratings(contender, work)
        figures |= await measures.visits(visitors)
        if "times" in figures["taps"] and measures.stored_ratings(contender, work) == before:
            runs["warnings"].append("ratings were confirmed on the page and not found in the store")
        if not runs["weights"]:
            await asyncio.sleep(measures.SETTLE)
            runs["weights"].append(await measures.weight(visitors))
    finally:
        server.stop()


async def one_load(browser: Browser, contender: Contender, work: Path, runs: dict[str, Any]) -> None:
    """Measure memory and 30 at once, each on a warm server that nobody else has just left."""
    figures: dict[str, Any] = {"memory": {}, "crowd": {"failed": "30 at once was not reached"}}
    runs["loads"].append(figures)
    for name, measure in (("memory", measures.memory), ("crowd", measures.crowd)):
        try:
            server = contender.start(work)
        except ServerFailed as error:
            figures[name] = {"failed": str(error)}
            continue
        try:
            visitors = measures.Visitors(browser, contender, server)
            context = await visitors.profile()
            await visitors.open(await context.new_page())
            await context.close()
            await asyncio.sleep(measures.SETTLE)
            figures[name] = await measure(visitors)
        finally:
            server.stop()


async def other_pages(browser: Browser, contender: Contender, work: Path, rounds: int) -> dict[str, Any]:
    """Measure the opening of our other pages."""
    server: Server = contender.start(work)
    found: dict[str, Any] = {name: {"rounds": []} for name in PAGES}
    try:
        visitors = measures.Visitors(browser, contender, server)
        for _ in range(rounds):
            for name, (user, control) in PAGES.items():
                context = await visitors.profile(control=control, user=user)
                page = await context.new_page()
                first = await visitors.open(page, f"/{name}")
                await measures.leave(page)
                await asyncio.sleep(measures.SETTLE)
                found[name]["rounds"].append({"first": first, "second": await visitors.open(page, f"/{name}")})
                await context.close()
        for name, (user, control) in PAGES.items():
            found[name]["weight"] = await measures.weight(visitors, f"/{name}", control=control, user=user)
    finally:
        server.stop()
    return found


def installed(contenders: Sequence[Contender]) -> tuple[list[Contender], dict[str, str]]:
    """Return the contenders that are there, and why the others are not."""
    left_out = {}
    for contender in contenders:
        if reason := contender.install():
            left_out[contender.title] = reason
            say(f"{contender.title} is left out, it could not be installed: {reason}")
    return [contender for contender in contenders if contender.title not in left_out], left_out


async def measured(chosen: Sequence[Contender], work: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Run all rounds and return the raw figures."""
    found = {
        contender.name: {
            "title": contender.title,
            "versions": contender.versions(),
            "rounds": [],
            "weights": [],
            "loads": [],
            "warnings": [],
        }
        for contender in chosen
    }
    pages = {}
    async with measures.chromium() as browser:
        version = f"Chromium {browser.version}"
        for kind, count, measure in (("round", asked.rounds, one_round), ("30 at once,", asked.load_rounds, one_load)):
            for number in range(count):
                for contender in chosen:
                    say(f"{kind} {number + 1} of {count}: {contender.title}")
                    try:
                        await measure(browser, contender, work, found[contender.name])
                    except Error as error:
                        found[contender.name]["warnings"].append(
                            f"{kind} {number + 1}: {error.message.splitlines()[0]}"
                        )
                    # A long run that is broken off leaves what it has.
                    keep(asked.json, {"contenders": found})
        if chosen[0].ours and not asked.no_pages:
            say("our other pages")
            pages = await other_pages(browser, chosen[0], work, min(asked.rounds, 3))
    return {"contenders": found, "pages": pages, "browser": version}


def keep(file: Path | None, run: dict[str, Any]) -> None:
    """Write the raw figures, if they are asked for."""
    if file:
        file.write_text(json.dumps(run, indent=1), encoding="utf-8")


def main() -> None:
    """Measure and print."""
    names = [contender.name for contender in CONTENDERS]
    parser = argparse.ArgumentParser(prog="make bench", description="Measure ours and the peers side by side.")
    parser.add_argument("--rounds", type=int, default=int(os.environ.get("ROUNDS") or 7))
    parser.add_argument("--load-rounds", type=int, default=3, help="rounds of memory and 30 at once")
    parser.add_argument("--only", default=",".join(names), help=f"some of {', '.join(names)}")
    parser.add_argument("--no-pages", action="store_true", help="leave our other pages out")
    parser.add_argument("--json", type=Path, help="file for the raw figures")
    asked = parser.parse_args()
    wanted = asked.only.split(",")
    if unknown := set(wanted) - set(names):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    chosen, left_out = installed([contender for contender in CONTENDERS if contender.name in wanted])
    with tempfile.TemporaryDirectory(prefix="coach-bench-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        say("loading the sample organisation")
        load_sample(work / "coach-home")
        export_content(work / "coach-home", work / "content.json")
        run = asyncio.run(measured(chosen, work, asked))
    run |= {
        "date": report.today(),
        "machine": report.machine(),
        "rounds": asked.rounds,
        "load_rounds": asked.load_rounds,
        "left_out": left_out,
    }
    keep(asked.json, run)
    print(report.written(run))


if __name__ == "__main__":
    main()
