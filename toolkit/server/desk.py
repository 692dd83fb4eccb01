"""What all handlers of one server share."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from jinja2 import Environment

from toolkit.access.local import is_loopback
from toolkit.access.passwords import SignIn
from toolkit.access.roles import PAGES, Page, Viewer, open_pages
from toolkit.access.sessions import Sessions
from toolkit.access.storage import Account
from toolkit.server.admission import Admission
from toolkit.server.assets import Assets
from toolkit.server.kernels import PageKernels
from toolkit.server.metrics import Metrics
from toolkit.settings import Settings
from toolkit.store import Store


@dataclass
class Desk:
    """The settings, the store, the sessions and the kernels of one server; in `settings["coach"]` of tornado."""

    settings: Settings
    store: Store
    pages: frozenset[str]
    samples: tuple[Account, ...]
    sessions: Sessions
    sign_in: SignIn
    templates: Environment
    assets: Assets
    kernels: PageKernels
    admission: Admission
    metrics: Metrics
    # Checking a password takes long on purpose; two at a time leave the pages a processor.
    slow: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "sign-in"))

    @property
    def demo(self) -> bool:
        """Whether anybody on this computer may look around as a sample user."""
        return bool(self.samples)

    def navigation(self, viewer: Viewer | None) -> list[Page]:
        """Return the pages of this server that `viewer` may open, home first."""
        return [page for page in open_pages(viewer) if page.id in self.pages] if viewer else []

    def serves(self, page: str) -> bool:
        """Say whether this server has the page with this id."""
        return page in PAGES and page in self.pages

    def knows_host(self, host: str) -> bool:
        """Say whether a request may name us so; in the demo a foreign name means a rebound address."""
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        return not self.demo or name == self.settings.host or is_loopback(name)
