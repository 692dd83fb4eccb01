"""The kernel behind a page: runs the page's one cell, then answers its widgets. No shell, no completion, no debugger."""

import ast
import json
import logging
import os
import select
import socket
from collections import deque
from typing import Any

import comm
import ipywidgets
from ipykernel.comm.comm import BaseComm
from ipykernel.comm.manager import CommManager
from ipykernel.kernelbase import Kernel
from ipywidgets.widgets.widget import _instances

from toolkit import __version__

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
_REMEMBERED = 1000
_log = logging.getLogger("toolkit")


class PageComm(BaseComm):
    """A widget's line to the page; silent until the page has been shown, because the page carries all states then."""

    def __init__(self, *arguments: Any, **named: Any):
        self.kernel: PageKernel = PageKernel.instance()
        super().__init__(*arguments, **named)

    def publish_msg(self, *arguments: Any, **named: Any) -> None:
        """Send a message to the page once there is one."""
        if self.kernel.shown:
            super().publish_msg(*arguments, **named)


class PageKernel(Kernel):
    """Runs cells as plain Python and shows what their last expression gives.

    Each page begins anew: with the environment told on the `line`, where there is one, and nothing of the page before.
    A widget is shown with the states of all widgets, so that a page draws itself without asking
    back. A widget's message that comes twice (a page sends again what was not confirmed when its
    connection broke) is handled once.
    """

    implementation = "coach"
    implementation_version = __version__
    language_info = {"name": "python", "mimetype": "text/x-python", "file_extension": ".py"}
    banner = ""
    shown = False
    line: socket.socket | None = None

    def __init__(self, **named: Any):
        super().__init__(**named)
        self.names: dict[str, Any] = {"__name__": "__main__"}
        self._handled: deque[str] = deque(maxlen=_REMEMBERED)
        self.comm_manager = CommManager(parent=self, kernel=self)
        comm.create_comm = PageComm
        comm.get_comm_manager = lambda: self.comm_manager
        # The other target of ipywidgets would let a page make widgets of any kind in here.
        self.comm_manager.register_target("jupyter.widget.control", ipywidgets.Widget.handle_control_comm_opened)
        for kind in ("comm_open", "comm_msg", "comm_close"):
            self.shell_handlers[kind] = getattr(self.comm_manager, kind)

    def should_handle(self, stream: Any, msg: dict[str, Any], idents: Any) -> bool:
        """Refuse a widget's message that has been handled before."""
        header = msg["header"]
        if header["msg_type"] != "comm_msg":
            return True
        if header["msg_id"] in self._handled:
            return False
        self._handled.append(header["msg_id"])
        return True

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: Any = None,
        allow_stdin: bool = False,
        *,
        cell_meta: Any = None,
        cell_id: Any = None,
    ) -> dict[str, Any]:
        """Run a cell; what goes wrong in it is for the log, and the page only learns that it failed."""
        self._begin()
        try:
            result = _run(code, self.names)
        except Exception as error:
            _log.exception("a page's cell failed")
            failure = {"ename": type(error).__name__, "evalue": "", "traceback": []}
            self.send_response(self.iopub_socket, "error", failure)
            return {"status": "error", "execution_count": self.execution_count, **failure}
        if result is not None and not silent:
            content = {"data": self._bundle(result), "metadata": {}, "execution_count": self.execution_count}
            self.send_response(self.iopub_socket, "execute_result", content)
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}

    def _begin(self) -> None:
        if self.line is None or not select.select([self.line], [], [], 0)[0]:
            return
        with self.line.makefile("r", encoding="utf-8") as told:
            environment = json.loads(told.readline())
        os.environ.clear()
        os.environ.update(environment)
        self.shown = False
        ipywidgets.Widget.close_all()
        self.names = {"__name__": "__main__"}

    def _bundle(self, result: Any) -> dict[str, Any]:
        if not isinstance(result, ipywidgets.Widget):
            return {"text/plain": repr(result)}
        self.shown = True
        return {
            "text/plain": type(result).__name__,
            VIEW: {"version_major": 2, "version_minor": 0, "model_id": result.model_id},
            STATE: {"version_major": 2, "version_minor": 0, "state": _states()},
        }


def _states() -> dict[str, Any]:
    """Return the states of all widgets; of layouts, whose fifty defaults are empty, what differs from these."""
    return {
        id: widget._get_embed_state(drop_defaults=isinstance(widget, ipywidgets.Layout))
        for id, widget in _instances.items()
        if not isinstance(widget, ipywidgets.Style)
    }


def _run(code: str, names: dict[str, Any]) -> Any:
    """Run `code` and return the value of its last line, if that is an expression."""
    tree = ast.parse(code)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        exec(compile(tree, "<page>", "exec"), names)
        return None
    exec(compile(ast.Module(tree.body[:-1], []), "<page>", "exec"), names)
    return eval(compile(ast.Expression(last.value), "<page>", "eval"), names)
