"""pyarrow, which reads and writes Parquet: an extra of the toolkit, so that its absence is told in words."""

from toolkit.errors import SetupError
from toolkit.wording import text

__all__ = ["pa", "pc", "pq"]

try:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
except ImportError:
    raise SetupError(
        text("Parquet files need pyarrow, which is not installed."),
        remedy=text("Install the toolkit with its extra “scale”."),
    ) from None
