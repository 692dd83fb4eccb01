"""Writing Word documents that look alike, in English and Chinese."""

import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from toolkit.language import Language
from toolkit.wording import Text

if TYPE_CHECKING:
    from docx.table import _Cell

_FONT, _EAST_ASIAN_FONT = "Calibri", "Microsoft YaHei"
_ACCENT = "1F4E79"
_TEXT_WIDTH_CM = 16.5
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
Said = str | Text


class WordDocument:
    """A Word document that grows from top to bottom.

    Everything said may be a plain string or a `Text`, which is worded in `language`. `date`, if
    given, stands in the footer beside the page number. Call `to_bytes` at the end.
    """

    def __init__(self, language: Language, title: Said, subtitle: Said = "", *, date: dt.date | None = None):
        import docx
        from docx.shared import Cm

        self._language = language
        self._document = docx.Document()
        section = self._document.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm((21.0 - _TEXT_WIDTH_CM) / 2)
        self._set_styles()
        self._document.core_properties.title = self._say(title)
        self._document.core_properties.language = self._tag
        self._document.add_paragraph(self._say(title), style="Title")
        if subtitle:
            self._document.add_paragraph(self._say(subtitle), style="Subtitle")
        self._write_footer(date)

    def _say(self, words: Said) -> str:
        """Return `words` in the document's language, without characters that XML cannot hold."""
        return _UNPRINTABLE.sub("", self._language.say(words))

    @property
    def _tag(self) -> str:
        return "zh-CN" if self._language.code == "zh" else "en-GB"

    def heading(self, words: Said, level: int = 1) -> None:
        """Add a heading of `level` 1 to 3."""
        self._document.add_heading(self._say(words), level)

    def paragraph(self, words: Said, *, bold: bool = False, small: bool = False) -> None:
        """Add a paragraph; `small` is for footnote-like remarks."""
        from docx.shared import Pt

        run = self._document.add_paragraph().add_run(self._say(words))
        run.bold = bold or None
        if small:
            run.font.size = Pt(9)

    def bullets(self, items: Iterable[Said]) -> None:
        """Add a bullet list."""
        for item in items:
            self._document.add_paragraph(self._say(item), style="List Bullet")

    def table(
        self,
        headers: Sequence[Said],
        rows: Iterable[Sequence[Said | float | None]],
        widths: Sequence[float] | None = None,
    ) -> None:
        """Add a table; its header row repeats on each page.

        `widths` are relative widths of the columns. Numbers are right-aligned, ``None`` is a dash.
        Raises `ValueError` if a row or `widths` has not one entry per header.
        """
        from docx.oxml import OxmlElement

        lines = [list(row) for row in rows]
        if any(len(line) != len(headers) for line in lines) or (widths is not None and len(widths) != len(headers)):
            raise ValueError("each row and the widths need one entry per header")
        grid = self._document.add_table(rows=1, cols=len(headers), style="Table Grid")
        for cell, header in zip(grid.rows[0].cells, headers, strict=True):
            self._fill(cell, header, bold=True)
            _shade(cell, "EEF2F6")
        mark = OxmlElement("w:tblHeader")
        grid.rows[0]._tr.get_or_add_trPr().append(mark)
        for line in lines:
            row = grid.add_row()
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for cell, value in zip(row.cells, line, strict=True):
                self._fill(cell, value)
        self._set_widths(grid, widths or [1.0] * len(headers))
        self._document.add_paragraph()

    def key_values(self, pairs: Iterable[tuple[Said, Said | float | None]]) -> None:
        """Add a block of names and values, one pair a line."""
        lines = list(pairs)
        if not lines:
            return
        grid = self._document.add_table(rows=0, cols=2)
        for name, value in lines:
            cells = grid.add_row().cells
            self._fill(cells[0], name, bold=True)
            self._fill(cells[1], value, align_numbers=False)
        self._set_widths(grid, [1.0, 2.5])
        self._document.add_paragraph()

    def picture(self, png: bytes, description: Said, width_cm: float = _TEXT_WIDTH_CM) -> None:
        """Add a picture from PNG bytes with a text alternative; `width_cm` at most the text width."""
        from docx.shared import Cm

        shape = self._document.add_picture(io.BytesIO(png), width=Cm(min(width_cm, _TEXT_WIDTH_CM)))
        shape._inline.docPr.set("descr", self._say(description))

    def page_break(self) -> None:
        """Begin a new page."""
        self._document.add_page_break()  # type: ignore[no-untyped-call]

    def to_bytes(self) -> bytes:
        """Return the document as a .docx file."""
        target = io.BytesIO()
        self._document.save(target)
        return target.getvalue()

    def _fill(
        self, cell: "_Cell", value: Said | float | None, *, bold: bool = False, align_numbers: bool = True
    ) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        paragraph = cell.paragraphs[0]
        if isinstance(value, int | float):
            words = self._language.number(value, 0 if float(value).is_integer() else 1)
            if align_numbers:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        else:
            words = "–" if value is None else self._say(value)
        paragraph.add_run(words).bold = bold or None

    def _set_widths(self, grid: Any, widths: Sequence[float]) -> None:
        from docx.shared import Cm

        grid.autofit = False
        for place, width in enumerate(widths):
            for cell in grid.columns[place].cells:
                cell.width = Cm(_TEXT_WIDTH_CM * width / sum(widths))

    def _set_styles(self) -> None:
        """Give every style the fonts for both scripts, and the document its language."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt, RGBColor

        styles = self._document.styles
        defaults = styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
        holders = [style.element.get_or_add_rPr() for style in styles if style.type in (1, 2)]
        for holder in [*([defaults] if defaults is not None else []), *holders]:
            fonts = holder.find(qn("w:rFonts"))
            if fonts is None:
                fonts = OxmlElement("w:rFonts")
                holder.insert(0, fonts)
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(qn(f"w:{theme}"), None)
            for script in ("ascii", "hAnsi", "cs"):
                fonts.set(qn(f"w:{script}"), _FONT)
            fonts.set(qn("w:eastAsia"), _EAST_ASIAN_FONT)
        if defaults is not None:
            tongue = defaults.find(qn("w:lang"))
            if tongue is None:
                tongue = OxmlElement("w:lang")
                defaults.append(tongue)
            tongue.set(qn("w:val"), self._tag if self._language.code == "en" else "en-US")
            tongue.set(qn("w:eastAsia"), "zh-CN")
        styles["Normal"].font.size = Pt(10.5)
        for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
            styles[name].font.color.rgb = RGBColor.from_string(_ACCENT)

    def _write_footer(self, date: dt.date | None) -> None:
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        paragraph = self._document.sections[0].footer.paragraphs[0]
        if date is not None:
            paragraph.add_run(self._language.date(date) + "\t\t")
        else:
            paragraph.add_run("\t\t")
        run = paragraph.add_run()
        for kind, code in (("begin", None), (None, "PAGE"), ("end", None)):
            part = OxmlElement("w:instrText" if code else "w:fldChar")
            if code:
                part.set(qn("xml:space"), "preserve")
                part.text = code
            else:
                part.set(qn("w:fldCharType"), kind or "")
            run._r.append(part)


def _shade(cell: "_Cell", colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)
