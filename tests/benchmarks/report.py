"""The figures of a run as Markdown: one table for all contenders, the targets, and our other pages."""

import datetime as dt
import os
import platform
import statistics
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

Figures = dict[str, Any]
Values = list[float]
Row = tuple[str, str, Callable[[Figures], Values], int]


def visit_values(visit: str, what: str) -> Callable[[Figures], Values]:
    """Return a function that collects the seconds of one moment over a contender's rounds."""
    return lambda runs: [one[visit][what] / 1000 for one in runs["rounds"] if one.get(visit, {}).get(what) is not None]


def _cold_server(runs: Figures) -> Values:
    return [one["ready"] + one["cold"]["working"] / 1000 for one in runs["rounds"] if "working" in one.get("cold", {})]


def _taps(runs: Figures) -> Values:
    return [time for one in runs["rounds"] for time in one.get("taps", {}).get("times", ())]


def _weight(visit: str, what: str, unit: float) -> Callable[[Figures], Values]:
    return lambda runs: [
        one[visit][what] / unit for one in runs["weights"] if "failed" not in one[visit] and what in one[visit]
    ]


def _memory(what: str) -> Callable[[Figures], Values]:
    return lambda runs: [one["memory"][what] for one in runs["loads"] if what in one["memory"]]


def _crowd(runs: Figures) -> Values:
    return [
        opening["working"] / 1000
        for one in runs["loads"]
        for opening in one["crowd"].get("openings", ())
        if "working" in opening
    ]


def share(values: Values, part: float) -> Values:
    """Return the value below which `part` of `values` lie (nearest rank), in a list; empty for none."""
    ranked = sorted(values)
    return [ranked[max(0, -(-len(ranked) * round(part * 100) // 100) - 1)]] if ranked else []


def failures(runs: Figures) -> list[str]:
    """Return why openings of a contender failed, one reason per failure."""
    visits = [one.get(visit, {}) for one in runs["rounds"] for visit in ("cold", "first", "second", "taps")]
    visits += [*(found for one in runs["weights"] for found in one.values()), *(one["memory"] for one in runs["loads"])]
    reasons = [found["failed"] for found in (*visits, *runs["rounds"]) if "failed" in found]
    lost = sum(one.get("taps", {}).get("lost", 0) for one in runs["rounds"])
    return reasons + ["a tap in the open page was never confirmed"] * lost


def crowd_failures(runs: Figures) -> list[str]:
    """Return why openings failed when all came at once."""
    return [
        opening["failed"]
        for one in runs["loads"]
        for opening in (one["crowd"].get("openings") or [one["crowd"]])
        if "failed" in opening
    ]


ROWS: tuple[Row, ...] = (
    ("First paint, warm server, cold browser", "s", visit_values("first", "paint"), 2),
    ("Control shown, warm server, cold browser", "s", visit_values("first", "control"), 2),
    ("**Working control, warm server, cold browser**", "s", visit_values("first", "working"), 2),
    ("Taps until one was confirmed, warm server, cold browser", "", lambda runs: _tries(runs, "first"), 0),
    ("First paint, second visit", "s", visit_values("second", "paint"), 2),
    ("Control shown, second visit", "s", visit_values("second", "control"), 2),
    ("**Working control, second visit**", "s", visit_values("second", "working"), 2),
    ("Taps until one was confirmed, second visit", "", lambda runs: _tries(runs, "second"), 0),
    ("Working control, cold server, cold browser", "s", _cold_server, 2),
    ("**Tap to update**", "ms", _taps, 0),
    ("Tap to update, p95", "ms", lambda runs: share(_taps(runs), 0.95), 0),
    ("**Page weight, cold browser**", "MB", _weight("first", "bytes", 1e6), 2),
    ("… and over the websocket, uncompressed", "MB", _weight("first", "socket_bytes", 1e6), 2),
    ("Requests, cold browser", "", _weight("first", "requests", 1), 0),
    ("Page weight, second visit", "MB", _weight("second", "bytes", 1e6), 2),
    ("Requests, second visit", "", _weight("second", "requests", 1), 0),
    ("Requests to other computers (blocked)", "", lambda runs: [float(len(w["first"].get("outside", ()))) for w in runs["weights"]], 0),
    ("**Memory of a further visitor (PSS)**", "MB", _memory("per_visitor"), 1),
    ("Memory of the server with 3 visitors (PSS)", "MB", _memory("before"), 0),
    ("Memory of the server with 13 visitors (PSS)", "MB", _memory("after"), 0),
    ("30 at once: p50", "s", lambda runs: share(_crowd(runs), 0.5), 1),
    ("**30 at once: p95**", "s", lambda runs: share(_crowd(runs), 0.95), 1),
    ("30 at once: slowest", "s", lambda runs: share(_crowd(runs), 1), 1),
    ("**30 at once: failures**", "", lambda runs: [float(len(crowd_failures(runs)))] if runs["loads"] else [], 0),
)  # fmt: skip


def _tries(runs: Figures, visit: str) -> Values:
    return [one[visit]["taps"] for one in runs["rounds"] if "taps" in one.get(visit, {})]


def cell(values: Values, digits: int) -> str:
    """Return the median and, where they differ, the ends."""
    if not values:
        return "–"
    low, middle, high = (f"{value:.{digits}f}" for value in (min(values), statistics.median(values), max(values)))
    return middle if low == high else f"{middle} [{low}–{high}]"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _verdicts(found: dict[str, Figures]) -> Iterable[Sequence[str]]:
    """Give a row per target: what, ours, best peer, ratio, target, met."""
    ours = found["ours"]
    compared = (
        ("Working control, warm server, cold browser", visit_values("first", "working"), "s", 2, 1.0),
        ("Working control, second visit", visit_values("second", "working"), "s", 2, 0.7),
        ("Tap to update", _taps, "ms", 0, 1.0),
    )
    for words, collect, unit, digits, target in compared:
        own = collect(ours)
        peers = {runs["title"]: collect(runs) for name, runs in found.items() if name != "ours"}
        medians = {title: statistics.median(values) for title, values in peers.items() if values}
        if not own or not medians:
            yield words, cell(own, digits), "no peer measured", "–", f"≤ {target}", "–"
            continue
        best = min(medians, key=medians.__getitem__)
        ratio = statistics.median(own) / medians[best]
        shown = f"{medians[best]:.{digits}f} {unit} ({best})"
        mine = f"{statistics.median(own):.{digits}f} {unit}"
        yield words, mine, shown, f"{ratio:.2f}", f"≤ {target}", _yes(ratio <= target)
    weight, memory = _weight("first", "bytes", 1e6)(ours), _memory("per_visitor")(ours)
    for words, values, unit, target in (("Page weight", weight, "MB", 3), ("A further visitor", memory, "MB", 35)):
        if values:
            middle = statistics.median(values)
            yield words, f"{middle:.2f} {unit}", "", "", f"≤ {target} {unit}", _yes(middle <= target)
    if ours["loads"]:
        count = len(crowd_failures(ours))
        yield "30 at once", f"{count} failures", "", "", "no failure", _yes(count == 0)


def _yes(met: bool) -> str:
    return "met" if met else "**not met**"


def _pages(pages: dict[str, Figures]) -> Iterable[Sequence[str]]:
    for name, runs in pages.items():
        first, second = (
            [one[visit]["control"] / 1000 for one in runs["rounds"] if "control" in one[visit]]
            for visit in ("first", "second")
        )
        weight = [one["bytes"] / 1e6 for one in [runs["weight"]["first"]] if "bytes" in one]
        yield name, cell(first, 2), cell(second, 2), cell(weight, 2)


def written(run: Figures) -> str:
    """Return the whole report."""
    found: dict[str, Figures] = run["contenders"]
    head = ["", *(runs["title"] for runs in found.values())]
    rows = [
        [f"{words}, {unit}" if unit else words, *(cell(collect(runs), digits) for runs in found.values())]
        for words, unit, collect, digits in ROWS
    ]
    rows.append(["Failed measurements", *(str(len(failures(runs))) for runs in found.values())])
    parts = [
        f"{run['date']}, {run['machine']}, {run['rounds']} rounds, {run['load_rounds']} rounds of 30 at once; "
        f"median [lowest–highest]",
        table(head, rows),
    ]
    if "ours" in found:
        parts.append(table(["Target", "ours", "best peer", "ratio", "wanted", ""], _verdicts(found)))
    if run["pages"]:
        parts.append(
            table(["Our other pages", "cold browser, s", "second visit, s", "weight, MB"], _pages(run["pages"]))
        )
    versions = "; ".join(
        f"{runs['title']}: " + ", ".join(f"{name} {version}" for name, version in runs["versions"].items())
        for runs in found.values()
    )
    parts.append(f"{versions}; {run['browser']}.")
    reasons = [
        f"- {runs['title']}: {reason}"
        for runs in found.values()
        for reason in sorted({*failures(runs), *crowd_failures(runs), *runs["warnings"]})
    ]
    reasons += [f"- {title} was left out: {reason}" for title, reason in run["left_out"].items()]
    if reasons:
        parts.append("\n".join(reasons))
    return "\n\n".join(parts)


def machine() -> str:
    """Return what computer this is, in words."""
    names = [
        line.partition(":")[2].strip()
        for line in (Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ())
        if line.startswith("model name")
    ]
    name = names[0] if names else platform.processor() or platform.machine()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name}, {cores} cores, Python {platform.python_version()}"


def today() -> str:
    """Return the date of the run."""
    return dt.date.today().isoformat()
