"""Starts a server for the tests: ``python launch.py <home> <options as JSON>``; prints its address."""

import json
import sys
from pathlib import Path

from toolkit import language
from toolkit.server.application import serve
from toolkit.settings import Settings
from toolkit.store import Store
from toolkit.store.migration import migrate

HERE = Path(__file__).parent


def main() -> None:
    options = json.loads(sys.argv[2])
    if not (language._CATALOGUES / "zh" / "LC_MESSAGES" / "toolkit.po").exists():
        language._CATALOGUES = HERE / "locale"
    home = Path(sys.argv[1])
    settings = Settings(home=home, _env_file=None, **options.get("settings", {}))
    store = Store(settings.coaching_store, "coaching")
    migrate(store)
    folder = options.get("pages_folder", str(HERE / "pages"))
    serve(
        settings,
        demo=options.get("demo", False),
        pages=frozenset(options["pages"]) if "pages" in options else None,
        store=store,
        pages_folder=Path(folder),
        on_ready=lambda url: print(url, flush=True),
    )


if __name__ == "__main__":
    main()
