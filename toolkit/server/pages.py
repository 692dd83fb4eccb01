"""The addresses people open: home, signing in and out, the language, the end of a page."""

import asyncio
import zoneinfo

from tornado import web

from toolkit.access.roles import HOME, ROLE_DUTIES, ROLE_NAMES
from toolkit.access.storage import Account, remember_language
from toolkit.errors import NotAllowed
from toolkit.language import CODES
from toolkit.plans.agenda.storage import reminders
from toolkit.server.gate import Gate, anyone, kernel_owner, same_site, signed_in
from toolkit.server.looks import address, render
from toolkit.skillgap.feedback_round.waiting.storage import waiting_count
from toolkit.wording import Text, counted, text


class HomeHandler(Gate):
    """The first page: a card for each page the viewer may open."""

    rule = staticmethod(signed_in)
    is_page = True

    def get(self) -> None:
        """Show the cards."""
        say = self.language.say
        cards = [
            {
                "title": say(page.title),
                "purpose": say(page.purpose),
                "url": address(page.id),
                "hint": self._hint(page.id),
            }
            for page in self.desk.navigation(self.viewer)
            if page.id != HOME
        ]
        self.finish(render(self, "home.html.j2", title=text("Home"), current=HOME, cards=cards))

    def _hint(self, page: str) -> str:
        """Return what waits for the viewer on a page; empty where nothing does."""
        viewer = self.viewer
        if viewer is None or viewer.person_id is None or page not in ("skill-gaps", "plans"):
            return ""
        zone = zoneinfo.ZoneInfo(self.desk.settings.organisation_time_zone)
        with self.desk.store.read() as connection:
            today = self.desk.store.clock().astimezone(zone).date()
            if page == "plans":
                count = sum(mine for _, mine in reminders(connection, viewer, today, own=True))
                words = counted("{count} thing is due", "{count} things are due", count)
            else:
                count = waiting_count(connection, viewer, today)
                words = counted("{count} rating waits for you", "{count} ratings wait for you", count)
        return self.language.say(words) if count else ""


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
    """Hears that a tab has been closed."""

    rule = staticmethod(kernel_owner)

    async def post(self, kernel_id: str) -> None:
        """Let the kernel rest, and end it unless its owner comes back."""
        self.set_status(204)
        self.finish()
        self.desk.kernels.rest(kernel_id)


class CloseAllHandler(Gate):
    """Ends all kernels of a person, for whoever has reached the limit."""

    rule = staticmethod(signed_in)
    is_page = True

    async def post(self) -> None:
        """End them and go on to the page that was refused."""
        mine = self.viewer.user_id if self.viewer else ""
        await self.desk.kernels.close(lambda owner: owner.user_id != mine)
        self.redirect(same_site(self.get_body_argument("next", "/")))
