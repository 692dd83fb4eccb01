"""State as plain dictionaries: there and back through JSON, and nothing taken that does not fit."""

import copy
import datetime as dt
import json
import pickle

import pytest

from toolkit.documents.plain_state import (
    PlainState,
    StateForm,
    by_id,
    day,
    list_of,
    number,
    optional,
    sentence,
    sentence_as_dict,
    whole,
    words,
    yes_or_no,
)
from toolkit.errors import InputError
from toolkit.wording import counted, text

FORM = StateForm(
    "Thing",
    2,
    {
        "name": words,
        "on": optional(day),
        "levels": by_id(number(1, 5)),
        "open": yes_or_no,
        "counts": list_of(whole(0, 9)),
        "why": sentence,
    },
)
WHY = counted("{count} day of {name}", "{count} days of {name}", 2, name="rest")
BODY = FORM.write(name="x", on="2026-02-28", levels={"a": 4.5}, open=True, counts=[0, 9], why=sentence_as_dict(WHY))


def test_what_was_written_is_read_with_dates_as_dates():
    found = FORM.read(json.loads(json.dumps(BODY)))
    assert found == {"name": "x", "on": dt.date(2026, 2, 28), "levels": {"a": 4.5}, "open": True, "counts": [0, 9],
                     "why": WHY}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "Other"}, "not a saved state of Thing"),
        ({"version": 1}, "This state has the version 1; version 2 can be read."),
        ({"version": 2.0}, "has the version 2.0"),
        ({"version": None}, "has the version None"),
        ({"more": 1}, "“more” has no place in this state."),
        ({"name": 3}, "3 cannot stand here. In the saved state, at “name”"),
        ({"on": "28.2.2026"}, "'28.2.2026' cannot stand here. In the saved state, at “on”"),
        ({"on": "2026-02-30"}, "at “on”"),
        ({"levels": {"a": 5.1}}, "5.1 cannot stand here. In the saved state, at “levels.a”"),
        ({"levels": {"a": float("nan")}}, "at “levels.a”"),
        ({"levels": {"a": True}}, "True cannot stand here."),
        ({"levels": [1]}, "at “levels”"),
        ({"open": 1}, "at “open”"),
        ({"counts": [1, 2.0]}, "2.0 cannot stand here. In the saved state, at “counts[1]”"),
        ({"counts": "12"}, "at “counts”"),
        ({"why": {**sentence_as_dict(WHY), "msgid": "{name.__class__} {count}"}}, "at “why”"),
        ({"why": {**sentence_as_dict(WHY), "msgid": "{other}"}}, "at “why”"),
        ({"why": {**sentence_as_dict(WHY), "plural": "{name!r}"}}, "at “why”"),
        ({"why": {**sentence_as_dict(WHY), "msgid": "{"}}, "at “why”"),
        ({"why": {**sentence_as_dict(WHY), "values": {"count": [1], "name": ""}}}, "at “why.values.count”"),
        ({"name": "x" * 900, "open": "y" * 900}, "… cannot stand here."),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(change, says):
    with pytest.raises(InputError) as refused:
        FORM.read(BODY | change)
    assert says in str(refused.value)


@pytest.mark.parametrize("body", [None, [], "Thing", 3, {}, {"kind": "Thing"}])
def test_what_is_no_state_at_all_is_refused(body):
    with pytest.raises(InputError):
        FORM.read(body)


@pytest.mark.parametrize("name", FORM.shapes)
def test_nothing_may_be_missing(name):
    with pytest.raises(InputError) as refused:
        FORM.read({key: value for key, value in BODY.items() if key != name})
    assert str(refused.value) == f"“{name}” is missing from this state."


def test_a_sentence_keeps_its_words():
    assert sentence(json.loads(json.dumps(sentence_as_dict(WHY))), "") == WHY
    assert sentence(sentence_as_dict(text("Plain.")), "") == text("Plain.")


def test_pickling_and_copying_say_what_to_use_instead():
    class Thing(PlainState):
        pass

    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match=r"use to_dict\(\) and from_dict\(\)"):
            attempt(Thing())
