"""The addresses people open: home, signing in and out, the language, and the notebook pages."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from tornado import iostream, web
from voila.handler import VoilaHandler

from toolkit import __version__
from toolkit.access.roles import HOME, PAGES, ROLE_DUTIES, ROLE_NAMES
from toolkit.access.storage import Account, remember_language
from toolkit.errors import NotAllowed
from toolkit.language import CODES
from toolkit.server.gate import Gate, anyone, kernel_owner, page_right, same_site, signed_in
from toolkit.server.kernels import Owner, PageKernels, kernel_environment
from toolkit.server.looks import address, render
from toolkit.wording import Text, text


class HomeHandler(Gate):
    """The first page: a card for each page the viewer may open."""

    rule = staticmethod(signed_in)
    is_page = True

    def get(self) -> None:
        """Show the cards."""
        say = self.language.say
        cards = [
            {"title": say(page.title), "purpose": say(page.purpose), "url": address(page.id)}
            for page in self.desk.navigation(self.viewer)
            if page.id != HOME
        ]
        self.finish(render(self, "home.html.j2", title=text("Home"), current=HOME, cards=cards))


class SignInHandler(Gate):
    """The sign-in form; in the demo, sample users at one click."""

    rule = staticmethod(anyone)
    is_page = True

    def get(self) -> None:
        """Show the form, or go on if already signed in."""
        if self.viewer:
            self.redirect(same_site(self.get_argument("next", "/")))
            return
        self._show()

    async def post(self) -> None:
        """Sign in by name and password, or as a sample user."""
        sample = self.get_body_argument("sample", "")
        try:
            account = self._sample(sample) if sample else await self._by_password()
        except NotAllowed as refused:
            self.set_status(401)
            self._show(refused.problem)
            return
        chosen = self.get_cookie(self.language_cookie)
        if chosen in CODES:
            remember_language(self.desk.store, account.user_id, chosen)
            self.clear_cookie(self.language_cookie)
        self.desk.sessions.forget(account.user_id)
        session = self.desk.sessions.begin(account)
        self.set_signed_cookie(self.session_cookie, session.dump(), expires_days=None)
        self.redirect(same_site(self.get_argument("next", "/")))

    async def _by_password(self) -> Account:
        login = self.get_body_argument("login", "")
        password = self.get_body_argument("password", "", strip=False)[:1024]
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.desk.slow, self.desk.sign_in.check, login, password)

    def _sample(self, role: str) -> Account:
        for account in self.desk.samples:
            if account.role == role:
                return account
        raise NotAllowed(text("There are no sample users on this server."))

    def _show(self, problem: Text | None = None) -> None:
        say = self.language.say
        samples = [
            {
                "role": account.role.value,
                "name": account.name,
                "title": say(ROLE_NAMES[account.role]),
                "duty": say(ROLE_DUTIES[account.role]),
            }
            for account in self.desk.samples
        ]
        self.finish(
            render(
                self,
                "sign_in.html.j2",
                title=text("Sign in"),
                samples=samples,
                problem=say(problem),
                login=self.get_body_argument("login", "") if self.request.method == "POST" else "",
                next=same_site(self.get_argument("next", "/")),
            )
        )


class SignOutHandler(Gate):
    """Ends the session, and with it the pages opened in it."""

    rule = staticmethod(signed_in)
    is_page = True

    async def post(self) -> None:
        """Sign out."""
        ended = self.session
        if ended:
            self.desk.sessions.end(ended)
            await self.desk.kernels.close(lambda owner: owner.session_id != ended.id)
        self.clear_cookie(self.session_cookie)
        self.redirect("/sign-in")


class LanguageHandler(Gate):
    """Changes the language, for the account or, before signing in, for this browser."""

    rule = staticmethod(anyone)
    is_page = True

    def post(self) -> None:
        """Remember the language and show the same page again."""
        code = self.get_body_argument("code", "")
        if code not in CODES:
            raise web.HTTPError(400)
        if self.viewer:
            remember_language(self.desk.store, self.viewer.user_id, code)
            self.desk.sessions.forget(self.viewer.user_id)
        else:
            self.set_cookie(self.language_cookie, code)
        self.redirect(same_site(self.get_body_argument("next", "/")))


class HealthHandler(Gate):
    """Tells a watchdog that the server answers."""

    rule = staticmethod(anyone)

    def get(self) -> None:
        """Say so, and which version it is."""
        self.finish({"status": "ok", "version": __version__})


class NowhereHandler(Gate):
    """Every other address."""

    is_page = True


class KernelHandler(Gate):
    """Tells a page whether its kernel still runs, in the form its front end expects."""

    rule = staticmethod(kernel_owner)

    async def get(self, kernel_id: str) -> None:
        """Describe the kernel; 404 once it has ended."""
        if not await self.desk.kernels.is_running(kernel_id):
            raise web.HTTPError(404)
        self.set_header("Cache-Control", "no-store")
        self.finish(self.desk.kernels.kernel_model(kernel_id))


class CloseHandler(Gate):
    """Ends a kernel when its tab is closed."""

    rule = staticmethod(kernel_owner)

    async def post(self, kernel_id: str) -> None:
        """End the kernel."""
        self.set_status(204)
        self.finish()
        await self.desk.kernels.stop(kernel_id)


class CloseAllHandler(Gate):
    """Ends all kernels of a person, for whoever has reached the limit."""

    rule = staticmethod(signed_in)
    is_page = True

    async def post(self) -> None:
        """End them and go on to the page that was refused."""
        mine = self.viewer.user_id if self.viewer else ""
        await self.desk.kernels.close(lambda owner: owner.user_id != mine)
        self.redirect(same_site(self.get_body_argument("next", "/")))


_CELLS = "<!-- cells -->"


class _PageKernel:
    """The kernel manager as one page request sees it: whatever it starts belongs to the viewer."""

    def __init__(self, kernels: PageKernels, kernel_id: str, env: dict[str, str]):
        self._kernels, self._env = kernels, env
        self.kernel_id = kernel_id
        self.notebook_data: dict[str, Any] = {}
        self.get_kernel = kernels.get_kernel

    def get_pool_size(self, _notebook: str) -> int:
        return 0

    async def start_kernel(self, *, kernel_name: str, path: str, env: dict[str, str]) -> str:
        # `env` is the whole environment of the server: it is left behind here.
        return await self._kernels.start_kernel(
            kernel_id=self.kernel_id, env=self._env, kernel_name=kernel_name, path=path
        )


class NotebookHandler(Gate, VoilaHandler):
    """A notebook page: starts a kernel for the viewer and streams what the notebook shows."""

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
        kernel_id = desk.kernels.reserve(Owner(viewer.user_id, session.id, page), desk.settings.kernels_per_user)
        if kernel_id is None:
            raise web.HTTPError(429)
        head, tail = render(
            self, "page.html.j2", title=PAGES[page].title, current=page, assets=desk.assets, cells=_CELLS
        ).split(_CELLS)
        self.write(head)
        await self.flush()
        env = kernel_environment(desk.settings, viewer, PAGES[page], self.request.query, desk.assets.controls)
        self._kernel = _PageKernel(desk.kernels, kernel_id, env)
        self.page_config_hook = lambda *_arguments, **_named: {"baseUrl": self.base_url}
        try:
            async for piece in self._pieces(PAGES[page].notebook):
                self.write(piece)
                await self.flush()
            self.write(tail)
        except iostream.StreamClosedError:
            self._gone = True
        finally:
            desk.kernels.release(kernel_id)
        if self._gone:
            await desk.kernels.stop(kernel_id)

    def on_connection_close(self) -> None:
        """Notice that the tab was closed while its page was still being made."""
        self._gone = True
        super().on_connection_close()

    async def _pieces(self, notebook: str) -> AsyncIterator[str]:
        async for piece in self.get_generator(path=notebook):
            if not piece.startswith("<script>window.voila_heartbeat"):
                yield piece
            elif self._gone or not await self.desk.kernels.is_running(self.kernel_manager.kernel_id):
                return
            else:
                yield "<!-- still working -->\n"
