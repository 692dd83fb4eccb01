"""Every sentence exists in both languages and keeps its places."""

import runpy
import string
from pathlib import Path

from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
MESSAGES = runpy.run_path(str(ROOT / ".ci" / "messages.py"))


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_sentence_of_code_and_templates_is_worded_in_chinese() -> None:
    with MESSAGES["CATALOGUE"].open("rb") as source:
        known = read_po(source, locale="zh")
    wanted = {m.id[0] if isinstance(m.id, tuple) else m.id for m in MESSAGES["collected"]() if m.id}
    assert len(wanted) > 300
    missing = [sentence for sentence in wanted if not known.get(sentence) or not any(forms(known.get(sentence).string))]
    assert not missing, "run `make messages` and translate"


def test_translations_keep_the_places_of_their_sentences() -> None:
    with MESSAGES["CATALOGUE"].open("rb") as source:
        for message in read_po(source, locale="zh"):
            if not message.id:
                continue
            originals = message.id if isinstance(message.id, tuple) else (message.id,)
            wanted = set().union(*(places(original) for original in originals))
            for form in forms(message.string):
                assert places(form) == wanted, message.id


def forms(words: object) -> tuple[str, ...]:
    return words if isinstance(words, tuple) else (str(words),)
