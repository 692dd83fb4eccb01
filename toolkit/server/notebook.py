"""The notebook pages: the frame at once, a turn in the queue, then a kernel and what its cell shows."""

import time
from collections.abc import AsyncIterator
from typing import Any

from tornado import iostream, web
from voila.handler import VoilaHandler

from toolkit.access.roles import PAGES, Viewer
from toolkit.server.gate import Gate, page_right
from toolkit.server.kernels import Owner, PageKernels, kernel_environment
from toolkit.server.looks import render
from toolkit.wording import Text, counted, text

_WAITING, _CELLS = "<!-- waiting -->", "<!-- cells -->"
_HEARTBEAT = "<script>window.voila_heartbeat"


class _PageKernel:
    """The kernel manager as one page request sees it: whatever it starts belongs to the viewer."""

    def __init__(self, kernels: PageKernels, owner: Owner, reserved: str, env: dict[str, str]):
        self._kernels, self._env = kernels, env
        self._resumed = kernels.resume(owner, env)
        self.kernel_id = self._resumed or reserved
        self.notebook_data: dict[str, Any] = {}
        self.get_kernel = kernels.get_kernel

    def get_pool_size(self, _notebook: str) -> int:
        return 0

    async def start_kernel(self, *, kernel_name: str, path: str, env: dict[str, str]) -> str:
        if self._resumed:
            return self._resumed
        # `env` is the whole environment of the server: it is left behind here.
        return await self._kernels.start_kernel(
            kernel_id=self.kernel_id, env=self._env, kernel_name=kernel_name, path=path
        )


class NotebookHandler(Gate, VoilaHandler):
    """A notebook page: starts a kernel for the viewer and sends what the notebook shows."""

    rule = staticmethod(page_right)
    is_page = True
    _kernel: _PageKernel | None = None
    _gone = False

    @property
    def kernel_manager(self) -> Any:
        """The kernel manager, once the viewer's right and limit have been checked."""
        if self._kernel is None:
            raise web.HTTPError(403)
        return self._kernel

    async def get(self, page: str) -> None:
        """Show the page, or say that too many are open."""
        desk, viewer, session = self.desk, self.viewer, self.session
        if viewer is None or session is None:
            raise web.HTTPError(403)
        owner = Owner(viewer.user_id, session.id, page)
        reserved = desk.kernels.reserve(owner, desk.settings.kernels_per_user)
        if reserved is None:
            raise web.HTTPError(429)
        began, outcome = time.monotonic(), "failed"
        try:
            await self._send(owner, viewer, reserved)
            outcome = "gone" if self._gone else "sent"
        except iostream.StreamClosedError:
            self._gone, outcome = True, "gone"
        finally:
            desk.kernels.release(reserved)
            desk.metrics.opened.labels(page, outcome).inc()
            desk.metrics.seconds.labels(page).observe(time.monotonic() - began)
        if self._gone and self._kernel:
            await desk.kernels.stop(self._kernel.kernel_id)

    def on_connection_close(self) -> None:
        """Notice that the tab was closed while its page was still being made."""
        self._gone = True
        super().on_connection_close()

    async def _send(self, owner: Owner, viewer: Viewer, reserved: str) -> None:
        desk, page = self.desk, owner.page
        whole = render(
            self,
            "page.html.j2",
            title=PAGES[page].title,
            current=page,
            waiting=_WAITING,
            cells=_CELLS,
        )
        head, rest = whole.split(_WAITING)
        admitted, tail = rest.split(_CELLS)
        await self._write(head)
        async with desk.admission.turn() as places:
            async for before, full in places:
                if self._gone:
                    return
                await self._write(f"<p>{self.language.say(_place(before, full))}</p>\n")
            await self._write(admitted)
            env = kernel_environment(desk.settings, viewer, PAGES[page], self.request.query, desk.assets.controls)
            self._kernel = _PageKernel(desk.kernels, owner, reserved, env)
            self.page_config_hook = lambda *_arguments, **_named: {"baseUrl": self.base_url}
            async for piece in self._pieces(PAGES[page].notebook):
                await self._write(piece)
        await self._write(tail)

    async def _write(self, piece: str) -> None:
        self.write(piece)
        await self.flush()

    async def _pieces(self, notebook: str) -> AsyncIterator[str]:
        async for piece in self.get_generator(path=notebook):
            if not piece.startswith(_HEARTBEAT):
                yield piece
            elif self._gone or not await self.desk.kernels.is_running(self.kernel_manager.kernel_id):
                return
            else:
                yield "<!-- still working -->\n"


def _place(before: int, full: bool) -> Text:
    if full:
        return text("The server is full. Your page opens as soon as another one is closed.")
    return counted("{count} page is being opened before yours…", "{count} pages are being opened before yours…", before)
