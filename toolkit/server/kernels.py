"""Kernels: one process per open page, with a clean environment, an owner, a cap and an end."""

import asyncio
import datetime as dt
import os
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.ioloop.manager import AsyncIOLoopKernelManager
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_server._tz import utcnow
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from tornado.ioloop import IOLoop
from traitlets import DottedObjectName, Type, default

from toolkit.access.roles import Page, Viewer
from toolkit.server import forking
from toolkit.settings import Settings

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH")
_KEPT_ON_WINDOWS = ("SYSTEMROOT", "SYSTEMDRIVE", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "PATHEXT", "COMSPEC")
_ABANDONED_SECONDS = 60
ADDRESS = "QUERY_STRING"
CLOSED_STORE = "closed://this-page-may-not-open-hr-data"


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose kernel it is, from which sign-in, and for which page."""

    user_id: str
    session_id: str
    page: str


def plain_environment() -> dict[str, str]:
    """Return what any process of ours may know of the server's environment: where Python and its files are."""
    names = _KEPT + _KEPT_ON_WINDOWS if os.name == "nt" else _KEPT
    kept = {name: os.environ[name] for name in names if name in os.environ}
    return kept | {"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def kernel_environment(settings: Settings, viewer: Viewer, page: Page, query: str, controls: str) -> dict[str, str]:
    """Return all a page's process gets to know of the server: nothing that is not named here.

    The address of the HR store is given to HR pages only. `query` is the page address after ``?``;
    `controls` is the address of the folder with the controls' scripts.
    """
    return plain_environment() | {
        ADDRESS: query,
        "COACH_CONTROLS": controls,
        "COACH_VIEWER": viewer.user_id,
        "COACH_LANGUAGE": viewer.language,
        "COACH_PAGE": page.id,
        "COACH_HOME": str(settings.home),
        "COACH_CURRENCY": settings.currency,
        "COACH_ORGANISATION_TIME_ZONE": settings.organisation_time_zone,
        "COACH_UPLOAD_LIMIT_MB": str(settings.upload_limit_mb),
        "COACH_STORE_URL": settings.coaching_store,
        "COACH_HR_STORE_URL": settings.hr_store if page.needs_hr else CLOSED_STORE,
    }


class PageKernelSpecs(KernelSpecManager):
    """The one kind of kernel there is: this very Python, whatever kernels are installed for the user."""

    def get_all_specs(self) -> dict[str, Any]:
        """Return the only kind of kernel."""
        return {"python3": {"resource_dir": "", "spec": self.get_kernel_spec("python3").to_dict()}}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return how a page's process is started."""
        return KernelSpec(
            argv=[sys.executable, "-m", "toolkit.server.kernel_main", "{connection_file}"],
            display_name="Python",
            language="python",
            metadata={
                "supported_encryption": ["curve"],
                "kernel_provisioner": {"provisioner_name": forking.NAME},
            },
        )


class PageClient(AsyncKernelClient):
    """The server's own line to a kernel, by which the page's cell is run."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel's output arrives; raises `RuntimeError` after `timeout` seconds.

        A kernel welcomes whoever listens to it; it is asked for an answer only if that does not come. Jupyter's own way
        ends with listening for a fifth of a second whether anything else arrives.
        """
        with suppress(Empty):
            await self.get_iopub_msg(timeout=1)
            return
        end = time.monotonic() + (timeout or 60.0)
        while time.monotonic() < end:
            self.kernel_info()
            try:
                await self.get_shell_msg(timeout=1)
                await self.get_iopub_msg(timeout=0.2)
                return
            except Empty:
                continue
        raise RuntimeError("the kernel does not answer")


class PageKernelManager(AsyncIOLoopKernelManager):
    """One kernel. A crashed one stays down: started anew it would know nothing of the page before it."""

    client_class = DottedObjectName("toolkit.server.kernels.PageClient")
    client_factory = Type(PageClient)

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self.autorestart = False


class PageKernels(AsyncMappingKernelManager):
    """All kernels of this server and whose they are."""

    warm_parent: forking.WarmParent | None = None
    rest_seconds = 0

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        self._owners: dict[str, Owner] = {}
        self._environments: dict[str, dict[str, str]] = {}
        self._resting: dict[str, Any] = {}

    def warm(self, warm_up: str, standby: int) -> None:
        """Fork kernels from now on, from a process in which the function `warm_up` (``module:name``) has run.

        `standby` blank ones are kept ready.
        """
        self.warm_parent = forking.WarmParent(warm_up, plain_environment(), standby)
        self.warm_parent.start()
        IOLoop.current().run_in_executor(None, self.warm_parent.make_ready)

    def cool(self) -> None:
        """End the process that kernels are forked from."""
        if self.warm_parent is not None:
            self.warm_parent.stop()
            self.warm_parent = None

    @default("kernel_manager_class")
    def _one_manager_class(self) -> str:
        return "toolkit.server.kernels.PageKernelManager"

    def owner(self, kernel_id: str) -> Owner | None:
        """Return the owner of a kernel, or nothing if there is no such kernel."""
        return self._owners.get(kernel_id)

    def count(self, user_id: str) -> int:
        """Return how many kernels somebody has, those being started included, those at rest not."""
        return sum(owner.user_id == user_id and id not in self._resting for id, owner in self._owners.items())

    def running(self) -> int:
        """Return how many kernels there are, without those only reserved or at rest."""
        return len(self.list_kernel_ids()) - len(self._resting)

    def close_abandoned(self) -> None:
        """End those at rest and those whose page has lost its connection a minute ago or longer, to make room."""
        for kernel_id in self._resting:
            IOLoop.current().add_callback(self.stop, kernel_id)
        before = utcnow() - dt.timedelta(seconds=_ABANDONED_SECONDS)
        for kernel_id in self.list_kernel_ids():
            kernel = self.get_kernel(kernel_id)
            if self._kernel_connections.get(kernel_id) == 0 and kernel.last_activity < before:  # type: ignore[attr-defined]
                IOLoop.current().add_callback(self.stop, kernel_id)

    def reserve(self, owner: Owner, limit: int) -> str | None:
        """Return the id of a kernel that `owner` may now start, or nothing if there are `limit` already."""
        if self.count(owner.user_id) >= limit:
            return None
        kernel_id = str(uuid.uuid4())
        self._owners[kernel_id] = owner
        return kernel_id

    def rest(self, kernel_id: str) -> None:
        """Keep the kernel of a closed page for `rest_seconds`, one a sign-in, in case the page is opened again."""
        if kernel_id not in self:
            return self.release(kernel_id)
        owner = self._owners[kernel_id]
        for other in [id for id in self._resting if self._owners[id].session_id == owner.session_id]:
            IOLoop.current().add_callback(self.stop, other)
        if isinstance(self._process(kernel_id), forking.ForkedProcess):
            self._resting[kernel_id] = IOLoop.current().call_later(self.rest_seconds, self.stop, kernel_id)
        else:
            IOLoop.current().add_callback(self.stop, kernel_id)

    def resume(self, owner: Owner, env: dict[str, str]) -> str | None:
        """Return the kernel at rest that has made this page in this sign-in, told to make it anew for `env`.

        Only the page's address may differ from what the kernel was told before.
        """
        for kernel_id in [id for id in self._resting if self._owners[id] == owner]:
            IOLoop.current().remove_timeout(self._resting.pop(kernel_id))
            process = self._process(kernel_id)
            if process.poll() is None and self._environments[kernel_id] | {ADDRESS: env[ADDRESS]} == env:
                process.begin(env)
                return kernel_id
            IOLoop.current().add_callback(self.stop, kernel_id)
        return None

    def _process(self, kernel_id: str) -> Any:
        provisioner: Any = self.get_kernel(kernel_id).provisioner
        return provisioner and provisioner.process

    def _forget(self, kernel_id: str) -> None:
        self._owners.pop(kernel_id, None)
        self._environments.pop(kernel_id, None)
        if timer := self._resting.pop(kernel_id, None):
            IOLoop.current().remove_timeout(timer)

    def release(self, kernel_id: str) -> None:
        """Take a reservation back if nothing was started with it."""
        if kernel_id not in self:
            self._owners.pop(kernel_id, None)

    async def start_kernel(  # type: ignore[override]
        self, *, kernel_id: str, env: dict[str, str], kernel_name: str, path: str
    ) -> str:
        """Start the kernel reserved under `kernel_id`; it sees `env` and nothing else."""
        if kernel_id not in self._owners:
            raise web.HTTPError(403)
        self._environments[kernel_id] = env
        return await super().start_kernel(kernel_id=kernel_id, kernel_name=kernel_name, path=path, env=env)  # type: ignore[arg-type]

    async def shutdown_kernel(  # type: ignore[override]
        self, kernel_id: str, now: bool = False, restart: bool = False
    ) -> None:
        """Stop a kernel; it counts no more from the moment it is asked to."""
        self._forget(kernel_id)
        await super().shutdown_kernel(kernel_id, now=now, restart=restart)

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended."""
        self._forget(kernel_id)
        return super().remove_kernel(kernel_id)

    async def close(self, keep: Callable[[Owner], bool]) -> None:
        """Stop all kernels whose owner is not to be kept."""
        ending = [kernel_id for kernel_id, owner in self._owners.items() if not keep(owner) and kernel_id in self]
        await asyncio.gather(*(self.stop(kernel_id) for kernel_id in ending))

    async def stop(self, kernel_id: str) -> None:
        """Stop a kernel at once, if it still runs; nothing of value lives in it."""
        try:
            await self.shutdown_kernel(kernel_id, now=True)
        except (web.HTTPError, KeyError):
            self._forget(kernel_id)

    async def is_running(self, kernel_id: str) -> bool:
        """Say whether a kernel's process runs; one found dead is cleared away."""
        if kernel_id not in self:
            return False
        if await self.get_kernel(kernel_id).is_alive():  # type: ignore[misc]
            return True
        await self.stop(kernel_id)
        return False

    def notify_disconnect(self, kernel_id: str) -> None:
        """Count the idle time from the moment the page was last connected."""
        super().notify_disconnect(kernel_id)
        if kernel_id in self:
            self.get_kernel(kernel_id).last_activity = utcnow()  # type: ignore[attr-defined]
