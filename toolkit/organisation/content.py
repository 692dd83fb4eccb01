"""Content packs: framework, roles, rubrics, scenarios, activities and drivers, in both languages."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from toolkit.errors import InputError
from toolkit.settings import shipped
from toolkit.wording import text

PACKS = ("framework", "roles", "rubrics", "scenarios", "activities", "drivers", "calibrations")
Content = dict[str, Any]


def read_packs(folder: Path | None = None) -> dict[str, Content]:
    """Return the content packs in `folder` (by default those that ship), by pack name.

    Raises `InputError` naming the file when a pack is missing or is no YAML mapping.
    """
    import yaml

    folder = folder or shipped("datasets", "content")
    packs = {}
    for pack in PACKS:
        path = folder / f"{pack}.yaml"
        try:
            body = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (OSError, yaml.YAMLError) as error:
            raise InputError(text("The content pack {file} cannot be read.", file=path)) from error
        if not isinstance(body, dict):
            raise InputError(text("The content pack {file} is not in the expected form.", file=path))
        packs[pack] = body
    return packs


def content_hash(body: Mapping[str, Any]) -> str:
    """Return the version of a piece of content: the first 16 hexadecimal digits of its SHA-256."""
    canonical = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def competencies(framework: Mapping[str, Any]) -> Iterator[tuple[Content, Content]]:
    """Give each competency of `framework` with its group, in the framework's order."""
    for group in framework["groups"]:
        for competency in group["competencies"]:
            yield competency, group


def competency_names(framework: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Return the bilingual name of every competency by its id."""
    return {competency["id"]: competency["name"] for competency, _ in competencies(framework)}
