"""Static files: ours, Voila's front end and the two widget extensions, packed once and cached for a year."""

import gzip
import hashlib
import json
import mimetypes
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from tornado import web

from toolkit import __version__
from toolkit.server.gate import Gate, anyone

EXTENSIONS = ("@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget")
_KINDS = {".js", ".css", ".svg", ".png", ".woff", ".woff2", ".ttf", ".json"}
_YEAR = "public, max-age=31536000, immutable"


class Assets:
    """The static files of one server: ``coach/…`` from the template, ``voila/…`` and ``lab/…`` from Voila.

    `prefix` changes whenever one of them may have changed, so browsers may keep them for ever.
    """

    def __init__(self, template: Path, voila: list[str], lab: list[str]):
        self._roots = {"coach": [template / "static"], "voila": _folders(voila), "lab": _folders(lab)}
        self._preload = json.loads((template / "preload.json").read_text())
        digest = hashlib.sha256(__version__.encode())
        for package in ("voila", "ipywidgets", "anywidget"):
            digest.update(version(package).encode())
        for path in sorted((template / "static").iterdir()):
            digest.update(path.read_bytes())
        self.build = digest.hexdigest()[:12]
        self.prefix = f"/static/{self.build}"

    def find(self, part: str, name: str) -> Path | None:
        """Return the file called `name`, or nothing if there is none that may be sent."""
        if "\0" in name:
            return None
        for root in self._roots.get(part, []):
            path = (root / name).resolve()
            if path.is_relative_to(root.resolve()) and path.suffix in _KINDS and path.is_file():
                return path
        return None

    @property
    def preload(self) -> list[str]:
        """Addresses of the scripts a page will need, so that the browser fetches them while the kernel starts."""
        return [f"{self.prefix}/{name}" for name in self._preload if self.find(*name.split("?")[0].split("/", 1))]

    def extensions(self) -> list[dict[str, object]]:
        """Return the front-end extensions our pages need, as the page's configuration names them."""
        found = []
        for name in EXTENSIONS:
            package = self.find("lab", f"{name}/package.json")
            if package:
                build = json.loads(package.read_text())["jupyterlab"]["_build"]
                found.append(
                    {"name": name, **{key: build[key] for key in ("load", "extension", "style") if key in build}}
                )
        return found


class AssetHandler(Gate):
    """Sends static files."""

    rule = staticmethod(anyone)

    async def get(self, build: str, part: str, name: str) -> None:
        """Send one file, packed where the browser can unpack it."""
        path = self.desk.assets.find(part, name)
        if path is None:
            raise web.HTTPError(404)
        plain, packed = _content(path, path.stat().st_mtime_ns)
        self.set_header("Content-Type", mimetypes.guess_type(path.name)[0] or "application/octet-stream")
        self.set_header("Cache-Control", _YEAR if build == self.desk.assets.build else "no-cache")
        self.set_header("Vary", "Accept-Encoding")
        if packed and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            self.write(packed)
        else:
            self.write(plain)

    async def head(self, build: str, part: str, name: str) -> None:
        """Say what `get` would."""
        await self.get(build, part, name)


@lru_cache(maxsize=256)
def _content(path: Path, _changed: int) -> tuple[bytes, bytes | None]:
    plain = path.read_bytes()
    packs = path.suffix in {".js", ".css", ".svg", ".json"} and len(plain) > 1000
    return plain, gzip.compress(plain, 9, mtime=0) if packs else None


def _folders(paths: list[str]) -> list[Path]:
    return [Path(path) for path in paths if Path(path).is_dir()]
