"""Headers of other systems find their column."""

import pytest

from toolkit.documents.columns import Column, TableForm
from toolkit.documents.mapping import signature, suggest_mapping


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("employee_number", "employee_number"),
        ("EMPLOYEE NUMBER *", "employee_number"),
        ("员工编号", "employee_number"),
        ("工号", "employee_number"),
        ("Worker-ID", "employee_number"),
        ("Employe Number", "employee_number"),
        ("Sales result (CNY)", "result"),
        ("销售业绩（元）", "result"),
        ("ＮＡＭＥ", "name"),
    ],
)
def test_a_header_finds_its_column(form: TableForm, header: str, name: str) -> None:
    assert {n for n, h in suggest_mapping([header, "zzz"], form).items() if h} == {name}


def test_remembered_wins_and_headers_are_used_once(form: TableForm) -> None:
    headers = ["工号", "姓名", "Code"]
    mapping = suggest_mapping(headers, form, {"employee_number": "Code", "name": None, "gone": "x", "tier": "no such"})
    assert mapping["employee_number"] == "Code" and mapping["name"] is None and mapping["tier"] is None
    used = [header for header in mapping.values() if header]
    assert len(used) == len(set(used))
    assert set(mapping) == {column.name for column in form.columns}


def test_an_exact_name_is_not_taken_by_an_alias() -> None:
    form = TableForm(
        "t",
        {"en": "T"},
        (Column("a", {"en": "A"}, aliases=("b",)), Column("b", {"en": "B"})),
    )
    assert suggest_mapping(["b"], form) == {"a": None, "b": "b"}


def test_signature_does_not_depend_on_order_or_spelling() -> None:
    assert signature(["工号", "Hired On"]) == signature(["hired_on", "工号"])
    assert signature(["a"]) != signature(["b"]) and len(signature([])) == 32
