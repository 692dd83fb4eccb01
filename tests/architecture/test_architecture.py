"""The rules that ARCHITECTURE.md states, read off the files."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SLICES = ("roleplay", "skillgap", "plans", "attrition")
EDGES = {"storage", "charts", "report", "state", "widget", "page", "form", "room", "tables", "__init__"}
NEVER_IN_DOMAIN = {
    "ipywidgets",
    "traitlets",
    "anywidget",
    "sqlalchemy",
    "markupsafe",
    "os",
    "time",
    "random",
    "requests",
}
ONLY_IN = {
    "ipywidgets": re.compile(r"toolkit/(controls/.*|apps|warming|server/page_kernel|.*/widget|.*/page)\.py"),
    "anywidget": re.compile(r"toolkit/controls/.*\.py"),
    "sqlalchemy": re.compile(
        r"toolkit/(store/.*|.*/storage|doctor|.*/page|.*/room|.*/tables|organisation/form|server/watch)\.py"
    ),
}


def modules() -> list[Path]:
    return sorted((ROOT / "toolkit").rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


@pytest.mark.parametrize("name", SLICES)
def test_domain_files_are_pure(name: str) -> None:
    files = (ROOT / "toolkit" / name).rglob("*.py")
    domain = [path for path in files if path.stem not in EDGES and not path.stem.endswith("_report")]
    assert domain
    for path in domain:
        roots = {module.split(".")[0] for module in imports_of(path)}
        assert not roots & NEVER_IN_DOMAIN, path
        inner = {module for module in imports_of(path) if module.startswith("toolkit.")}
        allowed = (f"toolkit.{name}", "toolkit.vocabulary", "toolkit.errors", "toolkit.wording")
        assert all(module.startswith(allowed) for module in inner), (path, inner)
        assert "datetime.now" not in path.read_text() and "date.today" not in path.read_text(), path


@pytest.mark.parametrize("package", sorted(ONLY_IN))
def test_outside_packages_stay_at_their_edge(package: str) -> None:
    users = {
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if package in {module.split(".")[0] for module in imports_of(path)}
    }
    assert users
    strays = {user for user in users if not ONLY_IN[package].fullmatch(user)}
    assert not strays


def test_every_slice_has_the_same_edge_files() -> None:
    for name in SLICES:
        files = {path.stem for path in (ROOT / "toolkit" / name).glob("*.py")}
        assert {"storage", "report", "state", "widget"} <= files, name


def test_no_file_is_called_by_a_word_that_says_nothing() -> None:
    for path in modules():
        assert path.stem not in {"utils", "util", "helpers", "helper", "common", "manager", "base", "misc"}, path


def test_the_module_map_names_every_folder_and_top_file() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| `toolkit/([a-z_]+(?:/|\.py))` \|", text, re.MULTILINE))
    folders = {f"{path.name}/" for path in (ROOT / "toolkit").iterdir() if path.is_dir() and path.name[0] not in "_."}
    files = {path.name for path in (ROOT / "toolkit").glob("*.py") if path.name != "__init__.py"}
    assert listed == folders | files


def test_importing_the_toolkit_or_a_slice_loads_nothing_heavy() -> None:
    code = (
        "import sys, toolkit, toolkit.roleplay, toolkit.skillgap, toolkit.plans, toolkit.attrition, toolkit.apps;"
        "heavy = {'sklearn', 'highspy', 'docx', 'xlsxwriter', 'python_calamine', 'icalendar', 'scipy.stats', 'voila'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert shown.strip() == "[]"


def test_nothing_names_a_registry_or_this_machine() -> None:
    words = re.compile(r"(pyp[i]\.org|pythonhoste[d]|npmj[s]\.|deb\.debia[n])|/wor[k]/(main|shared)|\.librar[y]/")
    tracked = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split(
        "\n"
    )
    for name in filter(None, tracked):
        path = ROOT / name
        if path.suffix in {".png", ".ico"} or not path.is_file():
            continue
        assert not words.search(path.read_text(encoding="utf-8", errors="ignore")), name


def test_environment_yml_is_what_pyproject_says() -> None:
    subprocess.run([sys.executable, ".ci/environment.py", "--check"], check=True, cwd=ROOT)


def test_voila_apps_are_one_cell_that_calls_apps() -> None:
    import nbformat

    from toolkit.access.roles import PAGES

    notebooks = {path.name: nbformat.read(path, 4) for path in (ROOT / "voila_apps").glob("*.ipynb")}
    assert set(notebooks) == {page.notebook for page in PAGES.values() if page.notebook}
    for notebook in notebooks.values():
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        assert len(code) == 1
        assert "from toolkit.apps import open_page" in code[0].source
