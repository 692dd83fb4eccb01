"""What we add to a CASE package beyond the standard, under `extensions`: our ids and the other language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from toolkit.skillgap.case.identifiers import stable_identifier
from toolkit.skillgap.case.shapes import Amendment
from toolkit.wording import Text, text

EXTENSION = "sales-coaching-toolkit"


def own_extension(thing: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `write_framework` put under `extensions`, or nothing."""
    extensions = thing.get("extensions")
    if isinstance(extensions, list):
        extensions = extensions[0] if extensions else None
    own = extensions.get(EXTENSION) if isinstance(extensions, Mapping) else None
    return dict(own) if isinstance(own, Mapping) else {}


@dataclass
class Source:
    """The package being read: its language, the framework's id with us, its issuer, what was noted so far."""

    language: str
    framework_id: str
    issuer: str
    amendments: list[Amendment]

    def note(self, place: str, action: Literal["mended", "left_out", "to_complete"], message: Text) -> None:
        """Note what was done about a place of the file."""
        self.amendments.append(Amendment(place, action, message))

    def words(self, kept: object, words: str, place: str) -> dict[str, str]:
        """Return a text by language: `words` as the package has them, the others as they were sent out in `kept`.

        Where `words` was changed since, the others may be out of date, which is noted.
        """
        if not isinstance(kept, Mapping) or not kept:
            return {self.language: words}
        both = {str(code): str(said) for code, said in kept.items()}
        if words not in both.values():
            message = text("The text was changed elsewhere; its other language may be out of date.")
            self.note(place, "to_complete", message)
            both[self.language] = words
        return both

    def is_ours(self, identifier: str, kind: str, *ids: str) -> bool:
        """Say whether we would give this identifier ourselves, so that it need not be kept."""
        below = () if kind == "framework" else (self.framework_id,)
        return identifier == stable_identifier(kind, *below, *ids, issuer=self.issuer)
