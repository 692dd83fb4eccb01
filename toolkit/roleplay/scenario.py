"""A scenario: what is played, in which stages, with which rubric."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Both = Mapping[str, str]


@dataclass(frozen=True)
class Scenario:
    """What is to be scored. `stages` are (name, minutes).

    `kind` is ``workshop`` for a role-play, ``visit`` for real customers and ``proposal`` for a written proposal.
    """

    id: str
    rubric_id: str
    name: Both
    summary: Both
    setting: Both
    rep_brief: Both
    actor_brief: Both
    stages: tuple[tuple[Both, float], ...]
    debrief: tuple[Both, ...]
    kind: str = "workshop"

    @classmethod
    def from_content(cls, body: Mapping[str, Any]) -> "Scenario":
        """Build a scenario from its content."""
        return cls(
            id=body["id"],
            rubric_id=body["rubric"],
            name=body["name"],
            summary=body["summary"],
            setting=body["setting"],
            rep_brief=body["rep_brief"],
            actor_brief=body["actor_brief"],
            stages=tuple((stage["name"], float(stage["minutes"])) for stage in body["stages"]),
            debrief=tuple(body.get("debrief", ())),
            kind=body.get("kind", "workshop"),
        )
