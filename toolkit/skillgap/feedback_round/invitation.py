"""Who rates whom in a 360 round: a balanced proposal, the load it makes, and what cannot be."""

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from toolkit.errors import InputError
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

RELATIONS = ("self", "manager", "peer", "report", "customer")
COLUMNS = ["person_id", "relation", "rater_id", "outsider"]
MOST_FORMS = 8
LONGEST_NAME = 120


def propose_invitations(people: pd.DataFrame, chosen: Sequence[str], *, peers: int = 4, turn: int = 0) -> pd.DataFrame:
    """Return invitations for the people `chosen`: person_id, relation, rater_id, outsider (here always None).

    `people` is the People table. Everybody rates themselves and is rated by their superior, by up to `peers` of their
    team (people who lead: by others who lead, and by up to `peers` of those who report to them). Within a group each
    member follows the next ones in a circle, so that nobody is asked more often than others; another `turn` (such as
    the number of the round) brings other pairs. Who has left neither rates nor is rated.
    """
    here = people[people["left_on"].isna()].sort_values("person_id", kind="stable")
    present = set(here["person_id"])
    leads = set(here["manager_id"].dropna()) & present
    rows: list[tuple[str, str, str, None]] = []
    for person in rows_of(here[here["person_id"].isin(set(chosen))]):
        own = str(person.person_id)
        rows.append((own, "self", own, None))
        superior = person.manager_id if isinstance(person.manager_id, str) and person.manager_id in present else None
        if superior is not None and superior != own:
            rows.append((own, "manager", superior, None))
        group = _peers(here, person, leads)
        rows += [(own, "peer", rater, None) for rater in _following(group, own, peers, turn) if rater != superior]
        if own in leads:
            reports = here.loc[here["manager_id"].eq(own), "person_id"].astype(str).tolist()
            rows += [(own, "report", rater, None) for rater in _following(reports, own, peers, turn)]
    order = {person: number for number, person in enumerate(dict.fromkeys(chosen))}
    made = pd.DataFrame(rows, columns=COLUMNS).astype(object)
    return made.sort_values("person_id", key=lambda ids: ids.map(order), kind="stable").reset_index(drop=True)


def as_invitations(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of invitations with None where nothing stands; raises `InputError` where a column is missing."""
    for name in COLUMNS:
        if name not in frame:
            raise InputError(
                text("The table of invitations needs a column “{column}”.", column=name),
                remedy=text("Add the column or map another column to it."),
            )
    plain = frame.astype(object)
    return plain.where(plain.notna(), None).reset_index(drop=True)


def rater_loads(invitations: pd.DataFrame, *, most: int = MOST_FORMS) -> pd.DataFrame:
    """Return how many forms each rater is asked for, most first: rater_id, outsider, forms, over (more than `most`)."""
    counted = invitations.groupby(["rater_id", "outsider"], dropna=False, sort=False).size()
    loads = counted.rename("forms").reset_index().sort_values("forms", ascending=False, kind="stable")
    return loads.assign(over=loads["forms"] > most).reset_index(drop=True)


def check_invitations(
    invitations: pd.DataFrame, people: pd.DataFrame, *, running: Mapping[str, str] | None = None
) -> None:
    """Raise `InputError` for invitations that cannot be, naming the first.

    Refused are: nobody asked; a person or rater who is not on the roster or has left; the same rater asked twice about
    one person; a self rating by another or another relation to oneself; outsiders other than customers, or without a
    name; a person who is rated in another round that still runs (`running` gives its name by person_id).
    """
    invitations = as_invitations(invitations)
    if invitations.empty:
        raise InputError(
            text("Nobody is asked to rate in this round."), remedy=text("Choose at least one person to be rated.")
        )
    known = people.set_index("person_id")
    seen: set[tuple[str, str]] = set()
    for row in rows_of(invitations):
        _refuse_gone(row.person_id, known)
        _refuse_relation(row, known)
        if row.rater_id is not None:
            _refuse_gone(row.rater_id, known)
        if row.person_id in (running or {}):
            raise InputError(
                text(
                    "{person} is already rated in the round “{round}”, which still runs.",
                    person=known.at[row.person_id, "name"],
                    round=(running or {})[row.person_id],
                ),
                remedy=text("Close that round first, or leave this person out."),
            )
        key = (row.person_id, rater_key(row.rater_id, row.outsider))
        if key in seen:
            raise InputError(
                text(
                    "{rater} is asked twice to rate {person}.",
                    rater=_rater_name(row, known),
                    person=known.at[row.person_id, "name"],
                ),
                remedy=text("Keep one of the two invitations."),
            )
        seen.add(key)


def rater_key(rater_id: str | None, outsider: str | None) -> str:
    """Return what tells raters of a round apart: the person_id, or the outsider's name however it is spaced."""
    return rater_id if rater_id is not None else " ".join((outsider or "").split()).casefold()


def refuse_same_name(name: str, taken: Collection[str]) -> str:
    """Return the trimmed name of a new round; raises `InputError` where it is empty or there is such a round."""
    trimmed = " ".join(name.split())
    if not trimmed or len(trimmed) > LONGEST_NAME:
        raise InputError(
            text("A round needs a name of 1 to {longest} characters.", longest=LONGEST_NAME),
            remedy=text("Write a name such as the quarter."),
        )
    if trimmed.casefold() in {one.casefold() for one in taken}:
        raise InputError(
            text("There is a round “{name}” already.", name=trimmed),
            remedy=text("Open that round, or give the new one another name, such as the quarter and the team."),
        )
    return trimmed


def _peers(here: pd.DataFrame, person: pd.Series, leads: set[str]) -> list[str]:
    ids = here["person_id"]
    if person.person_id in leads:
        return ids[ids.isin(leads) & here["role_id"].eq(person.role_id)].astype(str).tolist()
    same = here["team_id"].eq(person.team_id) & ~ids.isin(leads)
    return ids[same].astype(str).tolist()


def _following(group: list[str], own: str, count: int, turn: int) -> list[str]:
    """Return up to `count` members after `own` in the circle; the distance grows with every turn."""
    rest = [one for one in group if one != own]
    if not rest:
        return []
    if own in group:
        at = group.index(own)
        rest = group[at + 1 :] + group[:at]
    start = turn * count % len(rest)
    return [rest[(start + step) % len(rest)] for step in range(min(count, len(rest)))]


def _refuse_gone(person_id: str, known: pd.DataFrame) -> None:
    if person_id not in known.index:
        raise InputError(text("“{person}” is not among the people you may ask.", person=person_id))
    if not pd.isna(known["left_on"][person_id]):
        raise InputError(
            text("{name} has left and can neither rate nor be rated.", name=known.at[person_id, "name"]),
            remedy=text("Take this invitation out."),
        )


def _refuse_relation(row: pd.Series, known: pd.DataFrame) -> None:
    problem: Text | None = None
    if row.relation not in RELATIONS:
        problem = text("“{relation}” is no relation of a 360 round.", relation=row.relation)
    elif (row.rater_id is None) == (not (row.outsider or "").strip()):
        problem = text("An invitation names either a colleague or somebody from outside.")
    elif row.rater_id is None and row.relation != "customer":
        problem = text("Somebody from outside rates as a customer only.")
    elif (row.relation == "self") != (row.rater_id == row.person_id):
        problem = text("Only oneself gives a self rating, and nothing else.")
    elif len(row.outsider or "") > LONGEST_NAME:
        problem = text("A name has at most {longest} characters.", longest=LONGEST_NAME)
    if problem is not None:
        raise InputError(problem, where=text("Invitation for {name}", name=known.at[row.person_id, "name"]))


def _rater_name(row: pd.Series, known: pd.DataFrame) -> str:
    return str(row.outsider if row.rater_id is None else known.at[row.rater_id, "name"])
