"""The server's own pages: one frame with navigation, filled from Jinja templates in the viewer's language."""

from pathlib import Path
from typing import Any

import jinja2

from toolkit.access.roles import HOME, PAGES, ROLE_NAMES
from toolkit.language import CODES, NAMES
from toolkit.server.gate import Gate
from toolkit.wording import Text, text

_REFUSALS: dict[int, tuple[Text, Text]] = {
    403: (
        text("This is not open to you"),
        text(
            "Your role does not include this page, or it belongs to somebody else. Ask your administrator if you need it."
        ),
    ),
    404: (text("There is nothing here"), text("The address may be mistyped, or the page has been closed.")),
    429: (
        text("You have too many pages open"),
        text("Each open page uses memory on the server. Close tabs you no longer need, or close all of them here."),
    ),
}
_FAULT = (
    text("Something went wrong"),
    text("The fault was written to the server's log. Please try again; if it stays, tell your administrator."),
)


def template_environment(folder: Path) -> jinja2.Environment:
    """Return the environment of the server's own pages; every value is escaped."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )


def frame(handler: Gate, *, title: Text, current: str = "") -> dict[str, Any]:
    """Return what the frame around every page shows, as plain words in the viewer's language."""
    say, desk, viewer = handler.language.say, handler.desk, handler.viewer
    navigation = [
        {"title": say(page.title), "url": address(page.id), "current": page.id == current}
        for page in desk.navigation(viewer)
    ]
    return {
        "lang": "zh-CN" if handler.language.code == "zh" else "en",
        "title": say(title),
        "purpose": say(PAGES[current].purpose) if current in PAGES else "",
        "navigation": navigation,
        "languages": [{"code": code, "name": NAMES[code], "current": code == handler.language.code} for code in CODES],
        "name": viewer.name if viewer else "",
        "role": say(ROLE_NAMES[viewer.role]) if viewer else "",
        "here": handler.request.uri if handler.request.method == "GET" else "/",
        "xsrf": handler.xsrf_token.decode(),
        "assets": desk.assets.prefix,
        "demo": desk.demo,
    }


def render(handler: Gate, template: str, *, title: Text, current: str = "", **values: Any) -> str:
    """Return one of the server's own pages as HTML."""
    return handler.desk.templates.get_template(template).render(
        _=handler.language, frame=frame(handler, title=title, current=current), **values
    )


def refusal(handler: Gate, status: int) -> str:
    """Return the page that says why something was refused and what can be done."""
    title, explanation = _REFUSALS.get(status, _FAULT if status >= 500 else _REFUSALS[404])
    return render(handler, "message.html.j2", title=title, explanation=handler.language.say(explanation), status=status)


def address(page: str) -> str:
    """Return the address of a page."""
    return "/" if page == HOME else f"/{page}"
