"""Identifiers of CASE: UUIDs of version 1 to 5, made from our own ids so that they stay the same."""

import re
import uuid

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:sales-coaching-toolkit:case")
"""Never to be changed: every identifier given out so far was made with it."""
_ACCEPTED = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def stable_identifier(kind: str, *ids: str, issuer: str = "") -> str:
    """Return the UUIDv5 of one of our objects; the same ids always give the same identifier.

    `kind` tells objects with the same id apart (framework, group, competency...), `issuer`
    organisations that use the same ids for different content.
    """
    return str(uuid.uuid5(NAMESPACE, "\x1f".join((issuer, kind, *ids))))


def accepted(identifier: str) -> bool:
    """Say whether CASE 1.1 takes `identifier`: a UUID of version 1-5 in lower case."""
    return _ACCEPTED.fullmatch(identifier) is not None


def mended_identifier(identifier: str) -> str:
    """Return `identifier` as CASE takes it: spelled as it should be, or else a UUIDv5 made from it.

    The same foreign identifier always becomes the same UUID, so references keep pointing where they did.
    """
    plain = identifier.strip().lower().removeprefix("urn:uuid:").strip("{}")
    if accepted(plain):
        return plain
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(("foreign", plain))))
