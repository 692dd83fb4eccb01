"""Skills and what occupations ask of them, from the O*NET database in its old and its new layout."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import InputError
from toolkit.skillgap.onet_files import Layout, Release, open_release
from toolkit.skillgap.onet_names import GROUPS, SKILLS_ZH
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW
from toolkit.wording import text

RANGES = {"IM": (1.0, 5.0), "LV": (0.0, 7.0)}
"""Lowest and highest value of the scales importance and level."""
_ELEMENT = re.compile(r"(2\.[AB]\.\d)\.[a-z]")
_OCCUPATION = re.compile(r"\d\d-\d{4}\.\d\d")
_KEY = ["O*NET-SOC Code", "Element ID", "Scale ID"]


@dataclass(frozen=True)
class OnetImport:
    """What the files hold, in our form.

    `framework` is a content pack: skills as competencies, with `code` (the element id), `anchors`
    (examples at levels, where the file of anchors was given) and `attribution`, which has to stay with
    whatever is made of it. `roles`: id, code, name and description of the occupations.
    `expectations`: role_id, competency_id, target (level 1-5), target_error (levels), weight (1-5) and
    raters. `left_out`: ratings not taken over, with role_id, competency_id and reason (a `Text`).
    """

    framework: dict[str, Any]
    roles: list[dict[str, Any]]
    expectations: pd.DataFrame
    left_out: pd.DataFrame
    release: str
    layout: Layout


def read_onet(
    files: Mapping[str, bytes] | bytes, *, occupations: Collection[str] | None = None, release: str = ""
) -> OnetImport:
    """Read the skills of an O*NET release and what `occupations` (O*NET-SOC codes; default all) ask.

    `files` are the text files by name, or the zip archive of the text version: Skills.txt (releases
    5.1 to 30.2), or Essential Skills.txt and Transferable Skills.txt (from 30.3); Occupation Data,
    Content Model Reference, Level Scale Anchors and Scales Reference are used where given. `release`
    says which it is; otherwise it is read from Read Me.txt or the archive's folder.

    Level (0-7) becomes our target by 1 + 4 x level / 7, importance (1-5) the weight. Ratings that
    O*NET advises to suppress, marks as not relevant or gives on one scale only are left out and listed.
    Texts are in English, with our Chinese names of the skills.

    Raises `InputError` saying what is wrong if the files are of an unknown version (other files, other
    columns, another scale, elements that are no skills), damaged, or lack an occupation.
    Source: O*NET database data dictionary, text version; the licence is CC BY 4.0.
    """
    opened = open_release(files, release)
    ratings = _ratings(opened)
    known = set(ratings["O*NET-SOC Code"])
    chosen = sorted(known) if occupations is None else list(dict.fromkeys(occupations))
    for unknown in [code for code in chosen if code not in known]:
        raise InputError(
            text("The files have no skills of the occupation {code}.", code=unknown),
            remedy=text("Give O*NET-SOC codes such as {example}.", example=min(known)),
        )
    names = dict(zip(ratings["Element ID"], ratings["Element Name"], strict=True))
    expectations, left_out = _expectations(ratings[ratings["O*NET-SOC Code"].isin(chosen)])
    return OnetImport(
        _framework(opened, names), _roles(opened, chosen), expectations, left_out, opened.number, opened.layout
    )


def attribution(release: str) -> dict[str, str]:
    """Return text, licence and url that the licence of the O*NET database asks for where it is used, changed."""
    named = f"O*NET {release} Database" if release else "O*NET Database"
    return {
        "text": (
            f"This product includes information from the {named} by the U.S. Department of Labor, Employment and "
            "Training Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET® is a trademark of "
            "USDOL/ETA. This information has been modified: levels were converted to a scale of 1 to 5 and Chinese "
            "names were added. USDOL/ETA has not approved, endorsed, or tested these modifications."
        ),
        "licence": "CC BY 4.0",
        "url": "https://www.onetcenter.org/database.html",
    }


def _ratings(release: Release) -> pd.DataFrame:
    """Return the rating rows with their numbers, or refuse what is not in the form of any release."""
    ratings = release.ratings
    _require(ratings, ratings["O*NET-SOC Code"].str.fullmatch(_OCCUPATION), "O*NET-SOC Code")
    _require(ratings, ratings["Element ID"].str.fullmatch(_ELEMENT), "Element ID")
    _require(ratings, ratings["Scale ID"].isin(RANGES), "Scale ID")
    _require_ranges(release.tables.get("Scales Reference.txt"))
    value = pd.to_numeric(ratings["Data Value"], errors="coerce")
    low, high = (ratings["Scale ID"].map({scale: ends[at] for scale, ends in RANGES.items()}) for at in (0, 1))
    _require(ratings, value.ge(low) & value.le(high), "Data Value")
    _require(ratings, ~ratings.duplicated(_KEY), "Element ID")
    return ratings.assign(
        value=value,
        error=pd.to_numeric(ratings["Standard Error"], errors="coerce"),
        raters=pd.to_numeric(ratings["N"], errors="coerce"),
    )


def _require(ratings: pd.DataFrame, sound: pd.Series, column: str) -> None:
    wrong = np.flatnonzero(~sound.fillna(False).to_numpy(dtype=bool))
    if len(wrong):
        row = ratings.iloc[int(wrong[0])]
        raise InputError(
            text(
                "“{value}” in the column “{column}” is nothing an O*NET release has there.",
                value=row[column],
                column=column,
            ),
            where=text("File “{file}”, row {row}", file=row["file"], row=row["row"]),
            remedy=text("Give the files of skills as they are in the download; each rating stands there once."),
        )


def _require_ranges(scales: pd.DataFrame | None) -> None:
    if scales is None or not {"Scale ID", "Minimum", "Maximum"} <= set(scales):
        return
    for row in scales.to_dict("records"):
        wanted = RANGES.get(str(row["Scale ID"]))
        found = tuple(pd.to_numeric(pd.Series([row["Minimum"], row["Maximum"]]), errors="coerce"))
        if wanted and found != wanted:
            raise InputError(
                text(
                    "The scale {scale} runs from {low} to {high}.", scale=row["Scale ID"], low=found[0], high=found[1]
                ),
                where=text("O*NET files of an unknown version: {file}", file=row["file"]),
                remedy=text(
                    "This importer knows {low} to {high}; ask for it to be extended.", low=wanted[0], high=wanted[1]
                ),
            )


def _expectations(ratings: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    keys = _KEY[:2]
    flags = ratings.assign(suppressed=ratings["Recommend Suppress"] == "Y", irrelevant=ratings["Not Relevant"] == "Y")
    reasons = flags.groupby(keys, sort=True)[["suppressed", "irrelevant"]].any()
    wide = ratings.pivot(index=keys, columns="Scale ID", values=["value", "error", "raters"])
    wide = wide.reindex(columns=pd.MultiIndex.from_product([["value", "error", "raters"], list(RANGES)]))
    reasons["half"] = wide["value"]["IM"].isna() | wide["value"]["LV"].isna()
    said = {
        "suppressed": text("O*NET advises not to use it: too few or too different answers."),
        "irrelevant": text("O*NET marks it as not relevant for the occupation."),
        "half": text("Only importance or only level is given."),
    }
    named = pd.DataFrame(
        {
            "role_id": [role_id(code) for code in wide.index.get_level_values(0)],
            "competency_id": [competency_id(element) for element in wide.index.get_level_values(1)],
        },
        index=wide.index,
    )
    out = reasons.any(axis=1)
    first = reasons[out].idxmax(axis=1)
    left_out = named[out].assign(reason=pd.Series([said[str(one)] for one in first], index=first.index, dtype=object))
    low, high = RANGES["LV"]
    step = (SCALE_HIGH - SCALE_LOW) / (high - low)
    kept = named[~out].assign(
        target=SCALE_LOW + step * (wide["value"]["LV"] - low),
        target_error=step * wide["error"]["LV"],
        weight=wide["value"]["IM"],
        raters=wide["raters"]["LV"],
    )
    return kept.reset_index(drop=True), left_out.reset_index(drop=True)


def _framework(release: Release, names: Mapping[str, str]) -> dict[str, Any]:
    model = release.tables.get("Content Model Reference.txt")
    said = {}
    if model is not None and {"Element ID", "Description"} <= set(model):
        said = dict(zip(model["Element ID"], model["Description"], strict=True))
    anchors = _anchors(release.tables.get("Level Scale Anchors.txt"))
    groups: dict[str, dict[str, Any]] = {}
    for element, name in sorted(names.items()):
        code = element.rsplit(".", 1)[0]
        group = {"id": competency_id(code), "name": GROUPS.get(code, {"en": code}), "code": code, "competencies": []}
        made: dict[str, Any] = {"id": competency_id(element), "code": element, "name": {"en": name}}
        if element in SKILLS_ZH:
            made["name"]["zh"] = SKILLS_ZH[element]
        if said.get(element):
            made["description"] = {"en": said[element]}
        if anchors.get(element):
            made["anchors"] = anchors[element]
        groups.setdefault(code, group)["competencies"].append(made)
    named = f"O*NET {release.number}" if release.number else "O*NET"
    return {
        "id": "onet_skills",
        "name": {"en": f"{named} skills", "zh": f"{named}技能"},
        "attribution": attribution(release.number),
        "groups": list(groups.values()),
    }


def _anchors(table: pd.DataFrame | None) -> dict[str, list[dict[str, Any]]]:
    """Return the examples at levels of every element, with the level on our scale."""
    anchors: dict[str, list[dict[str, Any]]] = {}
    if table is None or not {"Element ID", "Anchor Value", "Anchor Description"} <= set(table):
        return anchors
    low, high = RANGES["LV"]
    for row in table.to_dict("records"):
        value = pd.to_numeric(row["Anchor Value"], errors="coerce")
        if pd.notna(value) and low <= value <= high:
            level = SCALE_LOW + (SCALE_HIGH - SCALE_LOW) * (float(value) - low) / (high - low)
            words = {"en": str(row["Anchor Description"])}
            anchors.setdefault(str(row["Element ID"]), []).append({"level": round(level, 2), "example": words})
    return anchors


def _roles(release: Release, chosen: list[str]) -> list[dict[str, Any]]:
    table = release.tables.get("Occupation Data.txt")
    rows: dict[str, dict[Any, Any]] = {}
    if table is not None and {"O*NET-SOC Code", "Title", "Description"} <= set(table):
        rows = {str(row["O*NET-SOC Code"]): row for row in table.to_dict("records")}
    return [
        {
            "id": role_id(code),
            "code": code,
            "name": {"en": str(rows.get(code, {}).get("Title", code))},
            "description": {"en": str(rows.get(code, {}).get("Description", ""))},
        }
        for code in chosen
    ]


def competency_id(element: str) -> str:
    """Return our id of an element of the content model, such as ``onet_2_b_1_d``."""
    return "onet_" + element.lower().replace(".", "_")


def role_id(code: str) -> str:
    """Return our id of an occupation, such as ``onet_41_3031_00``."""
    return "onet_" + code.replace("-", "_").replace(".", "_")
