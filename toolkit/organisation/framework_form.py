"""The competency framework and the expectations of roles as forms to fill in, and back as content."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from toolkit.documents.columns import Column, TableForm
from toolkit.documents.problems import RowProblem
from toolkit.organisation.content import competencies, competency_names
from toolkit.organisation.expectations import role_expectations
from toolkit.organisation.findings import LANGUAGES
from toolkit.organisation.form import TIER_WORDS
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, records_of, rows_of
from toolkit.wording import Text, text

Content = Mapping[str, Any]
LEVELS = (1, 2, 3, 4, 5)
LONGEST = 1000
_ID = re.compile(r"[a-z0-9_]{1,60}")
# No brackets in these labels: headers are also matched without what stands in brackets.
_LABELS: dict[str, tuple[Text, Text]] = {
    "group": (text("Group name, English"), text("Group name, Chinese")),
    "name": (text("Competency name, English"), text("Competency name, Chinese")),
    "description": (text("Description, English"), text("Description, Chinese")),
}


def framework_form() -> TableForm:
    """Return the form of a framework: one row per competency, texts in both languages, behaviours at five levels."""
    both = {
        f"{field}_{code}": Column(f"{field}_{code}", label, "text", longest=LONGEST, required=True)
        for field, labels in _LABELS.items()
        for code, label in zip(LANGUAGES, labels, strict=True)
    }
    levels = tuple(
        Column(f"level_{level}_{code}", label, "text", longest=LONGEST)
        for level in LEVELS
        for code, label in (
            ("en", text("Level {level}, English", level=level)),
            ("zh", text("Level {level}, Chinese", level=level)),
        )
    )
    ids = text("Small letters a–z, digits and _. Keep it when the wording changes: evidence refers to it.")
    return TableForm(
        "framework",
        text("Competencies"),
        (
            Column("group_id", text("Group ID"), "id", required=True, longest=60, description=ids),
            both["group_en"],
            both["group_zh"],
            Column(
                "competency_id", text("Competency ID"), "id", required=True, unique=True, longest=60, description=ids
            ),
            *(both[f"{field}_{code}"] for field in ("name", "description") for code in LANGUAGES),
            *levels,
        ),
        purpose=text(
            "One row per competency, in the order in which they are shown. What is missing here is taken out."
        ),
        sample_rows=(_SAMPLE,),
        check_rows=_framework_rows_wrong,
    )


_SAMPLE: dict[str, object] = {
    "group_id": "base",
    "group_en": "Base qualities",
    "group_zh": "基本素质",
    "competency_id": "punctuality",
    "name_en": "Punctuality",
    "name_zh": "守时",
    "description_en": "Comes and delivers when agreed.",
    "description_zh": "按约定时间到场和交付。",
    **{
        f"level_{level}_{code}": words
        for level, both in enumerate(
            (
                ("Comes late without saying so.", "迟到且不打招呼。"),
                ("Says so when late.", "迟到会说一声。"),
                ("Comes when agreed.", "按约定时间到场。"),
                ("Comes prepared and early.", "提前到场并做好准备。"),
                ("Plans so that others can be on time too.", "统筹安排，使他人也能准时。"),
            ),
            start=1,
        )
        for code, words in zip(LANGUAGES, both, strict=True)
    },
}


def _framework_rows_wrong(frame: pd.DataFrame) -> Iterator[RowProblem]:
    names: dict[str, tuple[Any, Any]] = {}
    for position, row in enumerate(records_of(frame)):
        for column in ("group_id", "competency_id"):
            if pd.notna(row[column]) and not _ID.fullmatch(str(row[column])):
                message = text("“{id}” cannot be an id.", id=row[column])
                remedy = text("Ids have small letters a–z, digits and _, at most 60.")
                yield RowProblem(position, column, message, remedy)
        said = (row["group_en"], row["group_zh"])
        filled = pd.notna(row["group_id"]) and not any(map(pd.isna, said))
        if filled and names.setdefault(str(row["group_id"]), said) != said:
            message = text("The group “{id}” is called otherwise further up.", id=row["group_id"])
            yield RowProblem(position, "group_en", message, text("Give a group the same names in every row."))
        yield from _half_described(position, row)


def _half_described(position: int, row: Mapping[str, Any]) -> Iterator[RowProblem]:
    cells = [f"level_{level}_{code}" for level in LEVELS for code in LANGUAGES]
    empty = [cell for cell in cells if pd.isna(row[cell])]
    if 0 < len(empty) < len(cells):
        message = text("Behaviours are needed at all five levels in both languages, or at none.")
        yield RowProblem(position, empty[0], message, text("Fill in the cell, or empty all ten."))


def framework_rows(framework: Content) -> pd.DataFrame:
    """Return a framework as rows of its form."""
    rows = []
    for competency, group in competencies(framework):
        row: dict[str, Any] = {"group_id": group["id"], "competency_id": competency["id"]}
        levels = {str(level): words for level, words in (competency.get("levels") or {}).items()}
        for code in LANGUAGES:
            row[f"group_{code}"] = group["name"].get(code)
            row[f"name_{code}"] = competency["name"].get(code)
            row[f"description_{code}"] = (competency.get("description") or {}).get(code)
            for level in LEVELS:
                row[f"level_{level}_{code}"] = levels.get(str(level), {}).get(code)
        rows.append(row)
    return pd.DataFrame(rows, columns=[column.name for column in framework_form().columns])


def framework_from_rows(frame: pd.DataFrame, earlier: Content) -> dict[str, Any]:
    """Return the framework that rows of the form describe.

    Name, version and attribution of the framework, and whatever the form does not show of a group or
    competency, are taken from `earlier`, the version so far.
    """
    kept_groups = {group["id"]: group for group in earlier.get("groups", [])}
    kept = {one["id"]: one for one, _ in competencies(earlier)} if kept_groups else {}
    groups: dict[str, dict[str, Any]] = {}
    for row in records_of(frame):
        group_id, competency_id = str(row["group_id"]), str(row["competency_id"])
        if group_id not in groups:
            named = {"id": group_id, "name": _both(row, "group", kept_groups.get(group_id, {}).get("name"))}
            groups[group_id] = {**kept_groups.get(group_id, {}), **named, "competencies": []}
        known = kept.get(competency_id, {})
        made = {
            **{name: value for name, value in known.items() if name != "levels"},
            "id": competency_id,
            "name": _both(row, "name", known.get("name")),
            "description": _both(row, "description", known.get("description")),
        }
        if pd.notna(row["level_1_en"]):
            made["levels"] = {level: _both(row, f"level_{level}", None) for level in LEVELS}
        groups[group_id]["competencies"].append(made)
    return {**earlier, "groups": list(groups.values())}


def _both(row: Mapping[str, Any], field: str, earlier: Content | None) -> dict[str, str]:
    """Return the two languages of the form, and any other that `earlier` has."""
    return {**(earlier or {}), **{code: str(row[f"{field}_{code}"]) for code in LANGUAGES}}


def expectations_form(roles: Content, framework: Content) -> TableForm:
    """Return the form of what roles ask: one row per role, tier and competency."""
    names = competency_names(framework)
    words = {role["id"]: role["name"] for role in roles["roles"]}
    sample = {"role_id": next(iter(words), ""), "tier_id": "junior", "competency_id": next(iter(names), "")}
    return TableForm(
        "expectations",
        text("Expectations"),
        (
            Column("role_id", text("Role"), "choice", required=True, choices=words),
            Column("tier_id", text("Tier"), "choice", required=True, choices=TIER_WORDS),
            Column("competency_id", text("Competency"), "choice", required=True, choices=names),
            Column("target", text("Expected level"), "number", required=True, low=SCALE_LOW, high=SCALE_HIGH),
            Column("weight", text("Weight"), "number", required=True, low=0, high=5),
        ),
        key=("role_id", "tier_id", "competency_id"),
        purpose=text("Everything a role asks. A role that has no row here keeps what it asks so far."),
        sample_rows=({**sample, "target": 3, "weight": 4},) if words and names else (),
    )


def expectation_rows(roles: Content) -> pd.DataFrame:
    """Return the expectations of all roles as rows of their form."""
    return role_expectations(dict(roles))


def roles_from_rows(frame: pd.DataFrame, earlier: Content) -> dict[str, Any]:
    """Return the roles pack `earlier` with the expectations that rows of the form give.

    A role with rows asks exactly what they say, one without keeps what it asks.
    """
    asked: dict[str, dict[str, dict[str, list[float]]]] = {}
    before = {role["id"]: role.get("expectations", {}) for role in earlier["roles"]}
    for row in rows_of(frame):
        pair = [float(row.target), float(row.weight)]
        known = before.get(row.role_id, {}).get(row.tier_id, {}).get(row.competency_id)
        # The same numbers stay spelled as they were (4, not 4.0), or equal content would get another version.
        spelled = list(known) if known is not None and list(known) == pair else pair
        asked.setdefault(row.role_id, {}).setdefault(row.tier_id, {})[row.competency_id] = spelled
    roles = [{**role, "expectations": asked.get(role["id"], role.get("expectations", {}))} for role in earlier["roles"]]
    return {**earlier, "roles": roles}
