"""Career plans as a table in words."""

from collections.abc import Mapping

import pandas as pd

from toolkit.language import Language
from toolkit.vocabulary import rows_of
from toolkit.wording import text

PATH_LABELS = {
    "ladder": text("Ladder"),
    "horizon": text("Within"),
    "rank": text("Rank to aim at"),
    "reachable": text("At the earliest"),
    "lessons": text("What must be learned"),
}
Names = Mapping[str, Mapping[str, str]]


def path_table(path: pd.DataFrame, rank_names: Names, names: Names, language: Language) -> pd.DataFrame:
    """Return one row for each ladder and horizon of a `career_path`, with the columns of `PATH_LABELS`."""
    rows: list[tuple[object, ...]] = []
    before: tuple[object, object] = ("", "")
    for (ladder, years), part in path.groupby(["ladder_id", "years"], sort=False):
        first = part.iloc[0]
        rank = first["rank_id"]
        reached = "" if not isinstance(rank, str) else _years(float(first["reachable_in"]), language)
        rows.append(
            (language.pick(rank_names.get(str(ladder), {"en": str(ladder)})), _years(float(str(years)), language),
             "–" if not isinstance(rank, str) else language.pick(rank_names.get(rank, {"en": rank})),
             reached, language("As before") if (ladder, rank) == before else _lessons(part, names, language))
        )  # fmt: skip
        before = (ladder, rank)
    return pd.DataFrame(rows, columns=list(PATH_LABELS))


def _years(years: float, language: Language) -> str:
    if years <= 0:
        return language("now")
    if float(years).is_integer():
        return language.count("{count} year", "{count} years", int(years))
    return language("{years} years", years=language.number(years, 1))


def _lessons(part: pd.DataFrame, names: Names, language: Language) -> list[str]:
    said = []
    for row in rows_of(part):
        if not isinstance(row.competency_id, str):
            said.append(language.say(row.note))
            continue
        name = language.pick(names.get(row.competency_id, {"en": row.competency_id}))
        if row.missing is None or pd.isna(row.missing):
            said.append(language("{name}: not seen yet, assess it first", name=name))
            continue
        if row.missing < 0.05 and len(part) > 1:
            continue
        said.append(
            language(
                "{name}: {level} → {wanted}",
                name=name,
                level=language.number(row.level, 1),
                wanted=language.number(row.wanted, 1),
            )
        )
    return said
