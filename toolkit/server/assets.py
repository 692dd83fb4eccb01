"""Static files of the template and the controls, packed once and cached for a year."""

import gzip
import hashlib
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

from tornado import web

from toolkit import __version__
from toolkit.controls.control import bundle, looks
from toolkit.server.gate import Gate, anyone

_KINDS = {".js", ".css", ".svg", ".png", ".woff", ".woff2", ".ttf", ".json"}
_PACKED = {"js", "css", "svg", "json"}
_MODULES = ("line", "widgets", "page")
_IMPORT = re.compile(r"^import .*\n", re.MULTILINE)
_EXPORT = re.compile(r"^export ", re.MULTILINE)
_YEAR = "public, max-age=31536000, immutable"


class Assets:
    """The static files of one server: those of the template, and one script and one style sheet for all pages.

    ``app.js`` holds the page's own modules and all controls, ``app.css`` the look of all: two requests
    instead of forty. `prefix` changes whenever one of them changes, so browsers may keep them for ever.
    """

    def __init__(self, template: Path):
        self._root = template / "static"
        self._built = {"app.js": self._script().encode(), "app.css": self._style().encode()}
        digest = hashlib.sha256(__version__.encode())
        for name, content in self._built.items():
            digest.update(name.encode() + content)
        for path in sorted(self._root.iterdir()):
            digest.update(path.name.encode() + path.read_bytes())
        self.prefix = f"/static/{digest.hexdigest()[:12]}"

    @property
    def controls(self) -> str:
        """Where the controls say that their scripts are; the page finds them in ``app.js`` by this name."""
        return f"{self.prefix}/controls"

    def find(self, name: str) -> bytes | None:
        """Return the content of the file called `name`, or nothing if there is none that may be sent."""
        if name in self._built:
            return self._built[name]
        if "\0" in name:
            return None
        path = (self._root / name).resolve()
        fits = path.is_relative_to(self._root.resolve()) and path.suffix in _KINDS and path.is_file()
        return path.read_bytes() if fits else None

    def _script(self) -> str:
        own = [(self._root / f"{name}.js").read_text(encoding="utf-8") for name in _MODULES]
        # In one script nothing is imported, and nothing is exported.
        return bundle() + "\n".join(_IMPORT.sub("", _EXPORT.sub("", module)) for module in own)

    def _style(self) -> str:
        own = [(self._root / f"{name}.css").read_text(encoding="utf-8") for name in ("coach", "widgets")]
        return "\n".join([*own, looks()])


class AssetHandler(Gate):
    """Sends static files."""

    rule = staticmethod(anyone)

    async def get(self, name: str) -> None:
        """Send one file, packed where the browser can unpack it."""
        plain = self.desk.assets.find(name)
        if plain is None:
            raise web.HTTPError(404)
        packed = _packed(plain) if name.rsplit(".", 1)[-1] in _PACKED and len(plain) > 1000 else None
        self.set_header("Content-Type", mimetypes.guess_type(name)[0] or "application/octet-stream")
        self.set_header(
            "Cache-Control", _YEAR if self.request.path.startswith(f"{self.desk.assets.prefix}/") else "no-cache"
        )
        self.set_header("Vary", "Accept-Encoding")
        if packed and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.write(packed)
        else:
            self.write(plain)

    async def head(self, name: str) -> None:
        """Say what `get` would."""
        await self.get(name)


@lru_cache(maxsize=64)
def _packed(plain: bytes) -> bytes:
    return gzip.compress(plain, 9, mtime=0)
