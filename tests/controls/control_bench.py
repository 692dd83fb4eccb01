"""A page without a kernel: the control's own script in Chromium, the control itself in this process."""

import threading
from collections.abc import Callable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from toolkit.controls.control import STATIC, Control

PAGE = Path(__file__).parent / "bench_page.html"
TOKENS = Path(__file__).parents[2] / "voila_apps" / "template" / "static" / "coach.css"


class _Files(SimpleHTTPRequestHandler):
    def do_GET(self) -> None:
        for path, file in (("/", PAGE), ("/coach.css", TOKENS)):
            if self.path == path:
                self.send_response(200)
                self.send_header("Content-Type", "text/css" if file.suffix == ".css" else "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(file.read_bytes())
                return
        super().do_GET()

    def log_message(self, *_words: Any) -> None:
        pass


def serve() -> tuple[ThreadingHTTPServer, str]:
    """Start serving the controls' files on this machine only; returns the server and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(STATIC)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


def state_of(control: Control) -> dict[str, Any]:
    """Return what a front end knows of `control`."""
    hidden = {"layout", "tabbable", "tooltip"}
    return {key: value for key, value in control.get_state().items() if key[0] != "_" and key not in hidden}


class Bench:
    """Puts controls on a page and carries messages between them and their scripts."""

    def __init__(self, page: Page, url: str):
        self.page = page
        self.controls: dict[str, Control] = {}
        page.expose_function("toKernel", self._receive)
        page.goto(url)
        page.wait_for_function("window.ready")

    def show(self, *controls: Control, row: bool = False) -> None:
        """Mount controls below each other, or side by side in one row of a card."""
        into = "main"
        if row:
            self.page.evaluate(
                "document.querySelector('main').insertAdjacentHTML('beforeend',"
                '\'<div class="coach-card"><div class="coach-row"></div></div>\')'
            )
            into = ".coach-card:last-child .coach-row"
        for control in controls:
            name = f"c{len(self.controls)}"
            self.controls[name] = control
            classes = " ".join(control._dom_classes)
            arguments = [name, control.script, classes, state_of(control), into]
            self.page.evaluate("(a) => window.mount(...a)", arguments)

    def push(self) -> None:
        """Bring what Python changed by itself to the page."""
        for name, control in self.controls.items():
            self.page.evaluate("([name, state]) => window.models[name].apply(state)", [name, state_of(control)])

    @property
    def sent(self) -> list[dict[str, Any]]:
        """All messages of the page so far."""
        found: list[dict[str, Any]] = self.page.evaluate("window.sent")
        return found

    def _receive(self, name: str, content: Any) -> dict[str, Any]:
        control, said = self.controls[name], []
        send: Callable[..., None] = lambda message, buffers=None: said.append(message)  # noqa: E731
        control.send = send
        control._handle_custom_msg(content, [])
        return {"state": state_of(control), "said": said}
