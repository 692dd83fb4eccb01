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
from toolkit.organisation.content import competency_names
from toolkit.organisation.framework_versions import keep_framework
from toolkit.organisation.framework_workbook import read_framework_workbook, write_framework_workbook
from toolkit.roleplay.rubric import Rubric
from toolkit.settings import Settings
from toolkit.skillgap import storage as skillgap
from toolkit.skillgap.case import read_framework, write_framework
from toolkit.store import open_store
from toolkit.wording import Text, counted, text

_VIEWER = Viewer("command-line", "command line", Role.HR, None, "en")


FRAMEWORK_KINDS = ("framework", "case")


@dataclass(frozen=True)
class Outcome:
    """What an import came to: lines about problems, one sentence, and whether rows were stored."""

    problems: list[str]
    summary: Text
    stored: bool


def import_table(settings: Settings, kind: str, name: str, content: bytes, *, only_check: bool) -> Outcome:
    """Import a file of one `kind`, all of it or nothing.

    Kinds: roster, feedback, activities, hr_months (Excel or CSV), framework (a workbook of competencies
    and expectations), case (framework and rubrics as CASE 1.1 JSON).
    """
    desk = _desk(settings)
    say = desk.language
    if kind in FRAMEWORK_KINDS:
        return _import_framework(desk, kind, name, content, only_check)
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
    """Return a template (roster, feedback, activities, hr_months) or data as Excel.

    Data: people, evidence, framework (competencies and expectations to edit), case (framework and
    rubrics as CASE 1.1 JSON).
    """
    desk = _desk(settings)
    if kind == "framework":
        return write_framework_workbook(desk.content("framework"), desk.content("roles"), desk.language)
    if kind == "case":
        return _case_file(desk)
    if kind in ("people", "evidence"):
        with desk.store.read() as connection:
            if kind == "people":
                frame = organisation.people(connection, _VIEWER, left=True)
            else:
                frame = skillgap.evidence(connection, _VIEWER)
        return write_table(frame, {name: name for name in frame.columns}, desk.language, kind)
    return write_template(_form(desk, kind, import_kinds(desk)), desk.language)


def _import_framework(desk: Desk, kind: str, name: str, content: bytes, only_check: bool) -> Outcome:
    say, problems, rubrics = desk.language, list[str](), list[dict[str, Any]]()
    framework: dict[str, Any] | None
    roles: dict[str, Any] | None = None
    if kind == "case":
        found = read_framework(content)
        framework, rubrics = found.framework, found.rubrics["rubrics"]
        counted_up = found.amendment_counts()[["first_place", "count", "message"]]
        for place, count, message in counted_up.itertuples(index=False, name=None):
            problems.append(" · ".join((str(place), f"{count} ×", say.say(message))))
        for rubric in rubrics:
            Rubric.from_content(rubric)
        summary = counted("{count} item was read.", "{count} items were read.", len(competency_names(found.framework)))
    else:
        limit = desk.settings.upload_limit_mb
        known = {"framework": desk.content("framework"), "roles": desk.content("roles")}
        book = read_framework_workbook(content, name, limit_mb=limit, **known)
        table = book.problem_table(say)
        problems = [" · ".join(str(cell) for cell in row) for row in table.itertuples(index=False)]
        if not book.ready:
            return Outcome(problems, book.summary, False)
        framework, roles, summary = book.framework, book.roles, book.summary
    with desk.store.write(desk.viewer.user_id) as change:
        counts = skillgap.evidence_counts(change.connection)
        kept = keep_framework(
            change, framework=framework, roles=roles, rubrics=rubrics, evidence_counts=counts, only_check=only_check
        )
    problems += [say("{where}: {message}", where=one.where, message=one.message) for one in kept.findings]
    if only_check:
        return Outcome(problems, summary, False)
    return Outcome(problems, text("The framework was stored as version {version}.", version=kept.framework), True)


def _case_file(desk: Desk) -> bytes:
    with desk.store.read() as connection:
        ids = organisation.current_versions(connection, "rubric")
        rubrics = [organisation.content(connection, "rubric", one) for one in sorted(ids)]
        changed_at = organisation.content_changed_at(connection, ("framework", "rubric"))
    return write_framework(
        desk.content("framework"),
        {"rubrics": rubrics},
        creator=desk.language("Sales Coaching Toolkit"),
        changed_at=changed_at or desk.store.clock(),
        language=desk.language.code,
    )


def _desk(settings: Settings) -> Desk:
    return Desk(_VIEWER, Language(settings.language), settings, open_store(settings.coaching_store, "coaching"))


def _form(desk: Desk, kind: str, kinds: Mapping[str, tuple[TableForm, Any, Any]]) -> TableForm:
    forms = {name: form for name, (form, _, _) in kinds.items()} | {"hr_months": months_form(desk.today)}
    if kind not in forms:
        raise InputError(
            text("“{kind}” cannot be imported or exported.", kind=kind),
            remedy=text("Possible are: {kinds}.", kinds=", ".join([*forms, *FRAMEWORK_KINDS])),
        )
    return forms[kind]
