"""Sentences as data, rendered in both languages."""

import datetime as dt

import pytest

from toolkit import language as language_module
from toolkit.language import Language
from toolkit.wording import Text, counted, text

CATALOGUE = """msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=1; plural=0;\\n"

msgid "{who} leads {team}."
msgstr "{team}由{who}带领。"

msgid "team {number}"
msgstr "第{number}组"

msgid "{count} walrus"
msgid_plural "{count} walruses"
msgstr[0] "{count}头海象"
"""
NEVER_TRANSLATED = "A walrus named {name} is in no catalogue."


@pytest.fixture
def chinese(tmp_path, monkeypatch):
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "toolkit.po").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(language_module, "_CATALOGUES", tmp_path)
    language_module.catalogue.cache_clear()
    yield Language("zh")
    language_module.catalogue.cache_clear()


def test_a_sentence_is_worded_in_either_language(chinese):
    inner = text("team {number}", number=3)
    sentence = text("{who} leads {team}.", who="Ann", team=inner)
    assert Language("en").say(sentence) == "Ann leads team 3."
    assert chinese.say(sentence) == "第3组由Ann带领。"
    assert str(sentence) == "Ann leads team 3."


@pytest.mark.parametrize(("count", "words"), [(0, "0 walruses"), (1, "1 walrus"), (2, "2 walruses")])
def test_plural(chinese, count, words):
    sentence = counted("{count} walrus", "{count} walruses", count)
    assert Language("en").say(sentence) == str(sentence) == words
    assert chinese.say(sentence) == f"{count}头海象"
    assert chinese.count("{count} walrus", "{count} walruses", count) == f"{count}头海象"


def test_what_is_not_translated_is_shown_in_english():
    sentence = text(NEVER_TRANSLATED, name={"en": "Bo", "zh": "波"})
    assert Language("en").say(sentence) == "A walrus named Bo is in no catalogue."
    assert Language("zh").say(sentence) == "A walrus named 波 is in no catalogue."
    assert Language("zh").count("{count} zebu of ours", "{count} zebus of ours", 2) == "2 zebus of ours"


def test_a_bilingual_mapping_falls_back_to_the_other_language():
    assert Language("zh").say({"en": "Courage", "zh": "勇气"}) == "勇气"
    assert Language("zh").say({"en": "Courage", "zh": ""}) == "Courage"
    assert Language("en").say({"zh": "勇气"}) == "勇气"
    assert Language("en").say({}) == ""
    assert Language("fr").code == "en"


def test_braces_in_a_value_are_kept_as_written():
    assert Language("en")("Hello {name}", name="{name.__class__}") == "Hello {name.__class__}"
    assert Language("zh").say("{already} worded") == "{already} worded" and Language("zh").say(None) == ""


def test_dates_and_numbers_follow_the_language():
    english, chinese = Language("en"), Language("zh")
    day = dt.date(2026, 9, 1)
    assert english("On {day}", day=day) == "On 1 Sept 2026"
    assert "2026年9月1日" in chinese(NEVER_TRANSLATED, name=day)
    assert english.number(1234.56, 1) == "1,234.6" and english.number(None) == english.number(float("nan")) == "–"
    assert (english.percent(0.805), chinese.percent(0.805, 1)) == ("80 %", "80.5%")
    assert english.interval(1, 2.25, 1) == "1.0–2.2" and english.interval(1, None) == "–"
    assert english.interval(-0.5, 2) == "-0.5 to 2.0" and Language("zh").interval(-2, -1, 0) == "-2 至 -1"
    assert english.interval(-0.01, 2) == "0.0–2.0" and english.number(-0.04) == "0.0"
    assert (english.money(1234.4), chinese.money(1234.4)) == ("CN¥1,234", "¥1,234")
    assert english.date(None) == "–"
    moment = dt.datetime(2026, 9, 1, 14, 5, 9, tzinfo=dt.UTC)
    assert english.time(moment) == "14:05:09" and english("{at}", at=moment) == "1 Sept 2026 14:05:09"
    assert english.join(["a", "b"]) == "a, b" and chinese.join(["a", "b"]) == "a、b"


def test_a_text_is_a_value():
    assert Text("a {x}", {"x": 1}) == text("a {x}", x=1)
    with pytest.raises(AttributeError):
        text("a").msgid = "b"
    with pytest.raises(KeyError, match="missing"):
        Language("en").say(text("{missing}"))
