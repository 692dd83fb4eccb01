"""A risk model as a file that runs no code when it is opened, the same bytes for the same model.

The file is a skops archive of plain parts: one text that says what stands where, and numeric arrays.
Whatever else it names is refused before anything of it is built, so a model from a stranger can be
wrong but not harmful; one that was changed no longer matches its own version and is refused too.
"""

import datetime as dt
import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from toolkit.errors import InputError
from toolkit.wording import Text, text

if TYPE_CHECKING:
    from toolkit.attrition.model import RiskModel

FORMAT = 1
MOST_BYTES = 256 * 1024 * 1024
# What skops may build and with which of its loaders; there is nothing else in a model.
_PLAIN = {
    "builtins.dict by DictNode",
    "builtins.list by ListNode",
    "builtins.str by JsonNode",
    "builtins.str by TypeNode",
    "numpy.ndarray by NdArrayNode",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SCHEMA = "schema.json"


def save_model(path: Path | str, model: "RiskModel") -> None:
    """Write `model` to `path`, whole or not at all; an existing file is replaced.

    The same model gives the same bytes; `model.background` says which data it was fitted on. Raises `InputError` when the place cannot be written.
    """
    path = Path(path)
    content = model_bytes(model)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise InputError(
            text("The file {file} cannot be written: {reason}.", file=path.name, reason=error.strerror or str(error)),
            remedy=text("Choose a folder that exists, has room and may be written to."),
        ) from None


def load_model(path: Path | str) -> "RiskModel":
    """Return the model in a file; raises `InputError` for anything that is not one, or was changed."""
    path = Path(path)
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refusal(path.name)
        content = path.read_bytes()
    except OSError as error:
        raise InputError(
            text("The file {file} cannot be read: {reason}.", file=path.name, reason=error.strerror or str(error))
        ) from None
    return model_from_bytes(content, name=path.name)


def model_bytes(model: "RiskModel") -> bytes:
    """Return `model` as the content of a model file."""
    from skops.io import dumps

    arrays: list[Any] = []
    body = {"format": FORMAT, "version": model.version, "model": _packed(model, arrays)}
    parts = {"header": json.dumps(body, ensure_ascii=False, sort_keys=True), "arrays": arrays}
    return _settled(dumps(parts))


def model_from_bytes(content: bytes, *, name: str = "model") -> "RiskModel":
    """Return the model in the content of a model file; `name` is what a refusal calls it."""
    from skops.io import loads

    from toolkit.attrition.model import RiskModel

    try:
        _inspect(content, name)
        parts = loads(content, trusted=[])
        body = json.loads(parts["header"])
        if body["format"] != FORMAT:
            raise _Outdated
        model = _unpacked(body["model"], parts["arrays"])
        if not isinstance(model, RiskModel):
            raise _refusal(name)
        if model.version != body["version"]:
            raise _changed(name)
        return model
    except _Outdated:
        raise _outdated(name) from None
    except InputError:
        raise
    except Exception:
        # Whatever a damaged or forged file breaks, the reader is told the same.
        raise _refusal(name) from None


class _Outdated(Exception):
    """The file holds parts that this version does not know, or lacks some."""


def _kinds() -> dict[str, type]:
    """Return the records a model file may hold, by name."""
    from toolkit.attrition.background import Background, Profile
    from toolkit.attrition.boosting import Setting, Trees
    from toolkit.attrition.challenger import Boosted, Challenge
    from toolkit.attrition.design import CategoryTerms, Design, NumberTerms
    from toolkit.attrition.guard import ColumnFinding
    from toolkit.attrition.metrics import Estimate
    from toolkit.attrition.model import FitFigures, RiskModel

    known = (RiskModel, FitFigures, Design, NumberTerms, CategoryTerms, ColumnFinding, Text)
    framed = (Background, Profile, Boosted, Challenge, Setting, Trees, Estimate)
    return {kind.__name__: kind for kind in (*known, *framed)}


def _packed(value: Any, arrays: list[Any]) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return {type(value).__name__: [_packed(each, arrays) for each in value]}
    if isinstance(value, Mapping):
        return {"dict": [[_packed(key, arrays), _packed(value[key], arrays)] for key in value]}
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        arrays.append(np.array(value, order="C"))
        return {"array": len(arrays) - 1}
    if is_dataclass(value) and type(value) is _kinds().get(type(value).__name__):
        stored = {each.name: _packed(getattr(value, each.name), arrays) for each in fields(value)}
        return {"record": type(value).__name__, "fields": stored}
    if isinstance(value, dt.date):
        # Days stand inside sentences only, where their text is all that is shown.
        return value.isoformat()[:10]
    raise TypeError(f"a model file has no place for {type(value).__qualname__}")


def _unpacked(value: Any, arrays: list[Any]) -> Any:
    if not isinstance(value, dict):
        return value
    if "record" in value:
        kind = _kinds().get(value["record"])
        if kind is None:
            raise _Outdated
        given = value["fields"]
        names = {each.name for each in fields(kind)}
        needed = {each.name for each in fields(kind) if each.default is MISSING and each.default_factory is MISSING}
        if not needed <= set(given) <= names:
            raise _Outdated
        return kind(**{name: _unpacked(each, arrays) for name, each in given.items()})
    ((kind_of, content),) = value.items()
    if kind_of == "array":
        return arrays[content]
    if kind_of == "dict":
        return {key: _unpacked(each, arrays) for key, each in content}
    found = [_unpacked(each, arrays) for each in content]
    return {"tuple": tuple, "list": list}[kind_of](found)


def _settled(archive: bytes) -> bytes:
    """Return the archive without clock times and memory addresses, which change from run to run."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        schema = json.loads(source.read(_SCHEMA))
        members = {name: source.read(name) for name in source.namelist() if name != _SCHEMA}
    numbers: dict[int, int] = {}
    renamed: dict[str, str] = {}
    _renumber(schema, numbers, renamed, set(members))
    members = {renamed[name]: content for name, content in members.items()}
    members[_SCHEMA] = json.dumps(schema, indent=1).encode()
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as target:
        for name in sorted(members):
            target.writestr(zipfile.ZipInfo(name, _EPOCH), members[name], zipfile.ZIP_DEFLATED)
    return found.getvalue()


def _renumber(node: Any, numbers: dict[int, int], renamed: dict[str, str], members: set[str]) -> None:
    if isinstance(node, list):
        for each in node:
            _renumber(each, numbers, renamed, members)
    if not isinstance(node, dict):
        return
    if "__id__" in node:
        node["__id__"] = numbers.setdefault(node["__id__"], len(numbers) + 1)
    if node.get("file") in members:
        new = f"{len(renamed) + 1:06d}{Path(node['file']).suffix}"
        node["file"] = renamed.setdefault(node["file"], new)
    for each in node.values():
        _renumber(each, numbers, renamed, members)


def _inspect(content: bytes, name: str) -> None:
    """Refuse an archive that names an unknown type or claims more than it holds, before building any of it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(each.file_size for each in archive.infolist()) > MOST_BYTES:
            raise _refusal(name)
        schema = json.loads(archive.read(_SCHEMA))
        strange = sorted({each.partition(" ")[0] for each in _types(schema) - _PLAIN})
        if strange:
            raise InputError(
                text(
                    "{file} holds things that do not belong into a model: {types}.", file=name, types=", ".join(strange)
                ),
                remedy=text("Do not use this file. Ask whoever gave it to you where it comes from."),
            )
        for member in archive.namelist():
            if member.endswith(".npy"):
                _inspect_array(archive.read(member))


def _inspect_array(content: bytes) -> None:
    stream = io.BytesIO(content)
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(stream)
    # Room is made for what the heading claims, so the claim is checked against what is there.
    if dtype.kind not in "fiubV" or math.prod(shape) * dtype.itemsize != len(content) - stream.tell():
        raise ValueError("array does not hold what it claims")


def _types(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*(_types(each) for each in node))
    if not isinstance(node, dict):
        return set()
    found = set().union(*(_types(each) for each in node.values()))
    if "__class__" in node or "__module__" in node or "__loader__" in node:
        found.add(f"{node.get('__module__')}.{node.get('__class__')} by {node.get('__loader__')}")
    return found


def _refusal(name: str) -> InputError:
    return InputError(
        text("{file} is no model of this toolkit, or it is damaged.", file=name),
        remedy=text("Use a file written by “coach attrition train”."),
    )


def _changed(name: str) -> InputError:
    return InputError(
        text("The model in {file} does not match its version: the file was changed or damaged.", file=name),
        remedy=text("Use a file written by “coach attrition train”."),
    )


def _outdated(name: str) -> InputError:
    return InputError(
        text("{file} was written by another version of the toolkit.", file=name),
        remedy=text("Train the model again with this version."),
    )
