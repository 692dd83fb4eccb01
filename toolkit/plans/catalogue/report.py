"""The catalogue as tables in words."""

from collections.abc import Mapping

import pandas as pd

from toolkit.language import Language
from toolkit.plans.form import ANY_TIER_WORDS, AREA_WORDS
from toolkit.plans.report import Catalogue
from toolkit.vocabulary import CONTENT_AREAS, TIERS, records_of, rows_of
from toolkit.wording import text

ACTIVITY_LABELS = {
    "name": text("Activity"),
    "gains": text("Expected gain (levels)"),
    "rests": text("Rests on"),
    "sessions": text("Sessions"),
    "area": text("Content area"),
    "tier": text("Made for tier"),
    "kind": text("Kind"),
    "hours": text("Hours"),
    "cost": text("Cost per person"),
    "held": text("Held in"),
    "provider": text("Provider"),
}
AREA = text("Content area")
_HELD = {"zh": text("Chinese"), "en": text("English"), "both": text("Both languages")}
Names = Mapping[str, Mapping[str, str]]


def activity_table(
    activities: pd.DataFrame,
    sessions: pd.DataFrame,
    checks: pd.DataFrame,
    names: Names,
    language: Language,
    today: pd.Timestamp,
) -> pd.DataFrame:
    """Return the catalogue with the columns of `ACTIVITY_LABELS`, and activity_id.

    `checks` has activity_id, competency_id and people: on how many people an expected gain was measured.
    """
    catalogue = Catalogue(activities, language)
    coming = sessions[pd.to_datetime(sessions["starts_on"]) >= today]
    people = checks.groupby("activity_id")["people"].max().to_dict() if len(checks) else {}
    rows = []
    for row in records_of(activities):
        own = coming[coming["activity_id"] == row["activity_id"]]
        provider = language.pick({"en": row.get("provider_en") or "", "zh": row.get("provider_zh") or ""})
        area, tier, held = (str(row[name]) for name in ("content_area", "tier", "language"))
        rows.append(
            (row["activity_id"], catalogue.name(row["activity_id"]), _gains(row, names, language),
             _rests(int(people.get(row["activity_id"], 0)), language), _sessions(own, str(row["mode"]), language),
             language.say(AREA_WORDS[area]), language.say(ANY_TIER_WORDS[tier]),
             catalogue.kind(row["activity_id"]), row["hours"], row["cost"], language.say(_HELD[held]), provider)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=["activity_id", *ACTIVITY_LABELS])


def _sessions(own: pd.DataFrame, mode: str, language: Language) -> list[str]:
    if mode != "dated":
        return [language("At any time")]
    said = [
        language(
            "{day}: {left} of {seats} seats free",
            day=row.starts_on.date(),
            left=max(row.seats - row.seats_taken, 0),
            seats=row.seats,
        )
        for row in rows_of(own.sort_values("starts_on"))
    ]
    return said[:4] or [language("No session to come")]


def _gains(row: Mapping[str, object], names: Names, language: Language) -> list[str]:
    said = []
    for competency, name in names.items():
        gain, sd = row.get(f"gain_{competency}"), row.get(f"sd_{competency}")
        if not isinstance(gain, float) or not gain > 0:
            continue
        words = {"name": language.pick(name), "gain": language.number(gain, 2)}
        if isinstance(sd, float) and sd > 0:
            said.append(language("{name} {gain} ± {sd}", sd=language.number(sd, 2), **words))
        else:
            said.append(language("{name} {gain}", **words))
    return said


def _rests(people: int, language: Language) -> str:
    if not people:
        return language("An estimate, not yet measured")
    return language.count("{count} person measured", "{count} people measured", people)


def area_table(activities: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return how many activities there are for each content area (rows) and tier (columns)."""
    counts = activities.groupby(["content_area", "tier"]).size()
    rows = [
        (language.say(AREA_WORDS[area]), *(int(counts.get((area, tier), 0)) for tier in (*TIERS, "any")))
        for area in CONTENT_AREAS
    ]
    return pd.DataFrame(rows, columns=["area", *TIERS, "any"])
