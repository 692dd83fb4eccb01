"""The sample organisation loaded once for ours, and the same texts as one JSON file for the peers."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def load_sample(home: Path) -> None:
    """Fill a data folder with the sample organisation."""
    home.mkdir(parents=True)
    environment = os.environ | {"COACH_HOME": str(home), "PYTHONPATH": str(ROOT)}
    subprocess.run(
        [sys.executable, "-m", "toolkit.cli", "demo", "--load-only"],
        env=environment,
        cwd=home,
        stdout=sys.stderr,
        check=True,
    )


def export_content(home: Path, target: Path) -> None:
    """Write workshops, scenarios and rubrics of the data folder `home`, in English, to `target`."""
    from toolkit.roleplay import storage
    from toolkit.store import open_store
    from toolkit.vocabulary import rows_of

    store = open_store(f"sqlite:///{home / 'coaching.sqlite'}", "coaching")
    workshops: dict[str, Any] = {}
    scenarios: dict[str, Any] = {}
    rubrics: dict[str, Any] = {}
    with store.read() as connection:
        for row in rows_of(storage.workshops(connection)):
            reps = storage.members_of(connection, row.workshop_id, "rep")
            played = storage.scenarios_of(connection, row.workshop_id)
            workshops[row.workshop_id] = {
                "name": f"{row.name_en} ({row.held_on.date()})",
                "scenarios": list(played["scenario_id"]),
                "reps": dict(zip(reps["person_id"], reps["name"], strict=True)),
            }
            for used in rows_of(played):
                _add(connection, used, scenarios, rubrics)
    store.close()
    body = {"workshops": workshops, "scenarios": scenarios, "rubrics": rubrics}
    target.write_text(json.dumps(body, ensure_ascii=False, indent=1), encoding="utf-8")


def _add(connection: Any, used: Any, scenarios: dict[str, Any], rubrics: dict[str, Any]) -> None:
    from toolkit.organisation.storage import content

    body = content(connection, "scenario", used.scenario_id, used.scenario_version)
    stages = [f"{stage['name']['en']}: {stage['minutes']} min" for stage in body["stages"]]
    scenarios[used.scenario_id] = {
        "name": body["name"]["en"],
        "rubric": used.rubric_id,
        "summary": body["summary"]["en"],
        "brief": {
            "Setting": body["setting"]["en"],
            "What the rep is told": body["rep_brief"]["en"],
            "What the role-player is told": body["actor_brief"]["en"],
            "Stages": "; ".join(stages),
        },
    }
    rubric = content(connection, "rubric", used.rubric_id, used.rubric_version)
    rubrics[used.rubric_id] = [
        {
            "id": criterion["id"],
            "name": criterion["name"]["en"],
            "question": criterion["question"]["en"],
            "mandatory": bool(criterion.get("mandatory", False)),
            "levels": [criterion["levels"][level]["en"] for level in sorted(criterion["levels"], key=int)],
        }
        for criterion in rubric["criteria"]
    ]
