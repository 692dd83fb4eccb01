"""Every sentence exists in both languages and keeps its places."""

import ast
import re
import runpy
import string
from pathlib import Path

import yaml
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff][,;:?!](?!\d)|[,;:?!][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(\s|$)|\.\.\.|[\u4e00-\u9fff] +[\u4e00-\u9fff，。]"
)
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


def test_chinese_sentences_have_chinese_punctuation() -> None:
    """No half-width stops beside Chinese characters, no spaces inside, real ellipses; in catalogue and content."""
    with MESSAGES["CATALOGUE"].open("rb") as source:
        words = [form for message in read_po(source, locale="zh") if message.id for form in forms(message.string)]
    for pack in sorted((ROOT / "datasets" / "content").glob("*.yaml")):
        words += chinese_of(yaml.safe_load(pack.read_text(encoding="utf-8")))
    assert len(words) > 1000
    assert not [one for one in words if HALF_WIDTH.search(one)]


def chinese_of(content: object) -> list[str]:
    if isinstance(content, dict):
        return [found for one in content.values() for found in chinese_of(one)]
    if isinstance(content, list):
        return [found for one in content for found in chinese_of(one)]
    return [content] if isinstance(content, str) and re.search("[\u4e00-\u9fff]", content) else []


def test_no_sentence_is_glued_from_pieces() -> None:
    """What `say` gives is never joined to words of another language or order: places are for that."""
    glued = []
    for path in sorted((ROOT / "toolkit").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            parts = node.values if isinstance(node, ast.JoinedStr) else []
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                parts = [node.left, node.right]
            literal = [p.value for p in parts if isinstance(p, ast.Constant) and isinstance(p.value, str)]
            inner = [p.value if isinstance(p, ast.FormattedValue) else p for p in parts]
            if any(map(is_worded, inner)) and any(re.search(r"[A-Za-z\u4e00-\u9fff]{2}", one) for one in literal):
                glued.append(f"{path.relative_to(ROOT)}:{node.lineno}")
            if sum(map(is_worded, inner)) > 1:
                glued.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not glued


def is_worded(node: ast.expr) -> bool:
    """Say whether an expression turns a sentence into words."""
    if not isinstance(node, ast.Call):
        return False
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return called in {"say", "language", "_", "count"} and not (called == "count" and len(node.args) < 3)
