"""What must hold before an edited framework or edited roles and ladders become the current version."""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.organisation.content import competencies
from toolkit.organisation.findings import Finding, both_languages, error, is_number, off_scale, sound_ids
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW, TIERS
from toolkit.wording import counted, text

Content = Mapping[str, Any]
LEVELS = ("1", "2", "3", "4", "5")
HEAVIEST = 5.0


def check_framework(
    framework: Content,
    *,
    evidence_counts: Mapping[str, int] | None = None,
    earlier: Content | None = None,
    rubrics: Content | None = None,
    activities: Content | None = None,
) -> list[Finding]:
    """Return everything wrong with a framework.

    Errors: ids missing or twice, texts without both languages, behaviours for some levels only, a
    competency gone that has evidence in the store (`evidence_counts`: pieces by competency_id) or that
    a criterion of `rubrics` or a gain of `activities` (content packs) points to. Competencies without
    any behaviours are a warning. `earlier`, the version so far, gives names to what has gone.
    """
    return [
        *_wording(framework),
        *_orphans(framework, evidence_counts or {}, earlier or {"groups": []}),
        *_dangling(framework, rubrics or {}, activities or {}),
    ]


def _wording(framework: Content) -> Iterator[Finding]:
    group, competency = text("Group"), text("Competency")
    yield from both_languages(framework.get("name"), text("Framework"))
    yield from sound_ids(framework["groups"], group)
    yield from sound_ids((one for one, _ in competencies(framework)), competency)
    if not any(True for _ in competencies(framework)):
        yield error(text("Framework"), text("It has no competency."), text("Add at least one."))
    for one in framework["groups"]:
        yield from both_languages(one.get("name"), text("{what} “{id}”", what=group, id=one.get("id")))
    for one, _ in competencies(framework):
        where = text("{what} “{id}”", what=competency, id=one.get("id"))
        yield from both_languages(one.get("name"), where)
        yield from both_languages(one.get("description"), text("{place}, description", place=where))
        levels = {str(level): words for level, words in (one.get("levels") or {}).items()}
        if not levels:
            message = text("It has no behaviours per level, so raters have nothing to go by.")
            yield Finding("warning", where, message, text("Describe what is seen at each of the levels 1 to 5."))
        elif tuple(sorted(levels)) != LEVELS:
            missing = ", ".join(level for level in LEVELS if level not in levels) or "–"
            message = text("Behaviours are needed at the levels 1 to 5; missing: {levels}.", levels=missing)
            yield error(where, message, text("Describe what is seen at each of the levels 1 to 5."))
        for level, words in sorted(levels.items()):
            yield from both_languages(words, text("{place}, level {level}", place=where, level=level))


def _orphans(framework: Content, evidence_counts: Mapping[str, int], earlier: Content) -> Iterator[Finding]:
    kept = {one["id"] for one, _ in competencies(framework)}
    names = {one["id"]: one["name"] for one, _ in competencies(earlier)}
    for gone, count in sorted(evidence_counts.items()):
        if count and gone not in kept:
            message = counted(
                "It is gone, but {count} piece of evidence rests on it.",
                "It is gone, but {count} pieces of evidence rest on it.",
                count,
            )
            where = text("{what} “{id}”", what=text("Competency"), id=names.get(gone, gone))
            remedy = text("Keep it under the same id, and take it out of the roles' expectations instead.")
            yield error(where, message, remedy)


def _dangling(framework: Content, rubrics: Content, activities: Content) -> Iterator[Finding]:
    kept = {one["id"] for one, _ in competencies(framework)}
    remedy = text("Add the competency to the framework, or point to another one.")
    for rubric in rubrics.get("rubrics", []):
        for criterion in rubric["criteria"]:
            for unknown in [one for one in criterion.get("competencies", {}) if one not in kept]:
                where = text(
                    "Rubric “{rubric}”, criterion “{criterion}”", rubric=rubric["id"], criterion=criterion["id"]
                )
                yield error(where, text("The framework has no competency “{id}”.", id=unknown), remedy)
    for activity in activities.get("activities", []):
        for unknown in [one for one in activity.get("gains", {}) if one not in kept]:
            where = text("Activity “{activity}”", activity=activity["id"])
            yield error(where, text("The framework has no competency “{id}”.", id=unknown), remedy)


def check_roles(roles: Content, framework: Content) -> list[Finding]:
    """Return everything wrong with roles, their expectations and the ladders.

    Errors: ids missing or twice, texts without both languages, tiers or competencies that do not
    exist, targets off the scale of 1-5 or weights off 0-5, ranks that follow an unknown rank or
    themselves, requirements that cannot be measured. A target that falls with the tier is a warning.
    """
    known = {one["id"] for one, _ in competencies(framework)}
    findings = [*_tiers(roles)]
    findings += sound_ids(roles.get("roles", []), text("Role"))
    for role in roles.get("roles", []):
        where = text("{what} “{id}”", what=text("Role"), id=role.get("id"))
        findings += both_languages(role.get("name"), where)
        for at, duty in enumerate(role.get("duties", []), start=1):
            findings += both_languages(duty, text("{place}, duty {n}", place=where, n=at))
        findings += _expectations(role, known)
    return findings + _ladders(roles, known)


def _tiers(roles: Content) -> Iterator[Finding]:
    yield from sound_ids(roles.get("tiers", []), text("Tier"))
    for tier in roles.get("tiers", []):
        where = text("{what} “{id}”", what=text("Tier"), id=tier.get("id"))
        yield from both_languages(tier.get("name"), where)
        if tier.get("id") not in TIERS:
            message = text("The toolkit has no such tier.")
            yield error(where, message, text("Allowed is one of: {values}.", values=", ".join(TIERS)))


def _expectations(role: Content, known: set[str]) -> Iterator[Finding]:
    reached: dict[str, float] = {}
    expectations = role.get("expectations", {})
    for tier in [one for one in expectations if one not in TIERS]:
        where = text("Role “{role}”, tier “{tier}”", role=role.get("id"), tier=tier)
        message = text("The toolkit has no such tier.")
        yield error(where, message, text("Allowed is one of: {values}.", values=", ".join(TIERS)))
    for tier in [one for one in TIERS if one in expectations]:
        for competency, pair in expectations[tier].items():
            where = text(
                "Role “{role}”, tier “{tier}”, competency “{competency}”",
                role=role.get("id"),
                tier=tier,
                competency=competency,
            )
            if competency not in known:
                message = text("The framework has no competency “{id}”.", id=competency)
                yield error(where, message, text("Add the competency to the framework, or point to another one."))
            target, weight = pair if isinstance(pair, list | tuple) and len(pair) == 2 else (None, None)
            yield from off_scale(target, SCALE_LOW, SCALE_HIGH, where, text("The expected level"))
            yield from off_scale(weight, 0.0, HEAVIEST, where, text("The weight"))
            if target is not None and is_number(target):
                if target < reached.get(competency, target):
                    message = text("Less is expected than of the tier below.")
                    yield Finding("warning", where, message, text("Check whether this is meant."))
                reached[competency] = target


def _ladders(roles: Content, known: set[str]) -> list[Finding]:
    ladders = roles.get("ladders", [])
    ranks = [rank for ladder in ladders for rank in ladder["ranks"]]
    figures = roles.get("figures", [])
    ids = {figure.get("id") for figure in figures}
    findings = [
        *sound_ids(ladders, text("Ladder")),
        *sound_ids(ranks, text("Rank")),
        *sound_ids(figures, text("Figure")),
    ]
    for what, contents in ((text("Ladder"), ladders), (text("Rank"), ranks), (text("Figure"), figures)):
        for one in contents:
            findings += both_languages(one.get("name"), text("{what} “{id}”", what=what, id=one.get("id")))
    for rank in ranks:
        findings += _rank(rank, {one.get("id") for one in ranks}, known, ids)
    return [*findings, *_circles(ranks)]


def _rank(rank: Content, ranks: set[Any], known: set[str], figures: set[Any]) -> Iterator[Finding]:
    where = text("{what} “{id}”", what=text("Rank"), id=rank.get("id"))
    for before in [one for one in rank.get("after", []) if one not in ranks]:
        message = text("It follows the rank “{before}”, which no ladder has.", before=before)
        yield error(where, message, text("Add that rank, or take it out of “after”."))
    for competency, level in rank.get("competencies", {}).items():
        place = text("{place}, competency “{competency}”", place=where, competency=competency)
        if competency not in known:
            message = text("The framework has no competency “{id}”.", id=competency)
            yield error(place, message, text("Add the competency to the framework, or point to another one."))
        yield from off_scale(level, SCALE_LOW, SCALE_HIGH, place, text("The expected level"))
    for figure, limit in rank.get("figures", {}).items():
        place = text("{place}, figure “{figure}”", place=where, figure=figure)
        if figure not in figures:
            yield error(place, text("The list of figures does not have it."), text("Add it to the figures."))
        sound = isinstance(limit, Mapping) and len(limit) == 1 and set(limit) <= {"at_least", "at_most"}
        if not sound or not is_number(next(iter(limit.values()))):
            message = text("It does not say what is asked.")
            yield error(place, message, text("State a number as at_least or at_most."))


def _circles(ranks: list[Content]) -> Iterator[Finding]:
    """Find ranks that follow themselves, each circle once."""
    after = {str(rank.get("id")): [str(one) for one in rank.get("after", [])] for rank in ranks}
    settled: set[str] = set()

    def walk(rank: str, way: list[str]) -> Iterator[list[str]]:
        if rank in way:
            yield [*way[way.index(rank) :], rank]
        elif rank not in settled:
            for before in after.get(rank, []):
                yield from walk(before, [*way, rank])
            settled.add(rank)

    for start in after:
        for circle in walk(start, []):
            yield error(
                text("Ladders"),
                text("Ranks follow each other in a circle: {names}.", names=" → ".join(reversed(circle))),
                text("A rank can only follow ranks below it: take one out of “after”."),
            )
