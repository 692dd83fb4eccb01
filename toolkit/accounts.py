"""The commands `coach users …`: accounts and their passwords."""

import getpass
import sys
from typing import Annotated

import typer

from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.settings import read_settings
from toolkit.store import Store, open_store
from toolkit.wording import text

app = typer.Typer(no_args_is_help=True, help="Accounts: add, list, password, remove.")
_ACTOR = "command-line"


@app.command()
def add(
    login: str,
    role: Annotated[str, typer.Option(help="trainer, manager, hr, rep or administrator.")],
    name: Annotated[str, typer.Option(help="Name to show; by default that of the employee.")] = "",
    employee: Annotated[str, typer.Option(help="Employee number, for trainers, managers and reps.")] = "",
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Add an account; the password is asked for, or read from standard input."""
    from toolkit.access.passwords import hash_password
    from toolkit.access.roles import Role
    from toolkit.access.storage import add_account
    from toolkit.organisation.storage import employee_numbers, names

    store = _store()
    if role not in {known.value for known in Role}:
        raise InputError(
            text("There is no role {role}.", role=role),
            remedy=text("Roles are: trainer, manager, hr, rep, administrator."),
        )
    with store.read() as connection:
        numbers, known = employee_numbers(connection), names(connection)
    if employee and employee not in numbers:
        raise InputError(text("Nobody has the employee number {number}.", number=employee))
    if role in ("manager", "rep") and not employee:
        raise InputError(text("An account for this role needs an employee number (--employee)."))
    person = numbers.get(employee)
    add_account(
        store,
        _ACTOR,
        login=login,
        name=name or known.get(person or "", login),
        role=Role(role),
        person_id=person,
        language="en" if language == "en" else "zh",
        password_hash=hash_password(_password()),
    )
    typer.echo(Language(read_settings().language)("The account {login} was added.", login=login))


@app.command("list")
def list_all() -> None:
    """List all accounts."""
    from toolkit.access.storage import list_accounts

    for account in list_accounts(_store()):
        state = "active" if account.active else "closed"
        typer.echo(f"{account.login:24} {account.role.value:14} {state:7} {account.name}")


@app.command()
def password(login: str) -> None:
    """Set an account's password; signs it out everywhere."""
    from toolkit.access.passwords import hash_password
    from toolkit.access.storage import set_password

    store = _store()
    set_password(store, _ACTOR, _account_id(store, login), hash_password(_password()))


@app.command()
def remove(login: str) -> None:
    """Close an account; its open pages stop within seconds."""
    from toolkit.access.storage import deactivate

    store = _store()
    deactivate(store, _ACTOR, _account_id(store, login))


def _store() -> Store:
    return open_store(read_settings().coaching_store, "coaching")


def _account_id(store: Store, login: str) -> str:
    from toolkit.access.storage import find_account

    account = find_account(store, login)
    if account is None:
        raise InputError(text("There is no account {login}.", login=login))
    return account.user_id


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass()
    if getpass.getpass() != first:
        raise InputError(text("The two passwords differ."))
    return first
