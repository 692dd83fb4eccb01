"""What whoever runs the server wants to watch, as Prometheus text."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

CONTENT_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)


class Metrics:
    """The figures of one server."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.open = Gauge("coach_pages_open", "Pages open now, each a process", registry=registry)
        self.opening = Gauge("coach_pages_opening", "Pages being opened now", registry=registry)
        self.waiting = Gauge("coach_pages_waiting", "Pages waiting to be opened", registry=registry)
        self.opened = Counter("coach_pages_opened", "Pages opened", ["page", "outcome"], registry=registry)
        self.seconds = Histogram(
            "coach_page_opening_seconds",
            "From the request to the whole page sent, waiting included",
            ["page"],
            buckets=_SECONDS,
            registry=registry,
        )

    def text(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self._registry)
