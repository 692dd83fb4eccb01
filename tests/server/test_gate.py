"""Nobody passes unless a rule lets them."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from visitors import Client

from toolkit.access import storage
from toolkit.access.passwords import hash_password
from toolkit.access.roles import HOME, PAGES, Role
from toolkit.errors import SetupError
from toolkit.server.application import build_server
from toolkit.server.gate import Gate, anyone, same_site
from toolkit.settings import Settings
from toolkit.store import Store
from toolkit.store.migration import migrate

SOME_KERNEL = str(uuid.uuid4())
NOTEBOOKS = [page.id for page in PAGES.values() if page.id != HOME]
CLOSED = [
    "/voila/files/attrition.ipynb",
    "/voila/files/%2e%2e/attrition.ipynb",
    "/voila/files/logo.png",
    "/voila/tree",
    "/voila/tree/",
    "/voila/render/attrition.ipynb",
    "/voila/render/%61ttrition.ipynb",
    "/voila/render/x/%2e%2e/attrition.ipynb",
    "/voila/api/contents",
    "/voila/api/contents/attrition.ipynb",
    "/voila/api/themes/@jupyterlab/theme-light-extension/index.css",
    "/voila/static/voila.js",
    "/voila/templates/lab/static/voila.js",
    "/voila/labextensions/anywidget/package.json",
    "/voila/query/" + SOME_KERNEL,
    "/api/kernels",
    "/api/kernelspecs",
    "/api/contents",
    "/attrition.ipynb",
    "/attrition/",
    "/Attrition",
    "/%61ttrition/x",
    "/login",
    "/nothing",
]


@pytest.mark.parametrize("path", ["/", *(f"/{page}" for page in NOTEBOOKS), *CLOSED])
def test_a_stranger_is_sent_to_sign_in_or_refused(demo: str, path: str) -> None:
    answer = Client(demo).get(path)
    assert answer.status_code in (302, 403)
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("/sign-in")


def test_a_stranger_reaches_no_kernel(demo: str, trainer: Client) -> None:
    kernel = trainer.open("/skill-gaps")
    stranger = Client(demo)
    assert stranger.get(f"/api/kernels/{kernel}").status_code == 403
    assert stranger.connect(kernel) == 403
    assert stranger.post(f"/close/{kernel}").status_code == 403
    assert stranger.post(f"/voila/api/shutdown/{kernel}").status_code == 403
    assert trainer.get(f"/api/kernels/{kernel}").status_code == 200


@pytest.mark.parametrize("path", CLOSED)
def test_what_is_closed_is_closed_to_everybody(trainer: Client, hr: Client, path: str) -> None:
    assert trainer.get(path).status_code in (403, 404)
    assert hr.get(path).status_code in (403, 404)


@pytest.mark.parametrize(
    "path", ["/attrition", "/%61ttrition", "/attrition?page=roleplay", "/attrition?next=/roleplay"]
)
def test_a_trainer_has_no_attrition_page(trainer: Client, path: str) -> None:
    assert trainer.get(path).status_code == (404 if "%" in path else 403)


def test_hr_data_are_for_hr(trainer: Client, hr: Client) -> None:
    kernel = hr.open("/attrition")
    assert hr.get(f"/api/kernels/{kernel}").status_code == 200
    assert hr.connect(kernel) == 101
    assert hr.connect(kernel, origin="http://evil.example") == 403
    assert trainer.get(f"/api/kernels/{kernel}").status_code == 403
    assert trainer.connect(kernel) == 403
    assert trainer.post(f"/close/{kernel}").status_code == 403
    assert trainer.http.delete(f"{trainer.url}api/kernels/{kernel}").status_code in (403, 405)
    assert hr.get(f"/api/kernels/{kernel}").status_code == 200


def test_spoofed_headers_change_nothing(demo: str) -> None:
    spoofed = {
        "X-Forwarded-User": "hr",
        "Remote-User": "hr",
        "Authorization": "token x",
    }
    assert Client(demo).get("/attrition", headers=spoofed).status_code == 302
    assert Client(demo).get("/attrition?token=x", headers=spoofed).status_code == 302


@pytest.mark.parametrize(
    "name", ["%2e%2e/index.html.j2", "../index.html.j2", "..%2findex.html.j2", "/etc/passwd", "%00"]
)
def test_static_files_stay_in_their_folders(demo: str, name: str) -> None:
    assert Client(demo).get(f"/static/00/{name}").status_code in (302, 403, 404)


def test_theme_and_template_are_ignored(trainer: Client) -> None:
    answer = trainer.get("/data?theme=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&template=base")
    assert answer.status_code == 200
    assert "alert(1)</script>" not in answer.text and "alert(1)\\u003c" not in answer.text
    assert 'class="skeleton"' in answer.text


def test_a_form_without_its_token_is_refused(demo: str) -> None:
    client = Client(demo)
    assert client.post("/sign-in", {"sample": "hr"}, xsrf=False).status_code == 403
    assert client.sign_in("hr").post("/sign-out", xsrf=False).status_code == 403


def test_headers_and_cookies_are_strict(demo: str) -> None:
    client = Client(demo)
    client.get("/sign-in")
    answer = client.post("/sign-in", {"sample": "trainer"})
    policy = answer.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0] and "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["Referrer-Policy"]
    session = next(part for part in answer.raw.headers.getlist("Set-Cookie") if "coach_session" in part)
    assert "HttpOnly" in session and "SameSite=Lax" in session and "Secure" not in session
    assert "no-store" in client.get("/").headers["Cache-Control"]


def test_the_demo_knows_only_its_own_name(demo: str) -> None:
    assert Client(demo).get("/sign-in", headers={"Host": "rebound.example:80"}).status_code == 403
    for passed_on in ("X-Forwarded-For", "Forwarded", "Via"):
        assert Client(demo).get("/sign-in", headers={passed_on: "10.0.0.9"}).status_code == 403
    assert Client(demo).get("/sign-in", headers={"Host": "localhost:1"}).status_code == 200


@pytest.mark.parametrize(
    ("target", "safe"),
    [
        ("/plans?person=1", "/plans?person=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("plans", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_signing_in_leads_to_this_site_only(target: str | None, safe: str) -> None:
    assert same_site(target) == safe


def test_health_is_plain(demo: str) -> None:
    assert Client(demo).get("/health").json()["status"] == "ok"


def test_every_route_is_gated_and_few_are_open(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite'}", "coaching")
    migrate(store)
    server = build_server(
        Settings(home=tmp_path, _env_file=None), store=store, pages_folder=Path(__file__).parent / "pages"
    )
    server.connection_dir = str(tmp_path)
    server.init_settings()
    routes = server.init_handlers()
    assert all(issubclass(route[1], Gate) for route in routes)
    opened = {route[1].__name__ for route in routes if route[1].rule is anyone}
    assert opened == {"HealthHandler", "SignInHandler", "LanguageHandler", "AssetHandler"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "coach.example.com"])
def test_no_demo_for_others(tmp_path: Path, host: str) -> None:
    with pytest.raises(SetupError):
        build_server(
            Settings(home=tmp_path, host=host, _env_file=None), demo=True, store=Store("sqlite://", "coaching")
        )


def test_unknown_pages_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError):
        build_server(
            Settings(home=tmp_path, _env_file=None), pages=frozenset({"nothing"}), store=Store("sqlite://", "coaching")
        )


def test_accounts_passwords_locks_and_closing(start: Callable[..., Any]) -> None:
    url, home, _ = start(pages=["skill-gaps"])
    store = Store(f"sqlite:///{home / 'coaching.sqlite'}", "coaching")
    account = storage.add_account(
        store,
        "test",
        login="li",
        name="<b>Li</b>",
        role=Role.TRAINER,
        password_hash=hash_password("violet harbour ticket"),
    )
    client = Client(url)
    assert client.post("/sign-in", {"sample": "trainer"}).status_code == 401
    assert client.post("/sign-in", {"login": "li", "password": "wrong"}).status_code == 401
    entered = client.post("/sign-in", {"login": "LI", "password": "violet harbour ticket", "next": "//evil.example"})
    assert (entered.status_code, entered.headers["Location"]) == (302, "/")
    assert "&lt;b&gt;Li" in client.get("/").text and "<b>Li" not in client.get("/").text
    assert client.get("/roleplay").status_code == 404
    kernel = client.open("/skill-gaps")
    line = client.socket(kernel)
    storage.deactivate(store, "test", account.user_id)
    deadline_message = '{"channel": "shell", "header": {"msg_type": "kernel_info_request"}}'
    import time

    time.sleep(2.2)
    line.send(deadline_message)
    while line.connected:
        line.recv()
    line.shutdown()
    assert client.get("/").status_code == 302
    assert client.get(f"/api/kernels/{kernel}").status_code == 403
    for _ in range(8):
        told = client.post("/sign-in", {"login": "nobody", "password": "wrong"}).text
    assert "Please wait 5 minutes" in told


def test_the_number_of_open_pages_has_a_limit(start: Callable[..., Any]) -> None:
    url, _, process = start(demo=True, settings={"kernels_per_user": 2})
    client = Client(url).sign_in("trainer")
    first = client.open("/data")
    client.open("/data")
    refused = client.get("/data")
    assert refused.status_code == 429 and "too many pages" in refused.text
    assert client.post("/close", {"next": "/data"}).headers["Location"] == "/data"
    assert client.get(f"/api/kernels/{first}").status_code == 404
    kernel = client.open("/data")
    assert client.post(f"/close/{kernel}").status_code == 204
    kernel = client.open("/data")
    assert client.post("/sign-out").status_code == 302
    assert Client(url).sign_in("trainer").get(f"/api/kernels/{kernel}").status_code == 404
    process.terminate()
    assert process.wait(20) == 0
