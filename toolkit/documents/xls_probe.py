"""Opening a doubtful workbook in a process of its own first.

The reader of the old .xls format asks for as much memory as a damaged file tells it to, and then
ends the whole process, with it the page of whoever uploaded the file. So a child tries first.
"""

import subprocess
import sys

_SECONDS = 60
_MEMORY = 3 * 1024**3
_TRIAL = f"""
import io, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except (ImportError, ValueError, OSError):
    pass
import python_calamine
book = python_calamine.load_workbook(io.BytesIO(sys.stdin.buffer.read()))
for name in book.sheet_names:
    try:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except python_calamine.CalamineError:
        continue
"""


def can_be_opened(content: bytes) -> bool:
    """Return whether a child process can read every sheet of the workbook within a minute and 3 GB."""
    try:
        trial = subprocess.run(
            [sys.executable, "-I", "-c", _TRIAL], input=content, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return trial.returncode == 0
