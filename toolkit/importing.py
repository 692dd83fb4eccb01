"""Importing and exporting from the command line, by the same forms as the pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.access.roles import Role, Viewer
from toolkit.apps import import_kinds
from toolkit.attrition import storage as hr
from toolkit.attrition.form import checked_months, months_form
from toolkit.desk import Desk
from toolkit.documents.columns import TableForm
from toolkit.documents.intake import prepare
from toolkit.documents.mapping import signature, suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.documents.template_file import write_table, write_template
from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.settings import Settings
from toolkit.store import open_store
from toolkit.wording import Text, counted, text

_VIEWER = Viewer("command-line", "command line", Role.HR, None, "en")


@dataclass(frozen=True)
class Outcome:
    """What an import came to: lines about problems, one sentence, and whether rows were stored."""

    problems: list[str]
    summary: Text
    stored: bool


def import_table(settings: Settings, kind: str, name: str, content: bytes, *, only_check: bool) -> Outcome:
    """Import a file of one `kind` (roster, feedback, activities, hr_months), all rows or none."""
    desk = _desk(settings)
    say = desk.language
    kinds = import_kinds(desk)
    form = _form(desk, kind, kinds)
    raw = read_table(content, name, limit_mb=settings.upload_limit_mb)
    marked = signature(raw.columns)
    mapping = suggest_mapping(raw.columns, form, organisation.remembered_mapping(desk.store, kind, marked))
    known = kinds[kind][2]() if kind in kinds else {}
    intake = prepare(raw, form, mapping, known=known)
    problems = [" · ".join(str(cell) for cell in row) for row in intake.problem_table(say).itertuples(index=False)]
    if only_check or not intake.ready:
        return Outcome(problems, intake.summary, False)
    frame = intake.require_ready()
    if kind == "hr_months":
        with desk.store.read() as connection:
            numbers = organisation.employee_numbers(connection)
        months = checked_months(frame, desk.today, numbers)
        hr.keep_data_set(desk.hr, _VIEWER, name, "months", months)
        return Outcome(problems, counted("{count} row was stored.", "{count} rows were stored.", len(months)), True)
    return Outcome(problems, kinds[kind][1](frame, marked, mapping), True)


def export_table(settings: Settings, kind: str) -> bytes:
    """Return a template (roster, feedback, activities, hr_months) or data (people, evidence) as Excel."""
    desk = _desk(settings)
    if kind in ("people", "evidence"):
        from toolkit.skillgap import storage as skillgap

        with desk.store.read() as connection:
            if kind == "people":
                frame = organisation.people(connection, _VIEWER, left=True)
            else:
                frame = skillgap.evidence(connection, _VIEWER)
        return write_table(frame, {name: name for name in frame.columns}, desk.language, kind)
    return write_template(_form(desk, kind, import_kinds(desk)), desk.language)


def _desk(settings: Settings) -> Desk:
    return Desk(_VIEWER, Language(settings.language), settings, open_store(settings.coaching_store, "coaching"))


def _form(desk: Desk, kind: str, kinds: Mapping[str, tuple[TableForm, Any, Any]]) -> TableForm:
    forms = {name: form for name, (form, _, _) in kinds.items()} | {"hr_months": months_form(desk.today)}
    if kind not in forms:
        raise InputError(
            text("“{kind}” cannot be imported or exported.", kind=kind),
            remedy=text("Possible are: {kinds}.", kinds=", ".join(forms)),
        )
    return forms[kind]
