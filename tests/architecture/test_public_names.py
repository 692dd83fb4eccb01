"""What others may import: light packages whose every name is there, typed and documented."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import ipywidgets
import pytest

import toolkit

ROOT = Path(__file__).parents[2]
SLICES = ("roleplay", "skillgap", "plans", "attrition")
PACKAGES = (*(f"toolkit.{name}" for name in SLICES), "toolkit.controls")
# A Protocol's or dataclass's own parameters count; what a base of ipywidgets adds does not.
WIDGETS = [
    getattr(importlib.import_module(package), name)
    for package in PACKAGES
    for name in importlib.import_module(package).__all__
    if inspect.isclass(getattr(importlib.import_module(package), name))
    and issubclass(getattr(importlib.import_module(package), name), ipywidgets.Widget)
]


@pytest.mark.parametrize("name", PACKAGES)
def test_every_public_name_is_there_and_listed(name):
    package = importlib.import_module(name)
    assert package.__all__ == sorted(package.__all__) and len(set(package.__all__)) == len(package.__all__)
    assert set(package.__all__) <= set(dir(package))
    for public in package.__all__:
        assert not inspect.ismodule(getattr(package, public)), public
    with pytest.raises(AttributeError):
        package.there_is_no_such_name  # noqa: B018


def test_importing_a_slice_loads_neither_widgets_nor_numbers():
    code = (
        "import sys, toolkit.roleplay, toolkit.skillgap, toolkit.plans, toolkit.attrition;"
        "heavy = {'ipywidgets', 'anywidget', 'traitlets', 'IPython', 'pandas', 'numpy', 'scipy', 'sklearn', 'pandera'};"
        "dir(toolkit.roleplay); print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert shown.strip() == "[]"


@pytest.mark.parametrize("name", SLICES)
def test_checkers_see_the_same_names_as_programs(name):
    package = importlib.import_module(f"toolkit.{name}")
    block = next(node for node in ast.parse(inspect.getsource(package)).body if isinstance(node, ast.If))
    seen = {alias.asname: node.module for node in block.body for alias in node.names}
    assert sorted(seen) == package.__all__
    for public, home in seen.items():
        assert getattr(importlib.import_module(home), public) is getattr(package, public), public


def test_the_package_says_that_it_is_typed():
    assert (Path(toolkit.__file__).parent / "py.typed").exists()


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.__name__)
def test_a_widget_is_documented_and_typed(widget):
    assert widget.__doc__ and widget.__module__.startswith("toolkit.")
    for name, member in vars(widget).items():
        if not callable(member) or isinstance(member, type) or (name.startswith("_") and name != "__init__"):
            continue
        if not inspect.isfunction(member):
            continue
        assert name == "__init__" or inspect.getdoc(member), name
        parameters = list(inspect.signature(member).parameters.values())[1:]
        assert all(one.annotation is not inspect.Parameter.empty for one in parameters), name


GALLERY = ROOT / "notebooks" / "02_widgets.ipynb"


@pytest.mark.parametrize("widget", WIDGETS, ids=lambda widget: widget.__name__)
def test_a_widget_has_a_live_example_in_the_gallery(widget):
    import nbformat

    code = "\n".join(cell.source for cell in nbformat.read(GALLERY, 4).cells if cell.cell_type == "code")
    package = next(name for name in PACKAGES if hasattr(importlib.import_module(name), widget.__name__))
    assert f"{widget.__name__}(" in code, widget.__name__
    assert f"from {package} import" in code
