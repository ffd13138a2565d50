"""Numbers of rows as the program shows them in which a file was written.

Tables count their data rows from 1, whatever the format, and from file to file. Messages to people say the
number that stands beside the row in a spreadsheet program: the lines above it count.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["row_in_file", "row_name"]


def row_in_file(files: pd.DataFrame, row: int) -> tuple[str, int]:
    """The file in which a row stands, and its number there, lines above the data counted.

    Parameters
    ----------
    files : pandas.DataFrame
        `EventTables.files`.
    row : int
        Number of the row in the tables.

    Examples
    --------
    >>> import pandas as pd
    >>> files = pd.DataFrame({"file": ["a.csv", "b.xlsx"], "offset": [0, 10], "above": [1, 4]})
    >>> row_in_file(files, 12)
    ('b.xlsx', 6)
    """
    number = int(files["offset"].astype("int64").searchsorted(row - 1, side="right")) - 1
    file = files.iloc[max(number, 0)]
    return Path(str(file["file"])).name, row - int(file["offset"]) + int(file["above"])


def row_name(files: pd.DataFrame, row: int) -> str:
    """How a message names a row: ``row 16``, with the file where there are several.

    Examples
    --------
    >>> import pandas as pd
    >>> row_name(pd.DataFrame({"file": ["a.csv"], "offset": [0], "above": [1]}), 3)
    'row 4'
    """
    file, number = row_in_file(files, row)
    return f"row {number} of {file}" if len(files) > 1 else f"row {number}"
