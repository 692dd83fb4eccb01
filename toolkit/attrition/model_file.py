"""A risk model as a file that runs no code when it is opened, the same bytes for the same model.

The file is a skops archive of plain parts: one text that says what stands where, numeric arrays and,
for models with trees, scikit-learn estimators. Whatever else it names is refused before anything of
it is built, so a model from a stranger can be wrong but not harmful.
"""

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit import __version__
from toolkit.errors import InputError
from toolkit.wording import Text, text

FORMAT = 1
MOST_BYTES = 256 * 1024 * 1024
# What skops may build and with which of its loaders; anything else must be named below.
_PLAIN = {
    "builtins.dict by DictNode",
    "builtins.list by ListNode",
    "builtins.str by JsonNode",
    "builtins.str by TypeNode",
    "numpy.ndarray by NdArrayNode",
}
# Types of fitted estimators that a model may hold beside plain numbers, as module.Class.
TRUSTED_ESTIMATORS: tuple[str, ...] = ()
_EPOCH = (1980, 1, 1, 0, 0, 0)
_SCHEMA = "schema.json"


@dataclass(frozen=True)
class ModelFile:
    """What a model file holds.

    `data_hash` says which data the model was fitted on (see `data_hash`; empty if not told) and
    `version` which version of the toolkit wrote the file.
    """

    model: Any
    data_hash: str
    version: str


def save_model(path: Path | str, model: Any, *, data_hash: str = "") -> None:
    """Write `model` (a `RiskModel`) to `path`, whole or not at all; an existing file is replaced.

    The same model gives the same bytes. Raises `InputError` when the place cannot be written.
    """
    path = Path(path)
    content = model_bytes(model, data_hash=data_hash)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError as error:
        raise InputError(
            text("The file {file} cannot be written: {reason}.", file=path.name, reason=error.strerror or str(error)),
            remedy=text("Choose a folder that exists, has room and may be written to."),
        ) from None


def load_model(path: Path | str) -> Any:
    """Return the `RiskModel` in a file; raises `InputError` for anything that is not one."""
    return read_model_file(path).model


def read_model_file(path: Path | str) -> ModelFile:
    """Return the model in a file with what is known about it; raises `InputError` like `load_model`."""
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


def model_bytes(model: Any, *, data_hash: str = "") -> bytes:
    """Return `model` as the content of a model file."""
    from skops.io import dumps

    arrays: list[Any] = []
    estimators: list[Any] = []
    body = {
        "format": FORMAT,
        "version": __version__,
        "data_hash": data_hash,
        "model": _packed(model, arrays, estimators),
    }
    parts = {"header": json.dumps(body, ensure_ascii=False, sort_keys=True), "arrays": arrays, "estimators": estimators}
    return _settled(dumps(parts))


def model_from_bytes(content: bytes, *, name: str = "model") -> ModelFile:
    """Return the model in the content of a model file; `name` is what a refusal calls it."""
    from skops.io import loads

    try:
        _inspect(content, name)
        parts = loads(content, trusted=list(TRUSTED_ESTIMATORS))
        body = json.loads(parts["header"])
        if body["format"] != FORMAT:
            raise _outdated(name)
        model = _unpacked(body["model"], parts["arrays"], parts["estimators"])
        if type(model) is not _kinds()["RiskModel"]:
            raise _refusal(name)
        return ModelFile(model, str(body["data_hash"]), str(body["version"]))
    except _Outdated:
        raise _outdated(name) from None
    except InputError:
        raise
    except Exception:
        # Whatever a damaged or forged file breaks, the reader is told the same.
        raise _refusal(name) from None


def data_hash(frame: pd.DataFrame) -> str:
    """Return 64 hexadecimal digits that stand for the cells and column names of `frame`.

    The order of the rows plays no part, nor does the index.
    """
    found = hashlib.sha256(json.dumps([str(name) for name in frame.columns]).encode())
    plain = frame.apply(
        lambda column: column if column.dtype.kind in "biufM" else column.astype("string").astype(object)
    )
    found.update(np.sort(pd.util.hash_pandas_object(plain, index=False).to_numpy()).tobytes())
    return found.hexdigest()


class _Outdated(Exception):
    """The file holds parts that this version does not know, or lacks some."""


def _kinds() -> dict[str, type]:
    """Return the records a model file may hold, by name."""
    from toolkit.attrition.design import CategoryTerms, Design, NumberTerms
    from toolkit.attrition.guard import ColumnFinding
    from toolkit.attrition.model import FitFigures, RiskModel

    known = (RiskModel, FitFigures, Design, NumberTerms, CategoryTerms, ColumnFinding, Text)
    return {kind.__name__: kind for kind in known}


def _packed(value: Any, arrays: list[Any], estimators: list[Any]) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return {type(value).__name__: [_packed(each, arrays, estimators) for each in value]}
    if isinstance(value, Mapping):
        return {"dict": [[_packed(key, arrays, estimators), _packed(value[key], arrays, estimators)] for key in value]}
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        arrays.append(np.array(value, order="C"))
        return {"array": len(arrays) - 1}
    if is_dataclass(value) and type(value) is _kinds().get(type(value).__name__):
        stored = {each.name: _packed(getattr(value, each.name), arrays, estimators) for each in fields(value)}
        return {"record": type(value).__name__, "fields": stored}
    if type(value).__module__.startswith("sklearn."):
        estimators.append(value)
        return {"estimator": len(estimators) - 1}
    raise TypeError(f"a model file has no place for {type(value).__qualname__}")


def _unpacked(value: Any, arrays: list[Any], estimators: list[Any]) -> Any:
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
        return kind(**{name: _unpacked(each, arrays, estimators) for name, each in given.items()})
    ((kind_of, content),) = value.items()
    if kind_of == "array":
        return arrays[content]
    if kind_of == "estimator":
        return estimators[content]
    if kind_of == "dict":
        return {key: _unpacked(each, arrays, estimators) for key, each in content}
    found = [_unpacked(each, arrays, estimators) for each in content]
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
        known = {each.partition(" ")[0] for each in _types(schema) - _PLAIN}
        strange = sorted(known - set(TRUSTED_ESTIMATORS))
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


def _outdated(name: str) -> InputError:
    return InputError(
        text("{file} was written by another version of the toolkit.", file=name),
        remedy=text("Train the model again with this version."),
    )
