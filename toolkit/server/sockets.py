"""The line between a page and its kernel: its owner only, and nothing that belongs in the log."""

import asyncio
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.ioloop import IOLoop
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from toolkit.server.gate import Gate, kernel_owner

_KEPT_FROM_PAGES = frozenset({"error", "execute_input"})
ALLOWED_FROM_PAGES = ("comm_open", "comm_msg")
_REVOKED = 4403
_SILENCE_SECONDS = 100
_WELCOME_SECONDS = 2.0


class PageConnection(ZMQChannelsWebsocketConnection):
    """Passes messages on, but neither errors nor what was written to stderr: these are for the log."""

    def __init__(self, **kwargs: Any):
        super().__init__(**kwargs)
        # The limit guards against endless output of arbitrary code; here it would lose parts of a page.
        self.limit_rate = False

    async def prepare(self) -> None:
        """Let the page in; that its kernel answers shows in `nudge`."""
        await self._register_session()
        self.session.key = self.kernel_manager.session.key

    def nudge(self) -> asyncio.Future[None]:
        """Return what is done once the kernel's messages arrive: its kernels welcome whoever listens to them.

        Jupyter's own way asks the kernel for news until an answer comes, which it cannot give while it makes the page.
        """
        return asyncio.ensure_future(self._await_welcome())

    async def _await_welcome(self) -> None:
        channel = self.channels["iopub"]
        heard: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def hear(_message: list[bytes]) -> None:
            if not heard.done():
                heard.set_result(None)

        channel.on_recv(hear)
        try:
            await asyncio.wait_for(heard, _WELCOME_SECONDS)
        except TimeoutError:
            await super().nudge()
        finally:
            if not channel.closed():
                channel.stop_on_recv()

    def handle_outgoing_message(self, stream: Any, outgoing_msg: list[Any]) -> None:
        """Send a kernel's message to the page unless it is one to keep back."""
        _, parts = self.session.feed_identities(outgoing_msg)
        kind = self.session.unpack(parts[1])["msg_type"]
        if kind in _KEPT_FROM_PAGES:
            return
        if kind == "stream" and self.session.unpack(parts[4]).get("name") == "stderr":
            return
        super().handle_outgoing_message(stream, outgoing_msg)

    def write_stderr(self, error_message: str, parent_header: Any) -> None:
        """Write to the log what would have gone to the page."""
        self.log.warning(error_message)


class PageSocket(Gate, VoilaKernelWebsocketHandler):
    """A page's websocket. Its right is checked at opening, at every message and at every ping."""

    rule = staticmethod(kernel_owner)

    def on_message(self, ws_message: Any) -> None:
        """Pass a message of the page on, while its owner may still have this kernel."""
        if self._still_allowed():
            super().on_message(ws_message)

    @property
    def ping_timeout(self) -> float:
        """Not longer than the interval, which tornado asks for; silence is judged in `send_ping`."""
        return self.ping_interval

    def send_ping(self) -> None:
        """Keep the line alive, while there is somebody at its end who may still have this kernel."""
        if self.ws_connection is None:
            self.ping_callback.stop()
        elif IOLoop.current().time() - self.last_pong > _SILENCE_SECONDS:
            self.close()
        elif self._still_allowed():
            self.ping(b"")

    def on_close(self) -> None:
        """Let go of the kernel's channels, where they were opened at all."""
        if getattr(self, "connection", None) is not None:
            super().on_close()

    def _still_allowed(self) -> bool:
        self.viewer = self.desk.sessions.resolve(self.session)
        if self.viewer is not None and self.may_proceed():
            return True
        self.close(_REVOKED, "signed out")
        return False
