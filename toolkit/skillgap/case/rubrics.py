"""Rubrics of a CASE package: behaviours per level of a framework, and rubrics for rating."""

from collections.abc import Mapping
from typing import Any

from toolkit.skillgap.case.extension import Source, own_extension
from toolkit.skillgap.case.identifiers import accepted, mended_identifier
from toolkit.skillgap.case.tree import refuse
from toolkit.wording import Text, counted, text

Found = dict[str, Any]
LEVELS = [1, 2, 3, 4, 5]


def read_levels(
    found: list[Found],
    framework: Mapping[str, Any],
    competency_ids: Mapping[str, str | None],
    source: Source,
) -> None:
    """Give the competencies of `framework` the behaviours per level that our export put into a rubric."""
    described = {}
    for rubric in found:
        if own_extension(rubric).get("kind") == "levels":
            for position, criterion in enumerate(rubric.get("CFRubricCriteria", [])):
                place = f"CFRubrics[{found.index(rubric)}].CFRubricCriteria[{position}]"
                competency = competency_ids.get(criterion.get("CFItemURI", {}).get("identifier", ""))
                described[competency] = _levels(criterion, place, source)
    without = 0
    for group in framework["groups"]:
        for competency in group["competencies"]:
            if described.get(competency["id"]):
                competency["levels"] = described[competency["id"]]
            else:
                without += 1
    if without:
        message = counted(
            "{count} competency has no behaviours per level yet.",
            "{count} competencies have no behaviours per level yet.",
            without,
        )
        source.note("CFItems", "to_complete", message)


def read_rubrics(
    found: list[Found],
    competency_ids: Mapping[str, str | None],
    source: Source,
) -> list[Found]:
    """Return the rubrics for rating; raises `InputError` where a criterion points outside the file."""
    problems: list[Text] = []
    rubrics = []
    for position, rubric in enumerate(found):
        own, place = own_extension(rubric), f"CFRubrics[{position}]"
        criteria = rubric.get("CFRubricCriteria", [])
        for at, criterion in enumerate(criteria):
            item = criterion.get("CFItemURI", {}).get("identifier")
            if item and item not in competency_ids:
                where = f"{place}.CFRubricCriteria[{at}]"
                problems.append(text("{place}: there is no item {id} in the file.", place=where, id=item))
        if own.get("kind") == "levels":
            continue
        title = str(rubric.get("title") or rubric.get("identifier") or place)
        made: Found = {
            "id": str(own["id"] if own.get("id") else f"r_{_short(rubric, place)}"),
            "name": source.words(own.get("name"), title, f"{place}.title"),
        }
        if rubric.get("description"):
            said = rubric["description"]
            made["description"] = source.words(own.get("description"), said, place)
        identifier = rubric.get("identifier", "")
        if accepted(identifier) and not source.is_ours(identifier, "rubric", made["id"]):
            made["identifier"] = identifier
        made["criteria"] = [
            _criterion(criterion, f"{place}.CFRubricCriteria[{at}]", identifier, competency_ids, source)
            for at, criterion in sorted(enumerate(criteria), key=lambda one: (one[1].get("position", 0), one[0]))
        ]
        rubrics.append(made)
    if problems:
        refuse(problems)
    return rubrics


def _short(thing: Mapping[str, Any], place: str) -> str:
    return mended_identifier(str(thing.get("identifier") or place)).replace("-", "")[:12]


def _criterion(
    criterion: Found,
    place: str,
    rubric: str,
    competency_ids: Mapping[str, str | None],
    source: Source,
) -> Found:
    own = own_extension(criterion)
    description, category = criterion.get("description"), criterion.get("category")
    levels = _levels(criterion, place, source)
    if own.get("id"):
        made = _own_criterion(criterion, own, place, competency_ids, source)
        return made | {"levels": levels} | _kept_identifier(criterion, made["id"], rubric, source)
    title = str(description or category or criterion.get("identifier") or place)
    item = criterion.get("CFItemURI", {}).get("identifier")
    competency = competency_ids.get(item or "")
    if competency is None:
        message = text("The criterion points to no competency; choose what it is evidence for.")
        source.note(place, "to_complete", message)
    if sorted(levels) != LEVELS:
        message = text(
            "The criterion has the levels {levels}; rating sheets need 1 to 5.",
            levels=", ".join(map(str, levels)) or "–",
        )
        source.note(place, "to_complete", message)
    made = {
        "id": f"k_{_short(criterion, place)}",
        "name": {source.language: title},
        "question": {source.language: title},
        "mandatory": False,
        "weight": float(criterion.get("weight", 1.0)),
        "competencies": {competency: 1.0} if competency else {},
        "levels": levels,
    }
    if category and category != title:
        made["category"] = {source.language: category}
    return made | _kept_identifier(criterion, str(made["id"]), rubric, source)


def _own_criterion(
    criterion: Found, own: Found, place: str, competency_ids: Mapping[str, str | None], source: Source
) -> Found:
    """Return a criterion that was written by us; what the standard's own fields say wins."""
    title, question = (str(criterion.get(field, "")) for field in ("category", "description"))
    made: Found = {"id": str(own["id"]), "name": source.words(own.get("name"), title or question, place)}
    if "question" in own:
        made["question"] = source.words(own["question"], question, place)
    if isinstance(own.get("category"), Mapping):
        made["category"] = dict(own["category"])
    if "mandatory" in own:
        made["mandatory"] = bool(own["mandatory"])
    if (weight := criterion.get("weight")) is not None:
        made["weight"] = own["weight"] if own.get("weight") == weight else weight
    shares, known = own.get("competencies"), set(competency_ids.values()) - {None}
    linked = competency_ids.get(criterion.get("CFItemURI", {}).get("identifier", ""))
    sound = isinstance(shares, Mapping) and all(
        one in known and isinstance(share, int | float) for one, share in shares.items()
    )
    if sound and (linked in shares if linked else not shares):  # type: ignore[operator]
        made["competencies"] = dict(shares)  # type: ignore[arg-type]
    else:
        made["competencies"] = {linked: 1.0} if linked else {}
        source.note(place, "to_complete", text("The criterion was pointed elsewhere; check what it is evidence for."))
    return made


def _kept_identifier(criterion: Found, own_id: str, rubric: str, source: Source) -> Found:
    identifier = criterion.get("identifier", "")
    ours = source.is_ours(identifier, "criterion", rubric, own_id)
    return {"identifier": identifier} if accepted(identifier) and not ours else {}


def _levels(criterion: Found, place: str, source: Source) -> dict[int, dict[str, str]]:
    """Return the words of every level; levels without whole scores are counted by score, then by order."""
    found = criterion.get("CFRubricCriterionLevels", [])
    scores = [level.get("score") for level in found]
    whole = all(score is not None and float(score).is_integer() and score >= 1 for score in scores)
    if not whole or len(set(scores)) < len(scores):
        order = sorted(
            range(len(found)),
            key=lambda at: (scores[at] if scores[at] is not None else found[at].get("position", at), at),
        )
        scores = [order.index(at) + 1 for at in range(len(found))]
        message = text("The levels have no different whole scores; they were numbered from the lowest.")
        source.note(place, "mended", message)
    levels = {}
    for at, (score, level) in enumerate(zip(scores, found, strict=True)):
        words = str(level.get("description") or level.get("quality") or "")
        said = own_extension(level).get("description")
        way = f"{place}.CFRubricCriterionLevels[{at}]"
        levels[int(float(score or 0))] = source.words(said, words, way)
    return dict(sorted(levels.items()))
