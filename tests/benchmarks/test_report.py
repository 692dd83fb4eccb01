"""What the benchmark makes of its figures; the measuring itself is run by `make bench`."""

from typing import Any

import pytest
import report


def runs(title: str, working: float, tap: float) -> dict[str, Any]:
    visit = {"paint": 100.0, "control": working - 50, "working": working, "taps": 1}
    one = {"ready": 1.0, "cold": visit, "first": visit, "second": visit, "taps": {"times": [tap, tap, tap]}}
    traffic = {"bytes": 2e6, "socket_bytes": 1e5, "requests": 9, "outside": []}
    openings = [{"working": 1000.0 * second} for second in range(1, 30)] + [{"failed": "nothing confirmed"}]
    memory = {"before": 100.0, "after": 400.0, "per_visitor": 30.0}
    return {
        "title": title,
        "versions": {"it": "1.0"},
        "rounds": [one],
        "weights": [{"first": traffic, "second": traffic}],
        "loads": [{"memory": memory, "crowd": {"openings": openings}}],
        "warnings": [],
    }


def written(**contenders: dict[str, Any]) -> str:
    about = {"date": "2026-01-01", "machine": "a computer", "browser": "a browser", "rounds": 1, "load_rounds": 1}
    return report.written(about | {"contenders": contenders, "pages": {}, "left_out": {"Panel": "no index"}})


def line(text: str, begin: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"| {begin}"))


@pytest.mark.parametrize(("part", "wanted"), [(0.5, 15), (0.95, 29), (1, 30)])
def test_shares_are_by_nearest_rank(part: float, wanted: float) -> None:
    assert report.share([float(value) for value in range(30, 0, -1)], part) == [wanted]


def test_targets_compare_with_the_best_peer_of_each_row() -> None:
    text = written(ours=runs("ours", 900, 30), dash=runs("Dash", 1000, 40), voila=runs("stock Voila", 3000, 20))
    assert line(text, "Working control, second visit | 0.90 s").endswith(
        "| 1.00 s (Dash) | 0.90 | ≤ 0.7 | **not met** |"
    )
    assert line(text, "Tap to update | 30 ms").endswith("| 20 ms (stock Voila) | 1.50 | ≤ 1.0 | **not met** |")
    assert line(text, "A further visitor").endswith("| ≤ 35 MB | met |")


def test_failures_and_absent_peers_are_in_the_report() -> None:
    text = written(ours=runs("ours", 900, 30))
    assert line(text, "30 at once").startswith("| 30 at once: p50, s | 15.0 |")
    assert line(text, "**30 at once: failures**") == "| **30 at once: failures** | 1 |"
    assert "- ours: nothing confirmed" in text
    assert "- Panel was left out: no index" in text
    assert "no peer measured" in text
