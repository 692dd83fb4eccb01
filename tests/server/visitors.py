"""People and programs that visit a server in the tests."""

import re
import socket
from typing import Any

import requests
import websocket

SECRETS = {"DATABASE_PASSWORD": "secret-of-the-server", "COACH_HR_STORE_URL": "sqlite:////nowhere/secret-hr.sqlite"}


# Kept until the tests end, when all are closed.
OPENED: list[requests.Session] = []


class Client:
    """Somebody with a cookie jar."""

    def __init__(self, url: str):
        self.url = url
        self.http = requests.Session()
        OPENED.append(self.http)
        self.http.trust_env = False

    def get(self, path: str, **more: Any) -> requests.Response:
        """Fetch a path as it stands, without tidying it first."""
        request = requests.Request("GET", self.url, **more)
        prepared = self.http.prepare_request(request)
        prepared.url = self.url.rstrip("/") + path
        return self.http.send(prepared, allow_redirects=False, timeout=60)

    def post(self, path: str, data: dict[str, str] | None = None, *, xsrf: bool = True) -> requests.Response:
        """Send a form, with the token a page would put into it."""
        form = dict(data or {})
        if xsrf:
            page = self.get("/sign-in")
            page = self.get("/") if page.status_code == 302 else page
            form["_xsrf"] = re.search(r'name="coach-xsrf" content="([^"]+)"', page.text).group(1)
        return self.http.post(self.url.rstrip("/") + path, data=form, allow_redirects=False, timeout=60)

    def sign_in(self, role: str) -> "Client":
        """Sign in as a sample user."""
        assert self.post("/sign-in", {"sample": role}).status_code == 302
        return self

    def open(self, page: str) -> str:
        """Open a page and return the id of its kernel."""
        found = self.get(page)
        assert found.status_code == 200
        return re.search(r'id="coach-kernel" data-id="([^"]+)"', found.text).group(1)

    def connect(self, kernel_id: str, *, origin: str | None = None) -> int:
        """Ask for a kernel's websocket and return the status."""
        try:
            self.socket(kernel_id, origin=origin).shutdown()
        except websocket.WebSocketBadStatusException as refused:
            return refused.status_code
        return 101

    def socket(self, kernel_id: str, *, origin: str | None = None) -> websocket.WebSocket:
        """Open a kernel's websocket."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        address = self.url.replace("http", "ws", 1) + f"api/kernels/{kernel_id}/channels?session_id=test"
        return websocket.create_connection(address, cookie=cookies, origin=origin or self.url.rstrip("/"), timeout=20)


def free_port() -> int:
    """Return a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
