"""The folder a scoring run works in: finished parts are kept, and the output appears only when all are there."""

import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from toolkit.errors import Conflict, InputError
from toolkit.wording import Text, text


class WorkFolder:
    """`OUT.unfinished` beside the output, for one run at a time.

    `identity` says what is being scored with what; parts of another run are thrown away.
    """

    def __init__(self, output: Path, identity: dict[str, Any]):
        self.output, self.identity = output, identity
        self.path = folder_of(output)
        self._lock: int | None = None

    def __enter__(self) -> "WorkFolder":
        with writing(self.output):
            self.path.mkdir(exist_ok=True)
            self._lock = os.open(self.path / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise Conflict(
                text("Another run is already writing {file}.", file=self.output.name),
                remedy=text("Wait until it is done or choose another output file."),
            ) from None
        with writing(self.output):
            self._keep_only_own()
        return self

    def __exit__(self, *_: object) -> None:
        if self._lock is not None:
            os.close(self._lock)

    def part(self, number: int) -> Path:
        """Return the path of a part, whether it is there or not."""
        return part_path(self.path, number)

    def finished(self, count: int) -> list[int]:
        """Return which of the parts 0 to `count` - 1 are there."""
        return [number for number in range(count) if self.part(number).exists()]

    def deliver(self, unfinished: Path) -> None:
        """Put the complete file in its place and remove the folder."""
        with writing(self.output):
            descriptor = os.open(unfinished, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
            # A link fails where a file has appeared meanwhile; a rename would overwrite it.
            try:
                os.link(unfinished, self.output)
            except FileExistsError:
                raise already_there(self.output) from None
            except OSError:
                unfinished.replace(self.output)
            shutil.rmtree(self.path)

    def _keep_only_own(self) -> None:
        note = self.path / "run.json"
        wanted = json.dumps(self.identity, sort_keys=True)
        try:
            known = note.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            known = ""
        if known != wanted:
            for leftover in [*self.path.glob("part-*"), *self.path.glob("output*")]:
                leftover.unlink()
            half = note.with_suffix(".half")
            half.write_text(wanted, encoding="utf-8")
            half.replace(note)


def folder_of(output: Path) -> Path:
    """Return the folder in which a run that writes `output` works."""
    return output.with_name(output.name + ".unfinished")


def part_path(folder: Path, number: int) -> Path:
    """Return where a part lies in a work folder."""
    return folder / f"part-{number:06d}.arrow"


def already_there(output: Path) -> InputError:
    """Return the refusal to overwrite a file."""
    return InputError(
        text("The file {file} is already there.", file=output.name),
        remedy=text("Choose another name or move it away."),
    )


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Tell in words why `target` cannot be written."""
    try:
        yield
    except OSError as error:
        raise InputError(
            text("The file {file} cannot be written: {reason}.", file=target.name, reason=_reason(error)),
            remedy=text("Parts that are finished were kept: make room and start the same command again.")
            if error.errno in _FULL
            else text("Choose a folder that exists, has room and may be written to."),
        ) from None


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _reason(error: OSError) -> Text | str:
    reasons = {
        **dict.fromkeys(_FULL, text("there is no room left")),
        errno.EACCES: text("writing is not allowed there"),
        errno.EPERM: text("writing is not allowed there"),
        errno.EROFS: text("writing is not allowed there"),
        errno.ENOENT: text("the folder does not exist"),
        errno.ENOTDIR: text("the folder does not exist"),
    }
    return reasons.get(error.errno or 0, error.strerror or str(error))
