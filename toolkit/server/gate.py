"""The gate in front of every handler: nobody passes unless a rule lets them."""

import json
from collections.abc import Callable
from enum import Enum
from http.client import responses
from inspect import isawaitable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from jupyter_server.auth.identity import IdentityProvider, User
from tornado import web

from toolkit.access.roles import Viewer, may_open
from toolkit.access.sessions import Session, load_session
from toolkit.language import Language

if TYPE_CHECKING:
    from toolkit.server.desk import Desk

_PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")
SECURITY_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            # An anywidget of somebody's own notebook is imported from a blob.
            "script-src 'self' blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Server": "coach",
}


class Verdict(Enum):
    """What a rule says about a request."""

    WELCOME = "welcome"
    SIGN_IN = "sign in"
    FORBIDDEN = "forbidden"
    NOWHERE = "nowhere"


Rule = Callable[["Gate"], Verdict]


def anyone(handler: "Gate") -> Verdict:
    """Let everybody pass: for the sign-in form, static files and the health check only."""
    return Verdict.WELCOME


def signed_in(handler: "Gate") -> Verdict:
    """Let pass whoever has signed in."""
    return Verdict.WELCOME if handler.viewer else Verdict.SIGN_IN


def closed(handler: "Gate") -> Verdict:
    """Let nobody pass."""
    return Verdict.NOWHERE if handler.viewer else Verdict.SIGN_IN


def page_right(handler: "Gate") -> Verdict:
    """Let pass whose role has the page in the address."""
    if handler.viewer is None:
        return Verdict.SIGN_IN
    page = handler.path_kwargs.get("page", "")
    if not handler.desk.serves(page):
        return Verdict.NOWHERE
    return Verdict.WELCOME if may_open(handler.viewer, page) else Verdict.FORBIDDEN


def kernel_owner(handler: "Gate") -> Verdict:
    """Let pass whose kernel it is, as long as the role still has its page."""
    if handler.viewer is None:
        return Verdict.SIGN_IN
    owner = handler.desk.kernels.owner(handler.path_kwargs.get("kernel_id", ""))
    if owner is None:
        return Verdict.NOWHERE
    mine = owner.user_id == handler.viewer.user_id and may_open(handler.viewer, owner.page)
    return Verdict.WELCOME if mine else Verdict.FORBIDDEN


class Gate(web.RequestHandler):
    """Comes first in every handler class. A class that states no `rule` is closed.

    `is_page` says that people look at the answer: strangers are sent to the sign-in form and
    refusals are worded in the viewer's language; otherwise they get a status and a little JSON.
    """

    rule: Rule = staticmethod(closed)
    is_page = False
    viewer: Viewer | None = None
    session: Session | None = None

    @property
    def desk(self) -> "Desk":
        """What the handlers of this server share."""
        return self.settings["coach"]

    @property
    def language(self) -> Language:
        """The language of the answer: the viewer's, else the one chosen before signing in."""
        if self.viewer:
            return Language(self.viewer.language)
        return Language(self.get_cookie(self.language_cookie) or self.desk.settings.language)

    @property
    def session_cookie(self) -> str:
        """Name of the cookie that holds the session; servers on other ports have their own."""
        return f"coach_session_{self.desk.settings.port}"

    @property
    def language_cookie(self) -> str:
        """Name of the cookie that holds the language chosen before signing in."""
        return f"coach_language_{self.desk.settings.port}"

    async def prepare(self) -> None:
        """Let the request pass, send a stranger to the sign-in form, or refuse."""
        if not self.desk.knows_host(self.request.host) or (self.desk.demo and self.came_through_a_proxy()):
            raise web.HTTPError(403)
        self.session = load_session(self.get_signed_cookie(self.session_cookie))
        self.viewer = self.desk.sessions.resolve(self.session)
        verdict = self._verdict()
        if verdict is Verdict.SIGN_IN and self.is_page and self.request.method in {"GET", "HEAD"}:
            here = self.request.uri or "/"
            self.redirect("/sign-in" if here == "/" else "/sign-in?" + urlencode({"next": here}))
            return
        if verdict is not Verdict.WELCOME:
            raise web.HTTPError(404 if verdict is Verdict.NOWHERE else 403)
        further = super().prepare()
        if isawaitable(further):
            await further

    def came_through_a_proxy(self) -> bool:
        """Say whether somebody passed this request on: the demo is for this computer only."""
        return any(name in self.request.headers for name in _PROXY_HEADERS)

    def may_proceed(self) -> bool:
        """Say whether the rule still lets this request pass."""
        return self._verdict() is Verdict.WELCOME

    def set_default_headers(self) -> None:
        """Put the security headers on every answer."""
        for name, value in SECURITY_HEADERS.items():
            self.set_header(name, value)
        if self.is_page:
            self.set_header("Cache-Control", "no-store")

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **kwargs: Any) -> None:
        """Set a cookie that scripts and other sites cannot use."""
        forwarded = self.request.headers.get("X-Forwarded-Proto", "")
        kwargs |= {"httponly": True, "samesite": "Lax", "path": "/"}
        if "https" in (self.request.protocol, forwarded):
            kwargs["secure"] = True
        super().set_cookie(name, value, *args, **kwargs)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say that it did not work, without a word about how the server works inside."""
        if not self.is_page:
            self.set_header("Content-Type", "application/json")
            self.finish(json.dumps({"status": status_code, "message": responses.get(status_code, "")}))
            return
        from toolkit.server.looks import refusal

        self.finish(refusal(self, status_code))

    def _verdict(self) -> Verdict:
        return type(self).rule(self)


def gated(handler: type[web.RequestHandler], rule: Rule = closed) -> type[web.RequestHandler]:
    """Return `handler` behind the gate; one that already is stays as it is."""
    if issubclass(handler, Gate):
        return handler
    return type(f"Gated{handler.__name__}", (Gate, handler), {"rule": staticmethod(rule)})


def same_site(target: str | None) -> str:
    """Return `target` if it is a path of this server, else the home page."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return "/"
    if any(ord(letter) < 33 or ord(letter) == 127 for letter in target):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target


class GateIdentity(IdentityProvider):
    """Tells Jupyter's own handlers who passed the gate; brings no form, token or route of its own."""

    def get_user(self, handler: web.RequestHandler) -> User | None:
        """Return the viewer the gate found."""
        viewer = getattr(handler, "viewer", None)
        return User(username=viewer.user_id, name=viewer.name) if viewer else None

    def get_handlers(self) -> list[tuple[str, object]]:
        """Add no routes."""
        return []

    def is_token_authenticated(self, handler: web.RequestHandler) -> bool:
        """Accept no tokens, so that origin and XSRF are always checked."""
        return False

    @property
    def auth_enabled(self) -> bool:
        """Nobody is let in without signing in."""
        return True
