"""The gallery in plain Voila and in JupyterLab: every widget is drawn, and what people do reaches Python.

VS Code cannot run here; it draws anywidgets by the same module as these two.
"""

import json
import shutil
from pathlib import Path

import pytest
from front_ends import GALLERY, offline_page, running, use_the_widgets
from playwright.sync_api import Browser, Locator, expect

# Real servers take longer than the everyday suite may: run with `make front-ends`.
pytestmark = pytest.mark.front_ends
# What only the drawn widget shows, by section of the gallery.
DRAWN = (
    ".coach-rating [role=radio]",
    ".coach-data table",
    ".coach-figure svg",
    ".coach-field input",
    ".coach-field select",
    ".coach-field textarea",
    ".coach-field fieldset input[type=checkbox]",
    "input[type=date]",
    "[role=combobox]",
    ".coach-push button",
    ".coach-entries .coach-entry",
    ".coach-tabs [role=tab]",
    ".coach-steps li",
    ".coach-empty",
    ".coach-file input[type=file]",
    ".coach-facts",
    ".coach-status.is-good",
)


def every_widget_is_drawn(at: Locator) -> None:
    for selector in DRAWN:
        expect(at.locator(selector).first).to_be_attached()
    for broken in ("Error displaying widget", "Failed to load model class", "Error creating widget", "Traceback"):
        assert at.get_by_text(broken).count() == 0


def test_the_gallery_in_plain_voila(browser: Browser, tmp_path: Path) -> None:
    command = ["voila", str(GALLERY), "--no-browser", "--Voila.ip=127.0.0.1"]
    with running(command, tmp_path, "/voila/static/favicon.ico") as url, offline_page(browser, url) as (page, wrong):
        page.goto(url, wait_until="domcontentloaded")
        page.get_by_text("Ratings (CSV)").wait_for()
        every_widget_is_drawn(page.locator("body"))
        use_the_widgets(page, page.locator("body"))
        assert not wrong


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_the_gallery_in_jupyterlab(browser: Browser, tmp_path: Path, theme: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    shutil.copy(GALLERY, folder / "gallery.ipynb")
    settings = tmp_path / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": theme}))
    command = ["jupyter", "lab", "--no-browser", "--ip=127.0.0.1", "--ServerApp.token=", "--allow-root"]
    command += [f"--ServerApp.root_dir={folder}"]
    with running(command, tmp_path, "/api/status") as url, offline_page(browser, url) as (page, wrong):
        page.goto(f"{url}/lab/tree/gallery.ipynb?reset", wait_until="domcontentloaded")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for()
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        # Looked for once a second: looking all the time keeps a page this large from drawing.
        last = "() => document.querySelector('.jp-NotebookPanel').innerText.includes('version 1 can be read.')"
        page.wait_for_function(last, polling=1000)
        notebook = page.locator(".jp-NotebookPanel")
        every_widget_is_drawn(notebook)
        use_the_widgets(page, notebook)
        assert not wrong
