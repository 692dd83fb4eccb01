"""What runs in a page's own process: the page's kernel, without anybody's own Jupyter configuration."""

import os
import socket
import sys
from typing import Any

# The debugger costs half of a kernel's start and memory, and a page has no use for it.
sys.modules["debugpy"] = None  # type: ignore[assignment]

import zmq
from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel
from traitlets import DottedObjectName, Type

from toolkit.server.page_kernel import PageKernel


class PageKernelApp(IPKernelApp):
    """Starts a page's kernel from its connection file and reads no other file."""

    kernel_class = Type(PageKernel, klass=Kernel)
    # What is written goes to the server's log, never to the page.
    outstream_class = DottedObjectName(None, allow_none=True)

    def parse_command_line(self, argv: Any = None) -> None:
        """Read no options: building the parser alone touches megabytes that forked kernels share."""

    def init_profile_dir(self) -> None:
        """Make no profile: there is no configuration and no history to keep in one."""
        self.profile_dir = None

    def init_config_files(self) -> None:
        """Read no configuration files."""

    def load_config_file(self, *_arguments: Any, **_named: Any) -> None:
        """Read no configuration file."""

    def init_crash_handler(self) -> None:
        """Leave crashes to the log."""

    def init_path(self) -> None:
        """Leave the search path alone: nothing is to be imported from where the server happens to stand."""

    def _bind_socket(self, s: zmq.Socket[Any], port: int) -> int:
        if s.getsockopt(zmq.TYPE) == zmq.XPUB:
            # Else only the first listener is welcomed, and the others would have to ask whether they are connected.
            s.setsockopt(zmq.XPUB_VERBOSE, 1)
        return int(super()._bind_socket(s, port))

    def log_connection_info(self) -> None:
        """Say nothing: nobody else is to connect."""


def run(connection_file: str, parent: int, line: socket.socket | None = None) -> None:
    """Run a kernel until it is told to stop or the process `parent` has ended.

    On the `line` it says that others can connect to it now, and is told the environment of each page it makes.
    """
    app = PageKernelApp.instance(parent_handle=parent, connection_file=connection_file)
    app.initialize()
    if line is not None:
        app.kernel.line = line
        line.send(b".")
    app.start()


def main() -> None:
    """Run the kernel; called as ``python -m toolkit.server.kernel_main <connection file>``."""
    run(sys.argv[1], int(os.environ.get("JPY_PARENT_PID") or 0))


if __name__ == "__main__":
    main()
