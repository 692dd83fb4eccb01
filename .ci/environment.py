"""Write environment.yml from pyproject.toml, or check that it is what would be written."""

import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def environment() -> str:
    """Return environment.yml: Python from conda-forge, the product's own dependencies through pip."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        "# Written by `make environment` from pyproject.toml; do not edit.",
        f"name: {project['name']}",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python{project['requires-python']}",
        "  - pip",
        "  - pip:",
        *(f'      - "{needed}"' for needed in sorted(project["dependencies"], key=str.lower)),
        "      - -e .",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    path = ROOT / "environment.yml"
    if "--check" in sys.argv:
        if not path.exists() or path.read_text(encoding="utf-8") != environment():
            sys.exit("environment.yml is out of date: run `make environment`")
    else:
        path.write_text(environment(), encoding="utf-8")
