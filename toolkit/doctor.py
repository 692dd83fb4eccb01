"""Looking an installation over: versions, stores, files, rights."""

import importlib.metadata
import os
import shutil
import sys
from dataclasses import dataclass

from toolkit.access.local import is_loopback
from toolkit.errors import SetupError
from toolkit.server.forking import WARM_UP, can_fork, try_fork
from toolkit.server.kernels import plain_environment
from toolkit.settings import Settings, shipped
from toolkit.store import open_store
from toolkit.wording import Text, text

_NEEDED = ("voila", "ipywidgets", "anywidget", "pandas", "scikit-learn", "sqlalchemy", "highspy", "python-calamine")


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `remedy` says what to do where it is not good."""

    good: bool
    what: Text
    remedy: Text | None = None


def examine(settings: Settings) -> list[Finding]:
    """Return what was found, good and bad."""
    findings = [_python(), *_packages(), *_shipped_files(), _home(settings)]
    for kind, url in (("coaching", settings.coaching_store), ("hr", settings.hr_store)):
        findings.append(_store(kind, url))
    findings += [_separate(settings), _address(settings), _forking(settings), _chinese_font()]
    return findings


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        sys.version_info >= (3, 11),
        text("Python {version}", version=version),
        text("Install Python 3.11 or newer and make a new virtual environment."),
    )


def _packages() -> list[Finding]:
    findings = []
    for name in _NEEDED:
        try:
            findings.append(
                Finding(True, text("{package} {version}", package=name, version=importlib.metadata.version(name)))
            )
        except importlib.metadata.PackageNotFoundError:
            findings.append(
                Finding(False, text("The package {package} is missing.", package=name), text("Run “make setup” again."))
            )
    return findings


def _shipped_files() -> list[Finding]:
    wanted = (("datasets", "content"), ("voila_apps",), ("voila_apps", "template"))
    return [
        Finding(
            shipped(*parts).is_dir(),
            text("Files that ship with the toolkit: {folder}", folder="/".join(parts)),
            text("The installation is incomplete; install the toolkit again."),
        )
        for parts in wanted
    ]


def _home(settings: Settings) -> Finding:
    home = settings.home
    parent = home if home.exists() else home.parent
    writable = os.access(parent, os.W_OK)
    free = shutil.disk_usage(parent if parent.exists() else "/").free / 2**30
    return Finding(
        writable and free > 0.5,
        text("Data folder {folder}: {free} GB free", folder=home, free=round(free, 1)),
        text("Set COACH_HOME to a folder you may write to, with enough free space."),
    )


def _store(kind: str, url: str) -> Finding:
    shown = url.split("@")[-1]
    try:
        open_store(url, "hr" if kind == "hr" else "coaching").close()
    except SetupError as error:
        return Finding(False, error.problem, error.remedy)
    return Finding(True, text("Store “{kind}”: {url}", kind=kind, url=shown))


def _separate(settings: Settings) -> Finding:
    separate = settings.coaching_store != settings.hr_store
    return Finding(
        separate,
        text("HR data have a store of their own") if separate else text("HR data share a store with coaching data"),
        text("Give COACH_HR_STORE_URL another address than COACH_STORE_URL."),
    )


def _address(settings: Settings) -> Finding:
    if is_loopback(settings.host):
        return Finding(True, text("Serving on this computer only ({host})", host=settings.host))
    return Finding(
        True, text("Serving to others at {host}: accounts are needed, sample users are off", host=settings.host)
    )


def _forking(settings: Settings) -> Finding:
    if not settings.fork_kernels:
        return Finding(True, text("Forking of page processes is switched off (COACH_FORK_KERNELS)"))
    if not can_fork():
        return Finding(True, text("This system cannot fork page processes: pages open more slowly"))
    try:
        seconds, megabytes = try_fork(WARM_UP, plain_environment())
    except SetupError as error:
        return Finding(False, error.problem, text("Pages open more slowly. The server's log says what went wrong."))
    return Finding(
        True,
        text(
            "Page processes are forked: {milliseconds} ms and {megabytes} MB for one more, before its page is built",
            milliseconds=round(1000 * seconds),
            megabytes=round(megabytes),
        ),
    )


def _chinese_font() -> Finding:
    from toolkit.controls.charts.export import draws_chinese

    return Finding(
        draws_chinese(),
        text("Pictures in Word files can show Chinese"),
        text("Install a Chinese font on the server, for example Noto Sans CJK."),
    )
