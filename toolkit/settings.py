"""What an installation can choose, read once from the environment (prefix ``COACH_``) or a file ``.env``."""

import os
import zoneinfo
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from toolkit.errors import SetupError
from toolkit.wording import text

_PROJECT = Path(__file__).resolve().parent.parent


class PageSettings(BaseModel):
    """The settings a page works with.

    `home` holds the embedded stores, the log and the cookie secret. `store_url` and
    `hr_store_url` are SQLAlchemy URLs; empty means an SQLite file in `home`.
    """

    home: Path = Field(default_factory=lambda: Path.home() / ".sales-coaching-toolkit")
    store_url: str = ""
    hr_store_url: str = ""
    language: Literal["en", "zh"] = "en"
    organisation_time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    upload_limit_mb: int = 20

    @field_validator("organisation_time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        # Listing all zones would read hundreds of files.
        try:
            zoneinfo.ZoneInfo(name)
        except (zoneinfo.ZoneInfoNotFoundError, OSError) as error:
            raise ValueError("unknown time zone") from error
        return name

    @property
    def coaching_store(self) -> str:
        """URL of the store with people, ratings, evidence and plans."""
        return self.store_url or f"sqlite:///{self.home.absolute() / 'coaching.sqlite'}"

    @property
    def hr_store(self) -> str:
        """URL of the store with HR months, risks and conversations."""
        return self.hr_store_url or f"sqlite:///{self.home.absolute() / 'hr.sqlite'}"


class Settings(BaseSettings, PageSettings):
    """All settings of one installation: those of its pages, and how they are served.

    `standby_kernels` blank page processes are kept ready; that of a closed page rests for `rest_seconds` in case
    its viewer comes back. At most `openings_at_once` pages are opened at a time (by default one a processor); none
    is opened while less than `memory_reserve_mb` of memory is free or `most_pages` are open (0: any number).
    `/metrics` answers this computer, and others who bring `metrics_token` as bearer token.
    """

    model_config = SettingsConfigDict(env_prefix="COACH_", env_file=".env", extra="ignore")

    host: str = "127.0.0.1"
    port: int = 8866
    fork_kernels: bool = True
    standby_kernels: int = Field(default=1, ge=0)
    rest_seconds: int = Field(default=60, ge=0)
    openings_at_once: int = Field(default_factory=lambda: max(2, os.cpu_count() or 2), ge=1)
    memory_reserve_mb: int = Field(default=400, ge=0)
    most_pages: int = Field(default=0, ge=0)
    metrics_token: str = ""
    kernels_per_user: int = 6
    kernel_idle_minutes: int = 30
    session_hours: int = 12


@cache
def read_settings() -> Settings:
    """Return the settings of this process; raises `SetupError` naming the one that cannot be."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "COACH_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SetupError(
            text("The setting {name} cannot be “{value}”.", name=name, value=first["input"]),
            remedy=text("Correct it in the environment or in the file .env; README lists what is possible."),
        ) from None


def page_settings() -> PageSettings:
    """Return what the server has told this page's process; in a notebook without a server the same as `read_settings`.

    Looking for settings everywhere they may stand costs a process 3 MB and 12 ms, which each page would pay.
    """
    if "COACH_PAGE" not in os.environ:
        return read_settings()
    told = {name: os.environ.get(f"COACH_{name.upper()}") for name in PageSettings.model_fields}
    return PageSettings.model_validate({name: value for name, value in told.items() if value is not None})


def shipped(*parts: str) -> Path:
    """Return the path of something that ships with the toolkit, such as ``datasets/content``."""
    for root in (_PROJECT / "toolkit" / "_shipped", _PROJECT):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    return _PROJECT.joinpath(*parts)
