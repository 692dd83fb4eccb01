"""Packages that load nothing until one of their names is used."""

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

Lazy = tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]


def names_from(package: str, **files: Sequence[str]) -> Lazy:
    """Return ``__all__``, ``__getattr__`` and ``__dir__`` of `package`, given which names each of its files has.

    Assign them in the ``else`` of an ``if TYPE_CHECKING`` that imports the same names: a checker that saw
    them would take any misspelt name for one of these.
    """
    homes = {name: file for file, names in files.items() for name in names}

    def fetch(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    def listed() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return sorted(homes), fetch, listed
