"""The command `coach`: serve, demo, import, export, attrition, users, backup, doctor."""

import datetime as dt
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit import __version__, accounts
from toolkit.errors import InputError, SetupError, ToolkitError
from toolkit.language import Language
from toolkit.settings import Settings, read_settings
from toolkit.store import Store, open_store
from toolkit.wording import counted, text

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
backup = typer.Typer(no_args_is_help=True, help="Back up both stores while in use, and restore them.")
app.add_typer(accounts.app, name="users")
app.add_typer(backup, name="backup")
attrition = typer.Typer(no_args_is_help=True, help="Train an attrition model and score files of any size, for HR.")
app.add_typer(attrition, name="attrition")
if TYPE_CHECKING:
    from toolkit.access.local import SampleUser


def main() -> None:
    """Run the command; known errors are told in words with exit code 1, never as a trace."""
    # What this makes (stores, backups, logs) is for the user that runs it and for nobody else.
    os.umask(0o077)
    try:
        app()
    except ToolkitError as error:
        say = Language(os.environ.get("COACH_LANGUAGE", "en"))
        for part in (error.problem, error.where, error.remedy):
            if part is not None:
                typer.echo(say.say(part), err=True)
        raise SystemExit(1) from None


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Sales Coaching Toolkit."""
    if version:
        typer.echo(__version__)
        raise typer.Exit


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 0,
    pages: Annotated[str, typer.Option(help="Only these pages, separated by commas; all if empty.")] = "",
) -> None:
    """Serve the pages to people with accounts (see `coach users`)."""
    from toolkit.access.storage import list_accounts

    if not list_accounts(_open("coaching")):
        typer.echo(
            Language(read_settings().language)("There are no accounts yet: add the first with “coach users add”.")
        )
    _run(_settings(host, port), demo=False, pages=pages)


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 0,
    load_only: Annotated[bool, typer.Option("--load-only", help="Fill the stores and stop.")] = False,
) -> None:
    """Fill empty stores with the sample organisation and serve it on this computer only."""
    from toolkit import demo as sample
    from toolkit.access.storage import has_passwords

    settings = _settings("127.0.0.1", port)
    say = Language(settings.language)
    stores = _migrated(settings)
    if has_passwords(stores[0]):
        raise SetupError(
            text("This store holds real accounts, so it is not opened to sample users."),
            remedy=text("Set COACH_HOME to another folder for the demo, or use “coach serve”."),
        )
    if sample.is_empty(stores[0]):
        typer.echo(say("Loading the sample organisation…"))
        sample.load_sample(*stores)
    chosen = sample.sample_users(stores[0])
    for store in stores:
        store.close()
    if not load_only:
        _run(settings, demo=True, samples=chosen)


@app.command("import")
def import_file(
    kind: Annotated[str, typer.Argument(help="roster, feedback, activities, hr_months, framework or case.")],
    file: Annotated[Path, typer.Argument(help="Excel or CSV file, JSON for case.", exists=True, dir_okay=False)],
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong; store nothing.")] = False,
) -> None:
    """Import a file: all rows or none. Columns are recognised by their headers."""
    from toolkit.importing import import_table

    settings = _settings("", 0)
    say = Language(settings.language)
    outcome = import_table(settings, kind, file.name, file.read_bytes(), only_check=check)
    for problem in outcome.problems:
        typer.echo(problem, err=True)
    typer.echo(say.say(outcome.summary))
    if not outcome.stored and not check:
        raise typer.Exit(1)


@app.command()
def export(
    kind: Annotated[
        str,
        typer.Argument(
            help="roster, feedback, activities or hr_months for a template; people, evidence, framework or case for data."
        ),
    ],
    file: Annotated[Path, typer.Argument(help="Excel file to write, JSON for case.")],
) -> None:
    """Write a template to fill in, or data as Excel."""
    from toolkit.importing import export_table

    settings = _settings("", 0)
    if file.exists():
        raise InputError(
            text("The file {file} is already there.", file=file), remedy=text("Choose another name or move it away.")
        )
    file.write_bytes(export_table(settings, kind))
    typer.echo(Language(settings.language)("Written to {file}.", file=file))


@backup.command("create")
def backup_create(file: Annotated[Path, typer.Argument(help="Zip file to write.")]) -> None:
    """Write both stores into one file; works while they are in use."""
    from toolkit.store.backup import back_up

    back_up([_open("coaching"), _open("hr")], file)
    typer.echo(Language(read_settings().language)("Written to {file}.", file=file))


@backup.command("restore")
def backup_restore(
    file: Annotated[Path, typer.Argument(help="A file made by `coach backup create`.", exists=True)],
    replace: Annotated[bool, typer.Option("--replace", help="Overwrite what the stores hold.")] = False,
) -> None:
    """Fill both stores from a backup; stop the server first."""
    from toolkit.store.backup import restore

    settings = read_settings()
    stores = [Store(settings.coaching_store, "coaching"), Store(settings.hr_store, "hr")]
    restore(stores, file, replace=replace)
    typer.echo(Language(settings.language)("Restored from {file}.", file=file))


@attrition.command("train")
def attrition_train(
    source: Annotated[Path, typer.Argument(help="HR months, or with --label one row per person: parquet, csv, xlsx.")],
    model: Annotated[Path, typer.Argument(help="Model file to write.")],
    horizon: Annotated[int, typer.Option(help="Months ahead; with HR months only.")] = 3,
    label: Annotated[str, typer.Option(help="Column that says who left, for one row per person.")] = "",
    person: Annotated[str, typer.Option(help="Column of ids, with --label.")] = "",
    left_value: Annotated[str, typer.Option(help="Value of the label that means left, where it is not plain.")] = "",
    protected: Annotated[str, typer.Option(help="Columns kept out of the score, separated by commas.")] = "",
) -> None:
    """Fit the risk model to a file and write it; nothing enters the stores."""
    from toolkit.attrition.fitting import fit_panel, fit_snapshot
    from toolkit.attrition.model_file import save_model
    from toolkit.attrition.scoring.form import read_months, read_plain
    from toolkit.attrition.scoring.storage import already_there

    if model.exists():
        raise already_there(model)
    say = Language(read_settings().language)
    if label:
        audited = [name.strip() for name in protected.split(",") if name.strip()]
        frame = read_plain(source)
        fitted = fit_snapshot(
            frame, label=label, person=person or None, protected=audited, left_value=left_value or None
        )
    else:
        frame = read_months(source, dt.date.today())
        fitted = fit_panel(frame, horizon_months=horizon)
    save_model(model, fitted)
    for note in (*(finding.sentence for finding in fitted.findings), *fitted.notes):
        typer.echo(say.say(note))
    found = fitted.figures
    typer.echo(say("Learned from {rows} rows with {events} leavers.", rows=found.rows, events=found.events))
    typer.echo(say("ROC-AUC on people the model had not seen: {figure}.", figure=f"{found.roc_auc:.3f}"))
    typer.echo(say("Written to {file}.", file=model))


@attrition.command("score")
def attrition_score(
    source: Annotated[Path, typer.Argument(help="Parquet: HR months by person, or the model's columns.")],
    output: Annotated[Path, typer.Argument(help="Parquet file to write.")],
    model: Annotated[Path, typer.Option(help="A file made by `coach attrition train`.")] = Path("attrition.model"),
    reasons: Annotated[int, typer.Option(help="Add that many strongest reasons for each person.")] = 0,
    cluster: Annotated[str, typer.Option(help="Address of a Dask scheduler; its workers must see both files.")] = "",
) -> None:
    """Score everybody in a file; started again after a stop, it goes on where it was."""
    from toolkit.attrition.model_file import load_model
    from toolkit.attrition.scoring.cluster import workers_at
    from toolkit.attrition.scoring.run import score_file

    say = Language(read_settings().language)
    shown = -1

    def step(done: int, rows: int) -> None:
        nonlocal shown
        share = 100 * done // rows
        if share >= shown + 5 or share == 100:
            shown = share
            typer.echo(say("{done} of {rows} rows", done=done, rows=rows), err=True)

    fitted = load_model(model)
    with workers_at(cluster) as workers:
        done = score_file(source, output, fitted, reasons=reasons, step=step, workers=workers)
    for sentence in done.sentences():
        typer.echo(say.say(sentence))
    typer.echo(say("Written to {file}.", file=output))


@app.command()
def doctor(
    migrate: Annotated[bool, typer.Option("--migrate", help="Create or upgrade the tables; data are kept.")] = False,
) -> None:
    """Say what is wrong with this installation and what to do about it."""
    from toolkit.doctor import examine

    settings = read_settings()
    say = Language(settings.language)
    if migrate:
        for store in _migrated(settings):
            store.close()
    findings = examine(settings)
    for finding in findings:
        typer.echo(f"{'ok  ' if finding.good else 'FAIL'} {say.say(finding.what)}")
        if not finding.good and finding.remedy is not None:
            typer.echo(f"     {say.say(finding.remedy)}")
    bad = sum(not finding.good for finding in findings)
    if bad:
        typer.echo(say.say(counted("{count} thing needs attention.", "{count} things need attention.", bad)))
        raise typer.Exit(1)
    typer.echo(say("All is well."))


def _settings(host: str, port: int) -> Settings:
    settings = read_settings()
    changed = {name: value for name, value in (("host", host), ("port", port)) if value}
    return settings.model_copy(update=changed)


def _migrated(settings: Settings) -> tuple[Store, Store]:
    from toolkit.demo import has_content, load_content
    from toolkit.store.migration import is_current, migrate

    stores = (Store(settings.coaching_store, "coaching"), Store(settings.hr_store, "hr"))
    for store in stores:
        if not is_current(store):
            migrate(store)
    if not has_content(stores[0]):
        load_content(stores[0])
    return stores


def _open(kind: str) -> Store:
    settings = read_settings()
    return open_store(settings.hr_store, "hr") if kind == "hr" else open_store(settings.coaching_store, "coaching")


def _run(settings: Settings, *, demo: bool, pages: str = "", samples: "Sequence[SampleUser]" = ()) -> None:
    from toolkit.access.roles import ROLE_NAMES
    from toolkit.server.application import serve as run
    from toolkit.server.forking import WARM_UP

    say = Language(settings.language)

    def ready(url: str) -> None:
        typer.echo(say("Ready: {url}  (stop with Ctrl+C)", url=url))
        if demo:
            typer.echo(say("Sign in there with one click as one of the sample users:"))
            for user in samples:
                typer.echo(f"  {say.say(ROLE_NAMES[user.role])}: {user.name}")
        sys.stdout.flush()

    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    chosen = frozenset(part.strip() for part in pages.split(",") if part.strip()) or None
    run(settings, demo=demo, pages=chosen, on_ready=ready, samples=samples, warm_up=WARM_UP)


if __name__ == "__main__":
    main()
