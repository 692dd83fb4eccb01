"""Collect the sentences of code and templates into the Chinese catalogue, keeping what is translated."""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parent.parent
CATALOGUE = ROOT / "toolkit" / "locale" / "zh" / "LC_MESSAGES" / "toolkit.po"
HEADER = """# Simplified Chinese wording of the Sales Coaching Toolkit; new sentences arrive by `make messages`.
msgid ""
msgstr ""
"Language: zh\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
KEYWORDS = ("text:1", "counted:1,2", "_", "say", "language", "count:1,2")


def collected() -> Catalog:
    """Return all sentences found in the source, without translations."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as target:
        keywords = [part for keyword in KEYWORDS for part in ("-k", keyword)]
        command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg"]
        command += ["--no-default-keywords", *keywords, "--sort-by-file", "--no-location", "-o", target.name, "."]
        subprocess.run(command, cwd=ROOT, check=True)
        return read_po(target)


def main() -> None:
    """Bring the catalogue up to date and say how many sentences wait for a translation."""
    with CATALOGUE.open("rb") as source:
        known = read_po(source, locale="zh")
    merged = Catalog(locale="zh", project="sales-coaching-toolkit", fuzzy=False)
    for message in collected():
        if message.id:
            key = message.id[0] if isinstance(message.id, tuple) else message.id
            earlier = known.get(key)
            kept = merged.add(message.id, earlier.string if earlier else None)
            # Places are named in braces; a sign such as "90% i" only looks like an old format.
            kept.flags.discard("python-format")
    body = io.BytesIO()
    write_po(body, merged, width=0, omit_header=True)
    CATALOGUE.write_text(HEADER + body.getvalue().decode(), encoding="utf-8")
    waiting = sum(1 for message in merged if message.id and not any(_forms(message.string)))
    print(f"{len(merged)} sentences, {waiting} without translation")


def _forms(string: object) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (str(string or ""),)


if __name__ == "__main__":
    main()
