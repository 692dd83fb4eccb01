"""Ours and the peers: how each is installed and started, and where its rating controls are."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from content_export import ROOT
from peers.scoring_data import create_store
from server_process import Server, free_port

FOLDER = Path(__file__).resolve().parent
PEERS = FOLDER / "peers"
INSTALLED = FOLDER / ".peers"


@dataclass(frozen=True)
class Contender:
    """One app under one framework.

    `scale` finds the element around the levels of a criterion ({n} counts from 0, {nth} from 1),
    `option` a level inside it, `stamp` what reads “saved 14:05:09”. `command` is started by the
    framework's own Python; {port} and {app} are filled in. `answers` is an address that answers
    as soon as the server listens and costs it nothing.
    """

    name: str
    title: str
    packages: tuple[str, ...]
    command: tuple[str, ...]
    path: str
    answers: str
    scale: str = ".options-{n}"
    option: str = "input"
    stamp: str = ".stamp-{n}"
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def ours(self) -> bool:
        """Whether it is the toolkit itself."""
        return self.name == "ours"

    @property
    def python(self) -> Path:
        """The Python that has this framework."""
        return Path(sys.executable) if self.ours else INSTALLED / self.name / "bin" / "python"

    def start(self, work: Path) -> Server:
        """Start the server on its folder under `work`."""
        folder, port = work / self.name, free_port()
        folder.mkdir(exist_ok=True)
        create_store(folder / "ratings.sqlite")
        # A home of its own: nobody's settings for Jupyter, Streamlit and the like come in.
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TMPDIR") if name in os.environ}
        environment = kept | {
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT if self.ours else PEERS),
            "SCORING_CONTENT": str(work / "content.json"),
            "SCORING_STORE": str(folder / "ratings.sqlite"),
            "COACH_HOME": str(work / "coach-home"),
            "COACH_LANGUAGE": "en",
            "COACH_PORT": str(port),
            "COACH_KERNELS_PER_USER": "99",
            **dict(self.environment),
        }
        app = PEERS / f"app_{self.name}.py"
        if self.name == "voila":
            app = _as_notebook(app, folder / "scoring.ipynb")
        command = [part.format(port=port, app=app) for part in self.command]
        return Server([str(self.python), "-m", *command], environment, folder, port, self.answers)

    def versions(self) -> dict[str, str]:
        """Return the versions of what this contender stands for."""
        code = "import importlib.metadata as m, json, sys; print(json.dumps({n: m.version(n) for n in sys.argv[1:]}))"
        done = subprocess.run(
            [str(self.python), "-c", code, *self.packages], capture_output=True, text=True, check=True
        )
        return dict(json.loads(done.stdout))

    def install(self) -> str | None:
        """Make this peer's virtual environment unless it is there; return why it could not be made."""
        if self.ours:
            return None
        requirements = PEERS / f"requirements-{self.name}.txt"
        wanted = hashlib.sha256(requirements.read_bytes() + sys.version.encode()).hexdigest()
        folder = INSTALLED / self.name
        mark = folder / "installed"
        if mark.exists() and mark.read_text() == wanted:
            return None
        print(f"installing {self.title} (once) …", file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        pip = [str(self.python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
        for command in ([sys.executable, "-m", "venv", str(folder)], [*pip, "-r", str(requirements)]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                errors = [line for line in done.stderr.splitlines() if "ERROR" in line]
                return (errors or done.stderr.splitlines() or ["no reason given"])[-1].strip()
        mark.write_text(wanted)
        return None


def _as_notebook(script: Path, target: Path) -> Path:
    """Write a notebook whose only cell is `script`."""
    cell = {
        "cell_type": "code",
        "id": "page",
        "metadata": {},
        "execution_count": None,
        "outputs": [],
        "source": script.read_text(encoding="utf-8"),
    }
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    body = {"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    target.write_text(json.dumps(body), encoding="utf-8")
    return target


CONTENDERS = (
    Contender(
        "ours",
        "ours",
        ("voila", "ipywidgets", "anywidget", "ipykernel"),
        ("toolkit.cli", "demo"),
        path="/roleplay",
        answers="/health",
        scale=".coach-criterion:nth-child({nth})",
        option="[role=radio]",
        stamp=".coach-criterion:nth-child({nth}) .coach-stamp",
    ),
    Contender(
        "voila",
        "stock Voila",
        ("voila", "ipywidgets", "ipykernel"),
        ("voila", "{app}", "--no-browser", "--Voila.ip=127.0.0.1", "--port={port}"),
        path="/",
        answers="/nowhere",
        option="button",
    ),
    Contender(
        "panel",
        "Panel",
        ("panel", "bokeh"),
        ("panel", "serve", "{app}", "--address", "127.0.0.1", "--port", "{port}"),
        path="/app_panel",
        answers="/nowhere",
    ),
    Contender(
        "streamlit",
        "Streamlit",
        ("streamlit",),
        (
            *("streamlit", "run", "{app}", "--server.headless=true", "--server.address=127.0.0.1"),
            *("--server.port={port}", "--server.fileWatcherType=none", "--browser.gatherUsageStats=false"),
            "--client.toolbarMode=minimal",
        ),
        path="/",
        answers="/_stcore/health",
        scale=".st-key-options-{n}",
        stamp=".st-key-stamp-{n}",
    ),
    Contender(
        "dash",
        "Dash",
        ("dash", "gunicorn"),
        ("gunicorn", "app_dash:server", "--bind=127.0.0.1:{port}", "--workers=2", "--threads=8"),
        path="/",
        answers="/nowhere.js",
    ),
    Contender(
        "solara",
        "Solara",
        ("solara", "ipyvuetify"),
        ("solara", "run", "{app}", "--production", "--no-open", "--host=127.0.0.1", "--port={port}"),
        path="/",
        answers="/readyz",
        environment=(("SOLARA_TELEMETRY_MIXPANEL_ENABLE", "False"),),
    ),
)
