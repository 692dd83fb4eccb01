"""The warm parent keeps out what no page needs, even where it is installed."""

import subprocess
import sys
from pathlib import Path

_LOADED = """
import sys
from toolkit.server import warm_parent
warm_parent._load("toolkit.warming:warm_up")
import pandas as pd
from sklearn.linear_model import LogisticRegression
assert pd.DataFrame({"name": ["a", "b"]}).loc[0, "name"] == "a"
LogisticRegression().fit(pd.DataFrame({"pay": [1.0, 2.0, 3.0]}), [0, 1, 1])
assert not [name for name in sys.modules if name.startswith("pyarrow")], "pyarrow was loaded"
print("loaded", "pandas" in sys.modules)
"""


def test_pyarrow_stays_out_of_the_pages_even_where_it_is_installed(tmp_path: Path) -> None:
    installed = tmp_path / "pyarrow"
    installed.mkdir()
    (installed / "__init__.py").write_text("raise SystemExit('pyarrow was loaded')")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{_LOADED}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["loaded", "True"]
