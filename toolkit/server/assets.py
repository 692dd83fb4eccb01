"""Static files of the template and the controls, packed once and cached for a year."""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from tornado import web

from toolkit import __version__
from toolkit.controls.control import LOOK, STATIC
from toolkit.server.gate import Gate, anyone

_KINDS = {".js", ".css", ".svg", ".png", ".woff", ".woff2", ".ttf", ".json"}
_YEAR = "public, max-age=31536000, immutable"


class Assets:
    """The static files of one server: ``coach/…`` from the template, ``controls/…`` from the controls.

    `prefix` changes whenever one of them changes, so browsers may keep them for ever.
    """

    def __init__(self, template: Path):
        self._roots = {"coach": template / "static", "controls": STATIC}
        digest = hashlib.sha256(__version__.encode())
        for root in self._roots.values():
            for path in sorted(root.iterdir()):
                digest.update(path.name.encode() + path.read_bytes())
        self.prefix = f"/static/{digest.hexdigest()[:12]}"

    @property
    def controls(self) -> str:
        """Address of the folder with the controls' scripts and looks."""
        return f"{self.prefix}/controls"

    def find(self, part: str, name: str) -> Path | None:
        """Return the file called `name`, or nothing if there is none that may be sent."""
        root = self._roots.get(part)
        if root is None or "\0" in name:
            return None
        path = (root / name).resolve()
        fits = path.is_relative_to(root.resolve()) and path.suffix in _KINDS and path.is_file()
        return path if fits else None

    @property
    def modules(self) -> list[str]:
        """Addresses of the scripts a page needs, so that the browser fetches them while the kernel starts."""
        own = [f"{self.prefix}/coach/{name}.js" for name in ("page", "line", "widgets")]
        return own + [f"{self.controls}/{path.name}" for path in sorted(STATIC.glob("*.js"))]

    @property
    def styles(self) -> list[str]:
        """Addresses of the style sheets of the controls, the one all share first."""
        sheets = sorted(STATIC.glob("*.css"), key=lambda path: (path.stem != LOOK, path.name))
        return [f"{self.controls}/{path.name}" for path in sheets]


class AssetHandler(Gate):
    """Sends static files."""

    rule = staticmethod(anyone)

    async def get(self, part: str, name: str) -> None:
        """Send one file, packed where the browser can unpack it."""
        path = self.desk.assets.find(part, name)
        if path is None:
            raise web.HTTPError(404)
        plain, packed = _content(path, path.stat().st_mtime_ns)
        self.set_header("Content-Type", mimetypes.guess_type(path.name)[0] or "application/octet-stream")
        self.set_header(
            "Cache-Control", _YEAR if self.request.path.startswith(f"{self.desk.assets.prefix}/") else "no-cache"
        )
        self.set_header("Vary", "Accept-Encoding")
        if packed and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.write(packed)
        else:
            self.write(plain)

    async def head(self, part: str, name: str) -> None:
        """Say what `get` would."""
        await self.get(part, name)


@lru_cache(maxsize=256)
def _content(path: Path, _changed: int) -> tuple[bytes, bytes | None]:
    plain = path.read_bytes()
    packs = path.suffix in {".js", ".css", ".svg", ".json"} and len(plain) > 1000
    return plain, gzip.compress(plain, 9, mtime=0) if packs else None
