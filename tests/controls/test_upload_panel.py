"""A file's way through the upload panel; nothing is stored until it is confirmed."""

import io
import zipfile

import pandas as pd
import pytest

from toolkit.controls.upload import Upload
from toolkit.documents.columns import Column, TableForm
from toolkit.documents.mapping import signature
from toolkit.documents.table_file import read_table
from toolkit.errors import Conflict
from toolkit.language import Language
from toolkit.wording import counted, text

HOSTILE = "<script>alert(1)</script>"
FORM = TableForm(
    "people",
    {"en": "People", "zh": "人员"},
    (
        Column("number", {"en": "Number", "zh": "编号"}, "id", required=True, unique=True),
        Column("name", {"en": "Name", "zh": "姓名"}, required=True),
        Column("tier", {"en": "Tier", "zh": "职级"}, "choice", choices={"junior": {"en": "Junior", "zh": "初级"}}),
        Column("hired_on", {"en": "Hired on", "zh": "入职日期"}, "date"),
        Column("hours", {"en": "Hours", "zh": "小时"}, "number", low=0),
    ),
)
GOOD = f"Number,Name,Tier,Hired on,Hours\n007,{HOSTILE},Junior,2024-03-01,1234.5\n008,王芳,初级,,2\n".encode()


class Kept:
    """What was stored, and the mappings remembered."""

    def __init__(self):
        self.frames, self.mappings = [], {}

    def __call__(self, frame, key, mapping):
        self.frames.append(frame)
        self.mappings[key] = mapping
        return counted("{count} person was stored.", "{count} people were stored.", len(frame))


@pytest.fixture
def kept():
    return Kept()


def panel(kept, language="en", **options):
    return Upload(FORM, language=Language(language), on_confirm=kept, remembered=kept.mappings.get, **options)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_good_file_is_shown_and_stored_only_when_confirmed(kept, language):
    upload = panel(kept, language)
    assert upload.mapping_card.layout.display == upload.preview_card.layout.display == "none"
    upload.receive("people.csv", GOOD)
    assert upload.status.kind == "good" and kept.frames == []
    assert not upload.confirm.disabled and upload.problems.layout.display == "none"
    assert {name: control.value for name, control in upload.mapping.items()} == {
        "number": "Number", "name": "Name", "tier": "Tier", "hired_on": "Hired on", "hours": "Hours",
    }  # fmt: skip
    shown = upload.preview.value
    assert HOSTILE not in shown and "&lt;script&gt;" in shown
    assert ("初级" if language == "zh" else "Junior") in shown and "1,234.50" in shown
    upload.confirm.click()
    assert len(kept.frames) == 1 and list(kept.frames[0]["number"]) == ["007", "008"]
    assert kept.frames[0]["hired_on"].iloc[0] == pd.Timestamp(2024, 3, 1)
    assert upload.status.kind == "good" and "2" in upload.status.words
    assert upload.preview_card.layout.display == "none" and upload.raw is None


def test_words_of_a_good_file(kept):
    upload = panel(kept)
    upload.receive("people.csv", GOOD)
    assert upload.status.words == "2 rows are ready." and upload.confirm.label == "Import 2 rows"
    upload.confirm.click()
    assert upload.status.words == "2 people were stored."


def test_the_steps_say_what_comes_next(kept):
    upload = panel(kept)
    assert upload.steps.titles == ["Choose", "Map", "Check", "Import"] and upload.steps.current == 0
    upload.receive("people.csv", b"Alias\nAnn\n")
    assert upload.steps.current == 1  # needed columns are not named yet
    upload.receive("people.csv", b"Number,Name\n1,Ann\n1,Bo\n")
    assert upload.steps.current == 2
    upload.receive("people.csv", GOOD)
    assert upload.steps.current == 3
    upload.confirm.click()
    assert upload.steps.current == 4
    upload.reset()
    assert upload.steps.current == 0


def test_every_problem_is_shown_and_nothing_can_be_stored(kept, rows_of):
    upload = panel(kept)
    upload.receive("people.csv", f"Number,Name,Hours\n1,Ann,-4\n1,{HOSTILE},x\n2,,3\n".encode())
    assert upload.status.kind == "bad" and upload.status.words == "4 errors were found in 3 rows."
    assert upload.confirm.disabled and upload.problems.layout.display is None
    found = upload.intake.problem_table(Language("en"))
    assert list(zip(found["Row"], found["Column"], found["Value"], strict=True)) == [
        (2, "Hours", "-4"), (3, "Hours", "x"), (3, "Number", "1"), (4, "Name", ""),
    ]  # fmt: skip
    assert [row["Problem"] for row in rows_of(upload.found)] == list(found["Problem"])
    assert [row["Row"] for row in rows_of(upload.found)] == ["2", "3", "3", "4"] and upload.found.layout.display is None
    assert HOSTILE not in upload.preview.value
    upload.confirm.click()
    assert kept.frames == [] and upload.status.words == "4 errors were found in 3 rows."  # disabled: nothing happens
    upload.confirm.disabled = False
    upload.confirm.click()
    assert kept.frames == [] and upload.status.kind == "bad"
    assert "Nothing was taken over." in upload.status.words and "Row 2, column “Hours”" in upload.status.words
    name, content = upload._problem_file()
    assert name == "Problems.xlsx"
    assert [row[0] for row in read_table(content, name, limit_mb=5).rows] == [2, 3, 3, 4]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.xlsx", b"no workbook"), ("a.csv", b""), ("a.pdf", b"%PDF-1.4"), ("a.csv", b"\x00\x01\x02")],
)
def test_what_is_no_table_is_refused_in_words(kept, name, content):
    upload = panel(kept)
    upload.receive("people.csv", GOOD)
    upload.receive(name, content)
    assert upload.status.kind == "bad" and "Sorry" not in upload.status.words and len(upload.status.words) > 20
    assert upload.raw is None and upload.preview_card.layout.display == "none"
    upload.confirm.click()
    assert kept.frames == [] and "Choose a file first." in upload.status.words


def test_too_large_a_file_is_refused(kept):
    upload = panel(kept, limit_mb=1)
    upload.receive("people.csv", b"Number,Name\n" + b"1,Ann\n" * 200_000)
    assert upload.status.kind == "bad" and "1 MB" in upload.status.words


def test_cancel_forgets_the_file(kept):
    upload = panel(kept)
    upload.receive("people.csv", GOOD)
    upload.cancel.click()
    upload.confirm.click()
    assert kept.frames == [] and "Choose a file first." in upload.status.words


def test_a_mapping_is_remembered_for_files_with_the_same_headers(kept):
    content = b"No. of person,Who,Also\n1,Ann,Bo\n"
    first = panel(kept)
    first.receive("a.csv", content)
    assert first.status.kind == "bad" and first.mapping["name"].value is None
    first.mapping["number"].value, first.mapping["name"].value = "No. of person", "Also"
    first.check.click()
    assert first.status.kind == "good"
    first.confirm.click()
    assert list(kept.frames[0]["name"]) == ["Bo"]
    assert kept.mappings[signature(["Also", "Who", "No. of person"])]["name"] == "Also"
    second = panel(kept)
    second.receive("b.csv", content)
    assert second.mapping["name"].value == "Also" and second.status.kind == "good"


def test_what_is_stored_is_what_was_shown(kept):
    upload = panel(kept)
    upload.receive("a.csv", b"Number,Name,Alias\n1,Ann,Bo\n")
    upload.mapping["name"].value = "Alias"
    upload.confirm.click()  # without pressing “Check the file”
    assert kept.frames == [] and "mapped anew" in upload.status.words and "Bo" in upload.preview.value
    upload.confirm.click()
    assert list(kept.frames[0]["name"]) == ["Bo"] and next(iter(kept.mappings.values()))["name"] == "Alias"


def test_a_refusal_of_the_store_is_shown_and_the_file_stays():
    def refuse(_frame, _key, _mapping):
        raise Conflict(text("Somebody was faster."))

    upload = Upload(FORM, language=Language("en"), on_confirm=refuse)
    upload.receive("people.csv", GOOD)
    upload.confirm.click()
    assert upload.status.words == "Somebody was faster." and upload.intake is not None


def test_references_are_looked_up_at_the_time_of_the_check(rows_of):
    columns = (
        Column("number", {"en": "Number"}, "id"),
        Column("boss", {"en": "Boss"}, "id", required=True, refers_to="number"),
    )
    form = TableForm("t", {"en": "T"}, columns)
    known = {"boss": {"7"}}
    upload = Upload(form, language=Language("en"), on_confirm=lambda *_: text("ok"), known=lambda: known)
    upload.receive("a.csv", b"Number,Boss\n1,8\n")
    assert upload.status.kind == "bad" and rows_of(upload.found)[0]["Value"] == "8"
    known["boss"] = {"7", "8"}
    upload.check.click()
    assert upload.status.kind == "good"


def test_the_template_reads_back_and_the_picker_hands_over(kept):
    upload = panel(kept)
    name, content = upload.template._make()
    assert name == "people.xlsx" and zipfile.is_zipfile(io.BytesIO(content))
    upload.picker._on_file("p.csv", GOOD)
    assert upload.raw is not None and upload.raw.file_name == "p.csv" and upload.status.kind == "good"
