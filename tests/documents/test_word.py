"""Word documents carry fonts and language for both scripts."""

import datetime as dt
import io
import struct
import zlib

import docx
import pytest
from docx.oxml.ns import qn

from toolkit.documents.word import WordDocument
from toolkit.language import Language
from toolkit.wording import text


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0\0\0")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("code", ["en", "zh"])
def test_a_whole_document(code: str) -> None:
    language = Language(code)
    word = WordDocument(language, "反馈表", text("For {name}", name="王芳"), date=dt.date(2026, 9, 1))
    word.heading("结果")
    word.paragraph("Text\twith a tab", bold=True)
    word.paragraph("small", small=True)
    word.bullets(["one", "two"])
    word.key_values([("Name", "王芳"), ("Score", 3.25)])
    word.table(["Criterion", "Score"], [["提问", 3.5], ["倾听", None], ["n", 1200]], [3, 1])
    word.picture(png(), "a chart of gaps")
    word.page_break()
    word.heading("Two", 2)
    document = docx.Document(io.BytesIO(word.to_bytes()))
    assert [p.text for p in document.paragraphs[:3]] == ["反馈表", "For 王芳", "结果"]
    assert [cell.text for cell in document.tables[1].rows[1].cells] == ["提问", "3.5"]
    assert [cell.text for cell in document.tables[1].rows[2].cells] == ["倾听", "–"]
    assert document.tables[1].rows[3].cells[1].text == "1,200"
    assert document.tables[1].rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    for name in ("Normal", "Title", "Heading 1", "List Bullet"):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei" and fonts.get(qn("w:eastAsiaTheme")) is None
    tongue = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert tongue.get(qn("w:eastAsia")) == "zh-CN"
    assert document.core_properties.language == ("zh-CN" if code == "zh" else "en-GB")
    footer = document.sections[0].footer._element
    assert "PAGE" in [part.text for part in footer.iter(qn("w:instrText"))]
    assert language.date(dt.date(2026, 9, 1)) in document.sections[0].footer.paragraphs[0].text
    assert document.inline_shapes[0]._inline.docPr.get("descr") == "a chart of gaps"


def test_rows_must_fit_the_headers() -> None:
    with pytest.raises(ValueError, match="one entry per header"):
        WordDocument(Language("en"), "T").table(["a", "b"], [["1"]])


def test_control_characters_do_not_break_the_document() -> None:
    word = WordDocument(Language("en"), "T\x00")
    word.paragraph("bell \x07 here")
    assert docx.Document(io.BytesIO(word.to_bytes())).paragraphs[1].text == "bell  here"
