"""For whoever runs the server: is it well, and how busy is it."""

import asyncio
import hmac

import sqlalchemy as sa

from toolkit import __version__
from toolkit.access.local import is_loopback
from toolkit.server.gate import Gate, Verdict, anyone
from toolkit.server.metrics import CONTENT_TYPE


class HealthHandler(Gate):
    """Tells a watchdog whether the server can do its work."""

    rule = staticmethod(anyone)

    async def get(self) -> None:
        """Say which version it is and how its parts are; status 503 if the store does not answer."""
        loop = asyncio.get_running_loop()
        store = await loop.run_in_executor(self.desk.slow, self._store_answers)
        self.set_header("Cache-Control", "no-store")
        if not store:
            self.set_status(503)
        forking = "off" if self.desk.kernels.warm_parent is None else "on"
        self.finish(
            {
                "status": "ok" if store else "store does not answer",
                "version": __version__,
                "forking": forking,
                "pages": {"open": self.desk.kernels.running(), "waiting": self.desk.admission.waiting},
            }
        )

    def _store_answers(self) -> bool:
        try:
            with self.desk.store.read() as connection:
                connection.execute(sa.select(1))
        except sa.exc.SQLAlchemyError:
            return False
        return True


def watcher(handler: Gate) -> Verdict:
    """Let pass who asks from this computer, or brings the token of the settings."""
    token = handler.desk.settings.metrics_token
    given = handler.request.headers.get("Authorization", "").removeprefix("Bearer ")
    local = is_loopback(handler.request.remote_ip or "") and not handler.came_through_a_proxy()
    knows = bool(token) and hmac.compare_digest(given.encode(), token.encode())
    return Verdict.WELCOME if local or knows else Verdict.NOWHERE


class MetricsHandler(Gate):
    """Tells how busy the server is, for Prometheus."""

    rule = staticmethod(watcher)

    def get(self) -> None:
        """Give all figures as text."""
        desk = self.desk
        desk.metrics.open.set(desk.kernels.running())
        desk.metrics.opening.set(desk.admission.opening)
        desk.metrics.waiting.set(desk.admission.waiting)
        self.set_header("Content-Type", CONTENT_TYPE)
        self.set_header("Cache-Control", "no-store")
        self.finish(desk.metrics.text())
