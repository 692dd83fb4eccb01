"""The templates of all four forms, filled with their own sample rows, read back in both languages."""

import datetime as dt
import gettext
import io
from collections.abc import Callable

import openpyxl
import pandas as pd
import pytest

from toolkit import language as language_module
from toolkit.attrition.form import checked_months, months_form
from toolkit.documents.columns import TableForm
from toolkit.documents.intake import prepare
from toolkit.documents.mapping import suggest_mapping
from toolkit.documents.table_file import read_table
from toolkit.documents.template_file import write_template
from toolkit.language import Language
from toolkit.organisation.content import competency_names, read_packs
from toolkit.organisation.form import roster_form
from toolkit.plans.form import activity_form, activity_rows
from toolkit.skillgap.form import feedback_evidence, feedback_form

PACKS = read_packs()
NAMES = competency_names(PACKS["framework"])
FORMS: dict[str, Callable[[], TableForm]] = {
    "roster": lambda: roster_form(PACKS["roles"]),
    "feedback": lambda: feedback_form(NAMES),
    "activities": lambda: activity_form(NAMES),
    "hr_months": months_form,
}
KNOWN = {"feedback": {"employee_number": {"S10001"}}}


def _filled(form: TableForm, language: Language) -> bytes:
    """Fill in the sheet of the template as a person would who copies the example."""
    book = openpyxl.load_workbook(io.BytesIO(write_template(form, language)))
    page, example = book.worksheets[:2]
    for row in example.iter_rows(min_row=2):
        for cell in row:
            if cell.value is not None:
                page.cell(cell.row, cell.column, cell.value).number_format = cell.number_format
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _read(form: TableForm, language: Language) -> pd.DataFrame:
    raw = read_table(_filled(form, language), "template.xlsx", limit_mb=5)
    mapping = suggest_mapping(raw.columns, form)
    assert set(mapping) == {column.name for column in form.columns} and None not in mapping.values()
    intake = prepare(raw, form, mapping, known=KNOWN.get(form.id))
    assert intake.problems == [] and intake.rows_total == len(form.sample_rows) > 0
    return intake.require_ready()


class _Translated(gettext.NullTranslations):
    """Words every sentence otherwise, as the Chinese catalogue does, however complete that is today."""

    def gettext(self, message: str) -> str:
        return f"译{message}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"译{msgid1 if n == 1 else msgid2}"


@pytest.fixture(params=["English", "Chinese", "all translated"])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Language:
    if request.param == "all translated":
        words = {"en": gettext.NullTranslations(), "zh": _Translated()}
        monkeypatch.setattr(language_module, "catalogue", words.__getitem__)
    return Language("en" if request.param == "English" else "zh")


@pytest.mark.parametrize("name", FORMS)
def test_a_filled_template_reads_back_without_problems(name: str, language: Language) -> None:
    form = FORMS[name]()
    if isinstance(language_module.catalogue("zh"), _Translated):
        raw = read_table(_filled(form, language), "template.xlsx", limit_mb=5)
        assert all("译" in header for header in raw.columns), raw.columns
    frame = _read(form, language)
    for (_, row), given in zip(frame.iterrows(), form.sample_rows, strict=True):
        for column in form.columns:
            value = given.get(column.name)
            if value is None:
                assert pd.isna(row[column.name]), column.name
            elif isinstance(value, dt.date):
                assert row[column.name] == pd.Timestamp(value), column.name
            else:
                assert row[column.name] == value, column.name


def test_the_rows_of_the_templates_are_what_the_store_wants() -> None:
    english = Language("en")
    (piece,) = feedback_evidence(_read(FORMS["feedback"](), english), {"S10001": "one"})
    assert (piece["person_id"], piece["rater_id"], piece["source"], piece["level"]) == ("one", "S10002", "peer", 4.0)
    activities, sessions = activity_rows(_read(FORMS["activities"](), english), set(), dt.date(2026, 1, 1))
    assert activities[0]["gains"] == {next(iter(NAMES)): 0.3} and activities[0]["mode"] == "dated"
    assert [session["starts_on"] for session in sessions] == [dt.date(2027, 3, 1), dt.date(2027, 5, 10)]
    months = checked_months(_read(FORMS["hr_months"](), english), dt.date(2026, 9, 1))
    assert months["left_on"].isna().all() and "gender" not in months


def test_a_form_names_what_is_wrong_in_the_language_asked_for() -> None:
    raw = read_table("工号,姓名\nS1,陈伟".encode(), "名单.csv", limit_mb=1)
    form = FORMS["roster"]()
    intake = prepare(raw, form, suggest_mapping(raw.columns, form))
    assert not intake.ready
    said = intake.problem_table(Language("en")).iloc[:, 3].tolist()
    assert "The file has no column for “Hired on”." in said
    assert len(intake.problem_table(Language("zh"))) == len(said)
