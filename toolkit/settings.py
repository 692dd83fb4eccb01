"""What an installation can choose, read once from the environment (prefix ``COACH_``) or a file ``.env``."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_PROJECT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of one installation.

    `home` holds the embedded stores, the log and the cookie secret. `store_url` and
    `hr_store_url` are SQLAlchemy URLs; empty means an SQLite file in `home`.
    """

    model_config = SettingsConfigDict(env_prefix="COACH_", env_file=".env", extra="ignore")

    home: Path = Field(default_factory=lambda: Path.home() / ".sales-coaching-toolkit")
    store_url: str = ""
    hr_store_url: str = ""
    language: Literal["en", "zh"] = "en"
    host: str = "127.0.0.1"
    port: int = 8866
    organisation_time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    upload_limit_mb: int = 20
    kernels_per_user: int = 6
    kernel_idle_minutes: int = 30
    session_hours: int = 12

    @property
    def coaching_store(self) -> str:
        """URL of the store with people, ratings, evidence and plans."""
        return self.store_url or f"sqlite:///{self.home.absolute() / 'coaching.sqlite'}"

    @property
    def hr_store(self) -> str:
        """URL of the store with HR months, risks and conversations."""
        return self.hr_store_url or f"sqlite:///{self.home.absolute() / 'hr.sqlite'}"


@cache
def read_settings() -> Settings:
    """Return the settings of this process."""
    return Settings()


def shipped(*parts: str) -> Path:
    """Return the path of something that ships with the toolkit, such as ``datasets/content``."""
    for root in (_PROJECT, _PROJECT / "toolkit" / "_shipped"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    return _PROJECT.joinpath(*parts)
