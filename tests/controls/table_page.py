"""A page with one data table and no kernel: the module as a browser imports it, on a model that remembers."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pandas as pd
from playwright.sync_api import Page

from toolkit.controls.data_table import Column, DataTable, Mark
from toolkit.language import Language

HOSTILE = "<img src=x onerror=alert(1)>"
MARKS = {"gap": Mark("probable gap", "bad"), "met": Mark("on target", "good")}
COLUMNS = [
    Column("name", "Name"),
    Column("team", "Team"),
    Column("level", "Level", "number", digits=2),
    Column("share", "Share", "percent"),
    Column("day", "Day", "date", help="When it was seen."),
    Column("verdict", "Verdict", "mark", marks=MARKS),
]
ROOT = Path(__file__).parents[2]
PLACES = (ROOT / "toolkit" / "controls" / "static", ROOT / "voila_apps" / "template" / "static")
TYPES = {".js": "text/javascript", ".css": "text/css"}
HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Table</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/coach.css"><link rel="stylesheet" href="/controls.css">
<link rel="stylesheet" href="/data_table.css"></head>
<body><main style="padding: 16px; max-width: 1280px; margin: auto"><div id="here" class="coach-panel"></div></main>
<script type="module">
import table from "/data_table.js";
const heard = {};
const state = {};
window.sent = [];
window.model = {
  get: (name) => state[name],
  set: (name, value) => window.put({ [name]: value }),
  save_changes: () => window.sent.push({ selected: state.selected }),
  send: (content) => window.sent.push(content),
  on: (event, call) => (heard[event] ||= new Set()).add(call),
  off: (event, call) => heard[event].delete(call),
};
window.put = (values) => {
  Object.assign(state, values);
  for (const name of Object.keys(values)) for (const call of heard[`change:${name}`] || []) call();
};
window.draw = (values) => {
  window.put(values);
  const start = performance.now();
  window.leave = table.render({ model: window.model, el: document.getElementById("here") });
  document.body.getBoundingClientRect();
  return performance.now() - start;
};
window.ready = true;
</script></body></html>"""


class _Files(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        name = self.path.lstrip("/")
        found = next((place / name for place in PLACES if name and (place / name).is_file()), None)
        body = HTML.encode() if not name else found.read_bytes() if found else b""
        self.send_response(200 if body else 404)
        kind = TYPES.get(Path(name).suffix, "text/html")
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the page and the controls' files at the address given."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Files) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()


def wire(table: DataTable) -> dict[str, Any]:
    """Return what the browser gets of a table."""
    return {"key": table.key, "words": table.words, "data": table.data, "selected": table.selected}


def draw(page: Page, address: str, table: DataTable) -> float:
    """Open the page and draw `table` on it; return the milliseconds that took."""
    page.goto(address)
    page.wait_for_function("window.ready")
    return float(page.evaluate("state => window.draw(state)", json.loads(json.dumps(wire(table)))))


def update(page: Page, table: DataTable) -> None:
    """Give the page what `table` shows now."""
    page.evaluate("state => window.put(state)", json.loads(json.dumps(wire(table))))


def people(count=40):
    """Return rows of which every fifth lacks level and day."""
    names = ["张伟", "李娜", "王芳", "Ann", "Bo"]
    return pd.DataFrame(
        {
            "name": [f"{names[n % 5]} {n}" for n in range(count)],
            "team": [("North", "South", "East")[n % 3] for n in range(count)],
            "level": [None if n % 5 == 4 else 1000.5 + (7 * n) % 40 for n in range(count)],
            "share": [(n * 3 % 100) / 100 for n in range(count)],
            "day": [
                pd.NaT if n % 5 == 4 else pd.Timestamp(2026, 1, 1) + pd.Timedelta(days=n * 11) for n in range(count)
            ],
            "verdict": ["gap" if n % 2 else "met" for n in range(count)],
        }
    )


def make(frame=None, *, language="en", columns=COLUMNS, on_action=None, on_select=None, **show):
    table = DataTable(
        columns, language=Language(language), caption="People", empty="Nobody yet.", on_action=on_action,
        on_select=on_select,
    )  # fmt: skip
    table.show(people() if frame is None else frame, **show)
    return table


def column(page, at):
    """Return the words of a column as they are shown, top to bottom."""
    return page.locator("tbody tr").evaluate_all("(rows, at) => rows.map(row => row.cells[at].innerText)", at)


def head(page, name):
    return page.locator("thead").get_by_role("button", name=name, exact=True)


def sort_state(page):
    return page.locator("thead th").evaluate_all("heads => heads.map(head => head.ariaSort).join(' ')")
