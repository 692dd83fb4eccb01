"""The command `coach` as a person types it: each command for real, in a process of its own."""

import os
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

COMMANDS = ("serve", "demo", "import", "export", "users", "backup", "doctor")


@pytest.fixture
def coach(tmp_path: Path):
    """Run `coach` on an empty data folder; returns exit code, what was printed, and complaints."""

    def run(*arguments: str, typed: str = "", language: str = "en") -> tuple[int, str, str]:
        environment = os.environ | {"COACH_HOME": str(tmp_path / "home"), "COACH_LANGUAGE": language}
        done = subprocess.run(
            [sys.executable, "-m", "toolkit.cli", *arguments],
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            cwd=tmp_path,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout, done.stderr

    return run


def roster(path: Path, hired: str = "2026-03-01") -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Employee ID", "Full Name", "Department", "Job Title", "Job Level", "Hire Date"])
        sheet.write_row(1, 0, ["N1", "Ann Lee", "North", "Client manager", "Junior", hired])
    return path


def test_every_command_has_help(coach) -> None:
    for command in COMMANDS:
        code, shown, _ = coach(command, "--help")
        assert code == 0 and "Usage" in shown, command


def test_the_doctor_finds_missing_stores_and_says_what_to_do(coach) -> None:
    code, shown, _ = coach("doctor")
    assert code == 1
    assert "has no tables yet, or those of another version" in shown
    assert "coach doctor --migrate" in shown
    code, shown, _ = coach("doctor", "--migrate")
    assert code == 0 and "All is well." in shown
    code, shown, _ = coach("doctor", language="zh")
    assert code == 0 and "All is well." not in shown


def test_a_fresh_installation_can_take_its_first_roster_and_keeps_it_private(coach, tmp_path: Path) -> None:
    assert coach("doctor", "--migrate")[0] == 0
    assert coach("export", "roster", str(tmp_path / "template.xlsx"))[0] == 0
    code, shown, _ = coach("import", "roster", str(roster(tmp_path / "first.xlsx")))
    assert code == 0 and "1 person was stored." in shown
    for path in (tmp_path / "home", *(tmp_path / "home").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize(
    ("name", "value"), [("COACH_LANGUAGE", "fr"), ("COACH_ORGANISATION_TIME_ZONE", "Mars/Crater"), ("COACH_PORT", "x")]
)
def test_a_setting_that_cannot_be_is_named(coach, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    code, _, complaint = coach("doctor", language=value if name == "COACH_LANGUAGE" else "en")
    assert code == 1
    assert name in complaint and value in complaint


def test_the_doctor_explains_an_address_that_is_none(coach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_STORE_URL", "nonsense")
    code, shown, _ = coach("doctor")
    assert code == 1 and "FAIL The store coaching cannot be opened." in shown


def test_sample_users_are_not_let_into_a_store_with_real_accounts(coach) -> None:
    coach("doctor", "--migrate")
    coach("users", "add", "lin", "--role", "hr", typed="a long enough phrase\n")
    code, _, complaint = coach("demo", "--load-only")
    assert code == 1 and "real accounts" in complaint


def test_without_stores_a_command_says_so_in_words(coach) -> None:
    code, _, complaint = coach("users", "list")
    assert code == 1
    assert "coach doctor --migrate" in complaint


def test_accounts_are_added_listed_and_closed(coach) -> None:
    coach("doctor", "--migrate")
    code, _, complaint = coach("users", "add", "lin", "--role", "hr", typed="short\n")
    assert code == 1 and "12" in complaint
    code, shown, _ = coach("users", "add", "lin", "--role", "hr", "--name", "林晓", typed="a long enough phrase\n")
    assert code == 0 and "lin" in shown
    code, _, complaint = coach("users", "add", "lin", "--role", "hr", typed="a long enough phrase\n")
    assert code == 1 and "taken" in complaint
    code, _, complaint = coach("users", "add", "rob", "--role", "boss", typed="a long enough phrase\n")
    assert code == 1 and "trainer, manager, hr, rep, administrator" in complaint
    code, _, complaint = coach("users", "add", "rob", "--role", "manager", typed="a long enough phrase\n")
    assert code == 1 and "--employee" in complaint
    assert coach("users", "password", "lin", typed="another long phrase\n")[0] == 0
    assert coach("users", "remove", "lin")[0] == 0
    assert "closed" in coach("users", "list")[1]
    code, _, complaint = coach("users", "remove", "nobody")
    assert code == 1 and "nobody" in complaint


def test_the_demo_is_never_served_beyond_this_computer(coach) -> None:
    code, shown, _ = coach("demo", "--help")
    assert code == 0 and "--host" not in shown


def test_a_good_file_is_imported_and_a_bad_one_is_not(coach, tmp_path: Path) -> None:
    coach("demo", "--load-only")
    store = sqlite3.connect(tmp_path / "home" / "coaching.sqlite")
    count = "select count(*) from person"
    before = store.execute(count).fetchone()[0]
    bad = roster(tmp_path / "bad.xlsx", hired="2026-02-30")
    code, shown, complaint = coach("import", "roster", str(bad))
    assert code == 1
    assert "2026-02-30" in complaint and "Hire Date" in complaint
    assert "1 error was found" in shown
    good = roster(tmp_path / "good.xlsx")
    code, shown, _ = coach("import", "roster", str(good), "--check")
    assert code == 0 and store.execute(count).fetchone()[0] == before
    code, shown, _ = coach("import", "roster", str(good))
    assert code == 0 and "1 person was stored." in shown
    assert store.execute(count).fetchone()[0] == before + 1
    store.close()
    code, _, complaint = coach("import", "payslips", str(good))
    assert code == 1 and "roster" in complaint


def test_templates_and_data_are_exported_and_nothing_is_overwritten(coach, tmp_path: Path) -> None:
    coach("demo", "--load-only")
    for kind in ("roster", "feedback", "activities", "hr_months", "people", "evidence"):
        target = tmp_path / f"{kind}.xlsx"
        assert coach("export", kind, str(target))[0] == 0
        assert zipfile.is_zipfile(target)
    code, _, complaint = coach("export", "roster", str(tmp_path / "roster.xlsx"))
    assert code == 1 and "already there" in complaint


def test_a_backup_restores_into_an_empty_home(coach, tmp_path: Path) -> None:
    coach("demo", "--load-only")
    archive = tmp_path / "safe.zip"
    assert coach("backup", "create", str(archive))[0] == 0
    code, _, complaint = coach("backup", "restore", str(archive))
    assert code == 1 and "--replace" in complaint
    home = tmp_path / "home"
    home.rename(tmp_path / "old")
    assert coach("backup", "restore", str(archive))[0] == 0
    for name, table in (("coaching", "rating"), ("hr", "data_set")):
        rows = []
        for folder in ("old", "home"):
            store = sqlite3.connect(tmp_path / folder / f"{name}.sqlite")
            rows.append(store.execute(f"select count(*) from {table}").fetchone()[0])
            store.close()
        assert rows[0] == rows[1] > 0
