"""Starting the server: Voila with its routes replaced by ours, nothing read from the user's own configuration."""

import logging
import shutil
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import nbformat
import tornado.httpserver
import tornado.ioloop
import tornado.netutil
from jupyter_core.utils import run_sync
from traitlets.config import Config
from voila.app import Voila

from toolkit.access.local import SAMPLE_USERS, SampleUser, add_sample_users, cookie_secret
from toolkit.access.passwords import SignIn
from toolkit.access.roles import HOME, PAGES
from toolkit.access.sessions import Sessions
from toolkit.access.storage import Account
from toolkit.errors import SetupError
from toolkit.server import pages as handlers
from toolkit.server.admission import Admission
from toolkit.server.assets import AssetHandler, Assets
from toolkit.server.desk import Desk
from toolkit.server.forking import can_fork
from toolkit.server.gate import Gate, GateIdentity, gated
from toolkit.server.kernels import PageKernels, PageKernelSpecs
from toolkit.server.looks import template_environment
from toolkit.server.metrics import Metrics
from toolkit.server.notebook import NotebookHandler
from toolkit.server.sockets import ALLOWED_FROM_PAGES, PageConnection, PageSocket
from toolkit.server.watch import HealthHandler, MetricsHandler
from toolkit.settings import Settings, shipped
from toolkit.store import Store, open_store
from toolkit.wording import text

_KERNEL = r"(?P<kernel_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_MEGABYTE = 1024 * 1024
_CULL_SECONDS = 60


class CoachServer(Voila):
    """The pages of one installation. Make it with `build_server`; `run` blocks until it is stopped."""

    coach_settings: Settings
    store: Store
    samples: tuple[Account, ...] = ()
    page_ids: frozenset[str] = frozenset()
    template_folder: Path
    on_ready: Callable[[str], None] | None = None
    warm_up: str = ""

    @property
    def url(self) -> str:
        """Where people find the server."""
        host = self.ip if self.ip not in ("0.0.0.0", "::") else socket.gethostname()
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    def run(self) -> None:
        """Serve until the process is told to stop. Raises `SetupError` if the address is taken."""
        self.start()

    def setup_template_dirs(self) -> None:
        """Take the template from where the toolkit ships it, and from nowhere else."""
        self.template_paths = [str(self.template_folder)]

    def init_settings(self) -> dict[str, Any]:
        """Return tornado's settings: Voila's, hardened, and what the handlers share."""
        found = super().init_settings()
        self.kernel_manager.allowed_message_types = list(ALLOWED_FROM_PAGES)
        settings = self.coach_settings
        self._trust_pages()
        desk = Desk(
            settings=settings,
            store=self.store,
            pages=self.page_ids,
            samples=self.samples,
            sessions=Sessions(self.store, settings.session_hours),
            sign_in=SignIn(self.store),
            templates=template_environment(self.template_folder),
            assets=Assets(self.template_folder),
            kernels=self.kernel_manager,
            admission=Admission(
                settings.openings_at_once,
                reserve_mb=settings.memory_reserve_mb,
                most=settings.most_pages,
                open_pages=self.kernel_manager.running,
                make_room=self.kernel_manager.close_abandoned,
            ),
            metrics=Metrics(),
        )
        return found | {
            "coach": desk,
            "compress_response": True,
            "xsrf_cookies": True,
            "cookie_secret": cookie_secret(settings.home),
            "login_url": "/sign-in",
            "serve_traceback": False,
            "websocket_compression_options": {},
            "websocket_max_message_size": (settings.upload_limit_mb + 1) * _MEGABYTE,
        }

    def init_handlers(self) -> list[Any]:
        """Return our routes, then Voila's own, closed, then everything else."""
        ours: list[Any] = [
            (r"/", handlers.HomeHandler),
            (r"/health", HealthHandler),
            (r"/metrics", MetricsHandler),
            (r"/sign-in", handlers.SignInHandler),
            (r"/sign-out", handlers.SignOutHandler),
            (r"/language", handlers.LanguageHandler),
            (r"/close", handlers.CloseAllHandler),
            (rf"/close/{_KERNEL}", handlers.CloseHandler),
            (rf"/api/kernels/{_KERNEL}", handlers.KernelHandler),
            (rf"/api/kernels/{_KERNEL}/channels", PageSocket),
            (r"/static/[0-9a-f]+/(.+)", AssetHandler),
            (
                rf"/(?P<page>{'|'.join(page for page in PAGES if page != HOME)})",
                NotebookHandler,
                self._voila_arguments(),
            ),
        ]
        theirs = [(pattern, gated(handler), *rest) for pattern, handler, *rest in super().init_handlers()]
        found = [*ours, *theirs, (r".*", handlers.NowhereHandler)]
        # A route without the gate would be open to everybody, so the server rather does not start.
        if not all(issubclass(route[1], Gate) for route in found):
            raise TypeError("a route is not behind the gate")
        return found

    def listen(self) -> None:
        """Bind the address asked for, never another one, and serve until stopped."""
        try:
            sockets = tornado.netutil.bind_sockets(self.port, self.ip)
        except OSError as error:
            shutil.rmtree(self.connection_dir, ignore_errors=True)
            raise SetupError(
                text("The server cannot listen at {host}, port {port}.", host=self.ip, port=self.port),
                remedy=text("Another program may be using it. Choose another port with COACH_PORT."),
            ) from error
        # Uploads come over the websocket; a form never needs more than this.
        server = tornado.httpserver.HTTPServer(self.app, max_body_size=_MEGABYTE)
        server.add_sockets(sockets)
        self.ioloop = tornado.ioloop.IOLoop.current()
        if can_fork() and self.coach_settings.fork_kernels:
            self.kernel_manager.rest_seconds = self.coach_settings.rest_seconds
            self.kernel_manager.warm(self.warm_up, self.coach_settings.standby_kernels)
        else:
            self.log.warning("Each page starts a process of its own; forking kernels is off or not to be had here.")
        if self.on_ready:
            self.ioloop.add_callback(self.on_ready, self.url)
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            self.log.info("Stopping.")
        finally:
            server.stop()
            self.stop()

    def stop(self) -> None:
        """Stop all kernels and remove what was kept for them."""
        run_sync(self.kernel_manager.shutdown_all)(now=True)
        self.kernel_manager.cool()
        shutil.rmtree(self.connection_dir, ignore_errors=True)

    def _trust_pages(self) -> None:
        # Each opening of an unsigned page would leave a warning in the log.
        for page in Path(self.root_dir).glob("*.ipynb"):
            self.contents_manager.notary.sign(nbformat.read(page, as_version=4))

    def _voila_arguments(self) -> dict[str, Any]:
        return {
            "template_paths": self.template_paths,
            "config": self.config,
            "voila_configuration": self.voila_configuration,
        }


def build_server(
    settings: Settings,
    *,
    demo: bool = False,
    pages: frozenset[str] | None = None,
    store: Store | None = None,
    pages_folder: Path | None = None,
    samples: Sequence[SampleUser] = SAMPLE_USERS,
    on_ready: Callable[[str], None] | None = None,
    warm_up: str = "",
) -> CoachServer:
    """Return a server that is ready to run.

    `demo` lets anybody on this computer in as one of the `samples`. `pages` limits which pages
    are served, none means all. `on_ready` is told the address once it answers. `warm_up` (``module:function``) is
    called once in the process that kernels are forked from, to load what pages need. Without a `store`
    the coaching store of the settings is opened. Raises `SetupError` for a demo beyond loopback,
    an unknown page, or a store that cannot be opened.
    """
    unknown = (pages or frozenset()) - PAGES.keys()
    if unknown:
        raise SetupError(
            text("There is no page {page}.", page=", ".join(sorted(unknown))),
            remedy=text("The pages are: {pages}.", pages=", ".join(PAGES)),
        )
    folder = pages_folder or shipped("voila_apps")
    server = CoachServer(config=_voila_config(settings), log_level=logging.WARNING)
    server.coach_settings = settings
    server.template_folder = shipped("voila_apps", "template")
    server.store = store or open_store(settings.coaching_store, "coaching")
    server.samples = tuple(add_sample_users(server.store, settings.host, samples, settings.language)) if demo else ()
    server.page_ids = (pages or frozenset(PAGES)) | {HOME}
    server.on_ready, server.warm_up = on_ready, warm_up
    server.ip, server.port, server.root_dir = settings.host, settings.port, str(folder)
    server.initialize(argv=[])
    return server


def serve(settings: Settings, *, demo: bool, pages: frozenset[str] | None = None, **options: Any) -> None:
    """Build a server as `build_server` does and run it until the process is told to stop."""
    build_server(settings, demo=demo, pages=pages, **options).run()


def _voila_config(settings: Settings) -> Config:
    return Config(
        {
            "Voila": {
                "config_file_paths": [],
                "open_browser": False,
                "identity_provider_class": GateIdentity,
                "kernel_websocket_connection_class": PageConnection,
            },
            "VoilaConfiguration": {
                "template": "coach",
                "theme": "light",
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "show_tracebacks": False,
                "preheat_kernel": False,
                "file_allowlist": [],
                "extension_allowlist": [],
                "multi_kernel_manager_class": PageKernels,
                "kernel_spec_manager_class": PageKernelSpecs,
            },
            "PageKernels": {
                "cull_idle_timeout": settings.kernel_idle_minutes * 60,
                "cull_interval": _CULL_SECONDS,
                "allow_tracebacks": False,
                # Other users of the machine can reach a kernel's ports, but read nothing there.
                "transport_encryption": "auto",
            },
            # Signatures of trusted notebooks would be kept in the user's own Jupyter folder.
            "NotebookNotary": {"db_file": ":memory:", "secret": b"pages are shipped, not signed"},
        }
    )
