"""Models as files of skops: read without running anything that a stranger put in.

A model is written as plain dictionaries, lists, text, numbers and arrays, so the list of trusted types
stays empty. What is no such file, or names anything else, is refused.
"""

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from toolkit.attrition.background import Background, Profile
from toolkit.attrition.boosting import Setting, Trees
from toolkit.attrition.challenger import Boosted, Challenge
from toolkit.attrition.design import CategoryTerms, Design, NumberTerms
from toolkit.attrition.guard import ColumnFinding
from toolkit.attrition.metrics import Estimate
from toolkit.attrition.model import FitFigures, RiskModel
from toolkit.errors import InputError
from toolkit.wording import Text, text

FORM = "attrition risk model"
EDITION = 1
KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Background,
        Boosted,
        CategoryTerms,
        Challenge,
        ColumnFinding,
        Design,
        Estimate,
        FitFigures,
        NumberTerms,
        Profile,
        RiskModel,
        Setting,
        Text,
        Trees,
    )
}
_PLAIN = str | int | float | bool | None


def dump_model(model: RiskModel) -> bytes:
    """Return `model` as the content of a skops file."""
    import skops.io

    body = {"form": FORM, "edition": EDITION, "version": model.version, "model": _plain(model)}
    content: bytes = skops.io.dumps(body)
    return content


def load_model(content: bytes) -> RiskModel:
    """Return the model in a skops file.

    Raises `InputError` for anything else: other content, types that are not plain, an edition of a later
    toolkit, or a model that does not match its own version.
    """
    import skops.io
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        body = skops.io.loads(content, trusted=[])
    except UntrustedTypesFoundException as error:
        raise InputError(
            text("The file holds program parts that a model of this toolkit never holds. It was not opened."),
            remedy=text("Use only files that this toolkit has written."),
        ) from error
    except Exception as error:
        # A damaged archive fails in as many ways as there are bytes.
        raise _not_ours() from error
    if not isinstance(body, dict) or body.get("form") != FORM:
        raise _not_ours()
    if body.get("edition") != EDITION:
        raise InputError(text("This model was written by another version of the toolkit. Train it again."))
    try:
        model = _rebuilt(body.get("model"))
        whole = isinstance(model, RiskModel) and model.version == body.get("version")
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise _not_ours() from error
    if not whole:
        raise InputError(text("The model in this file is not the one that was stored: it does not match its version."))
    assert isinstance(model, RiskModel)
    return model


def _not_ours() -> InputError:
    return InputError(
        text("This is no file of an attrition risk model, or it is damaged."),
        remedy=text("Use only files that this toolkit has written."),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray | _PLAIN):
        return value
    if is_dataclass(value) and type(value).__name__ in KINDS:
        return {"kind": type(value).__name__} | {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {"pairs": [[str(name), _plain(each)] for name, each in value.items()]}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    # Words inside a sentence may be of other kinds, such as a date: their text is all that is shown.
    return str(value)


def _rebuilt(value: Any) -> Any:
    if isinstance(value, dict):
        if "pairs" in value:
            return {name: _rebuilt(each) for name, each in value["pairs"]}
        kind = KINDS[value["kind"]]
        known = {each.name for each in fields(kind)}
        if set(value) - {"kind"} != known:
            raise ValueError("the fields of a part differ")
        return kind(**{name: _rebuilt(each) for name, each in value.items() if name != "kind"})
    return tuple(_rebuilt(each) for each in value) if isinstance(value, list) else value
