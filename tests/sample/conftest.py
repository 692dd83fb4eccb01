"""A small content pack and one drawn organisation, shared by the tests of the sample."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from toolkit.sample import SampleOrganisation, Truth, generate
from toolkit.sample.feedback import CUSTOMER_VIEW
from toolkit.sample.market import ROLE_FIGURES

ROOT = Path(__file__).parents[2]
COMPETENCIES = [*CUSTOMER_VIEW, "learning", "market_insight", "teamwork", "conflict_handling", "team_leadership"]
TODAY = date(2026, 9, 1)


def _rubric(name: str, criteria: int) -> dict[str, Any]:
    rows = [
        {
            "id": f"{name}_{number}",
            "weight": 1,
            "mandatory": True,
            "competencies": {COMPETENCIES[number]: 0.6, COMPETENCIES[number + 1]: 0.4},
        }
        for number in range(criteria)
    ]
    return {"id": name, "criteria": rows}


@pytest.fixture(scope="session")
def content() -> dict[str, Any]:
    """Return packs in the format of datasets/content, just large enough for the generator."""
    targets = {"junior": 2.5, "middle": 3.0, "senior": 4.0}
    expectations = {tier: {one: [level, 3] for one in COMPETENCIES[:9]} for tier, level in targets.items()}
    rubric_of = {
        "price_objection": "customer_visit",
        "staged_drill": "customer_visit",
        "complaint": "customer_visit",
        "team_conflict": "team_conversation",
    }
    return {
        "framework": {"groups": [{"competencies": [{"id": one} for one in COMPETENCIES]}]},
        "roles": {"roles": [{"id": one, "expectations": expectations} for one in [*ROLE_FIGURES, "area_manager"]]},
        "rubrics": {"rubrics": [_rubric("customer_visit", 8), _rubric("team_conversation", 6)]},
        "scenarios": {"scenarios": [{"id": one, "rubric": rubric} for one, rubric in rubric_of.items()]},
        "activities": {
            "activities": [
                {"id": "course", "mode": "dated", "seats": 12},
                {"id": "drill", "mode": "dated", "seats": 8},
                {"id": "reading", "mode": "on_demand"},
            ]
        },
    }


@pytest.fixture(scope="session")
def drawn(content: dict[str, Any]) -> tuple[SampleOrganisation, Truth]:
    """Return one organisation and its truth."""
    return generate(7, content, today=TODAY)
