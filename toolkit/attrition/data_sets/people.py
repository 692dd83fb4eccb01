"""Whom the rows of a file speak of."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from toolkit.attrition.design import words
from toolkit.errors import InputError
from toolkit.wording import text


def person_ids(values: "pd.Series[Any]", numbers: Mapping[str, str]) -> "pd.Series[str]":
    """Return the person_id of each row; `numbers` gives it by employee number, unknown numbers stay as they are.

    A number that a spreadsheet made of an employee number is read as written, without decimals. Raises
    `InputError` where a row names nobody.
    """
    plain = pd.Series(words(values), index=values.index)
    if pd.api.types.is_numeric_dtype(values):
        plain = plain.str.replace(r"\.0+$", "", regex=True)
    blank = np.flatnonzero((plain == "").to_numpy())
    if len(blank):
        raise InputError(
            text("The column “{column}” names nobody.", column=str(values.name)),
            where=text("Row {row}", row=int(blank[0]) + 2),
            remedy=text("The cell must be filled in."),
        )
    return plain.map(lambda one: numbers.get(one, one))
