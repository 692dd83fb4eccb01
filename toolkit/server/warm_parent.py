"""The warm parent: a process that has loaded all libraries once and forks a kernel for each page that opens.

It reads requests from the socket it is given, and stays single-threaded: a fork copies only the
thread that forks, so a lock held by another one would stay closed for ever. It holds no personal
data and no secrets, because every kernel inherits its memory.
"""

import gc
import json
import os
import random
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import MetaPathFinder
from types import ModuleType
from typing import NoReturn

_LONGEST_PATH = 4096
_LOADED_AT_START = ("pdb", "psutil", "faulthandler", "tornado.platform.asyncio", "IPython.core.debugger")


class _WithoutPyarrow(MetaPathFinder):
    """Lets pyarrow seem not to be installed; an empty place in sys.modules would trip scikit-learn."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        if fullname == "pyarrow":
            raise ModuleNotFoundError("pages do without pyarrow", name=fullname)


def main() -> None:
    """Serve forks until the server closes its end.

    Called as ``python -m toolkit.server.warm_parent <socket's number> <module:function>``; the
    function loads what the pages need.
    """
    server = socket.socket(fileno=int(sys.argv[1]))
    # Ended kernels are cleared away by the system; the server watches each through a handle of its own.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _load(sys.argv[2])
    # Collecting garbage would write to every object, and so copy memory that is shared.
    gc.collect()
    gc.freeze()
    server.send(json.dumps({"threads": len(os.listdir("/proc/self/task"))}).encode())
    while connection_file := server.recv(_LONGEST_PATH):
        _fork(server, connection_file.decode())


def _load(warm_up: str) -> None:
    # With pyarrow at hand pandas and pandera would load it and keep all text in it, 36 MB more in every
    # kernel; no page needs it (only `coach attrition` on Parquet files does).
    sys.meta_path.insert(0, _WithoutPyarrow())
    from jupyter_client import localinterfaces

    import toolkit.server.kernel_main  # noqa: F401

    for name in _LOADED_AT_START:
        import_module(name)
    localinterfaces.local_ips()
    if warm_up:
        module, function = warm_up.split(":")
        getattr(import_module(module), function)()


def _fork(server: socket.socket, connection_file: str) -> None:
    ours, theirs = socket.socketpair()
    kernel = os.fork()
    if kernel == 0:
        server.close()
        ours.close()
        _become_kernel(connection_file, theirs)
    theirs.close()
    handle = os.pidfd_open(kernel)
    socket.send_fds(server, [str(kernel).encode()], [handle, ours.fileno()])
    os.close(handle)
    ours.close()


def _become_kernel(connection_file: str, line: socket.socket) -> NoReturn:
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        random.seed()
        from toolkit.server.kernel_main import run

        run(connection_file, os.getppid(), line)
    except BaseException:
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
