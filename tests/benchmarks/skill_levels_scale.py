"""Seconds and memory of `estimate_levels` by size, as a Markdown table.

``python tests/benchmarks/skill_levels_scale.py [--people 625 1250 2500 5000] [--pieces 40]``

Twelve competencies; each person is rated by self, manager, peers, customers and trainers and sits tests, `pieces` pieces
of evidence on each competency. Each size runs in a process of its own; "more" is the peak of its memory above
what the evidence table and the libraries already took.
"""

import argparse
import datetime as dt
import multiprocessing
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from toolkit.skillgap import estimate_levels
from toolkit.skillgap.evidence import STANDARD_ERROR

AS_OF = dt.date(2026, 9, 1)
KINDS = ("self", "manager", "peer", "peer", "peer", "customer", "customer", "role_play", "joint_visit", "test")


def many(people: int, pieces: int, competencies: int = 12, seed: int = 20260901) -> pd.DataFrame:
    """Return an Evidence table of people x competencies x pieces rows."""
    rng = np.random.default_rng(seed)
    number = np.arange(people * pieces)
    person, piece = number // pieces, number % pieces
    kind = piece % len(KINDS)
    source = np.array(KINDS)[kind]
    rater = np.where(
        source == "self", person, np.where(source == "manager", person // 10, (person * 7 + kind) % people)
    )
    rater = np.where(np.isin(source, ("role_play", "joint_visit")), (person + piece) % 50, rater)
    shift = rng.normal(0, 0.3, people)[rater] + rng.normal(0, 0.5, people)[person]
    level = (
        3 + shift[:, None] + rng.normal(0, 0.5, (people, competencies))[person] + rng.normal(0, 0.7, (len(person), 12))
    )
    rows = len(person)
    names = np.char.add("r", rater.astype(str)).astype(object)
    names[source == "test"] = None
    day = pd.Timestamp(AS_OF) - pd.to_timedelta(piece // len(KINDS) * 90 + 10, unit="D")
    return pd.DataFrame(
        {
            "person_id": np.repeat(np.char.add("p", person.astype(str)), competencies),
            "competency_id": np.tile([f"c{one:02d}" for one in range(competencies)], rows),
            "source": np.repeat(source, competencies),
            "level": np.clip(np.rint(level), 1, 5).ravel(),
            "standard_error": np.repeat([STANDARD_ERROR[one] for one in source], competencies),
            "observed_on": np.repeat(day, competencies),
            "rater_id": np.repeat(names, competencies),
        }
    )


def memory(name: str) -> int:
    """Return a figure of this process's memory in kB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith(name)))


def measure(people: int, pieces: int) -> None:
    """Print one line of the table."""
    evidence = many(people, pieces)
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew from here (Linux)
    before = memory("VmRSS")
    start, processor = time.perf_counter(), time.process_time()
    levels = estimate_levels(evidence, as_of=AS_OF)
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    more = (memory("VmHWM") - before) / 1024
    print(
        f"| {people:,} | {len(evidence):,} | {len(levels):,} | {seconds:.1f} | {processor:.1f} "
        f"| {more:.0f} | {more * 1e6 / len(evidence):.0f} |",
        flush=True,
    )


def main() -> None:
    """Print the table, one line a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[625, 1250, 2500, 5000])
    parser.add_argument("--pieces", type=int, default=40)
    chosen = parser.parse_args()
    print("| people | rows | levels | seconds | processor seconds | MB more | MB a million rows |")
    print("| --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for people in chosen.people:
        process = multiprocessing.get_context("spawn").Process(target=measure, args=(people, chosen.pieces))
        process.start()
        process.join()


if __name__ == "__main__":
    main()
