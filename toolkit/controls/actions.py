"""The boundary between a person's action and our code: known errors are shown, bugs are logged."""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from toolkit.controls.status_line import StatusLine
from toolkit.errors import ToolkitError
from toolkit.wording import text

_log = logging.getLogger("toolkit")


@contextmanager
def shown_on(status: StatusLine) -> Iterator[None]:
    """Show whatever goes wrong inside on `status`; a bug becomes an apology with a reference."""
    try:
        yield
    except ToolkitError as error:
        status.fail(error)
    except Exception:
        reference = uuid.uuid4().hex[:8]
        _log.exception("unexpected error %s", reference)
        status.say(
            text(
                "Sorry, this went wrong on our side. Nothing was saved by it. Reference: {reference}",
                reference=reference,
            ),
            "bad",
        )


def guarded(status: StatusLine, action: Callable[..., Any]) -> Callable[..., None]:
    """Return `action` as a callback whose errors are shown on `status`."""

    def run(*arguments: Any) -> None:
        with shown_on(status):
            action(*arguments)

    return run
