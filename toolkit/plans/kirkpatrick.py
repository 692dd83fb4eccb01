"""How far evidence of training reaches on Kirkpatrick's four levels.

Kirkpatrick & Kirkpatrick 2006, Evaluating Training Programs (3rd ed.): reaction (they liked it), learning (they can do
it when tested), behaviour (they do it at work), results (the business gains). One level does not imply the next
(Alliger & Janak 1989, Personnel Psychology 42:331).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.errors import InputError
from toolkit.vocabulary import SOURCES
from toolkit.wording import Text, text

LEVELS = ("reaction", "learning", "behaviour", "results")
# What people say of themselves is an opinion; a role-play and a test are staged; the others saw real work.
REACHES = {
    "self": "reaction",
    "role_play": "learning",
    "test": "learning",
    "certificate": "learning",
    "joint_visit": "behaviour",
    "proposal": "behaviour",
    "manager": "behaviour",
    "peer": "behaviour",
    "customer": "behaviour",
    "figures": "results",
}
LEVEL_WORDS = {
    "reaction": text("1 Reaction"),
    "learning": text("2 Learning"),
    "behaviour": text("3 Behaviour"),
    "results": text("4 Results"),
}
_SAID = {
    "reaction": text("Only what people say of themselves was asked; whether they can do it was not seen."),
    "learning": text(
        "Seen in role-plays or tests: they can do it when asked to. Whether they do it at work was not seen."
    ),
    "behaviour": text("Seen at work by others. Whether the business gained by it was not measured."),
    "results": text(
        "Sales figures were compared; they move with market and area too, so look at the levels below as well."
    ),
}


@dataclass(frozen=True)
class Reach:
    """`level` is the highest of `LEVELS` any source reaches, or None; `sources` by level; `words` say it honestly."""

    level: str | None
    sources: dict[str, tuple[str, ...]]
    words: Text


def kirkpatrick_reach(sources: Iterable[str]) -> Reach:
    """Return how far the sources of the levels measured afterwards reach.

    `sources` are terms of `vocabulary.SOURCES`; raises `InputError` for others.
    """
    used = sorted(set(sources))
    for one in used:
        if one not in REACHES:
            raise InputError(
                text("“{value}” is no source of evidence.", value=one),
                remedy=text("Allowed is one of: {values}.", values=", ".join(SOURCES)),
            )
    by_level = {level: tuple(s for s in used if REACHES[s] == level) for level in LEVELS}
    reached = [level for level in LEVELS if by_level[level]]
    if not reached:
        return Reach(None, by_level, text("It is not known by what the levels were measured, so not what they prove."))
    return Reach(reached[-1], by_level, _SAID[reached[-1]])
