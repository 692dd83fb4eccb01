"""Which group people belong to, and how a file of groups looks that is used for one check and not kept."""

from collections.abc import Mapping

import pandas as pd

from toolkit.documents.columns import Column, TableForm
from toolkit.language import Language
from toolkit.skillgap.form import EMPLOYEE_NUMBER
from toolkit.vocabulary import rows_of
from toolkit.wording import Text, text

LANGUAGE_WORDS: dict[str, Text] = {"en": text("English"), "zh": text("Chinese")}


def groups_form() -> TableForm:
    """Return the form of a file that names a group for each person."""
    return TableForm(
        "groups",
        text("Groups for the check"),
        (
            EMPLOYEE_NUMBER,
            Column(
                "group",
                text("Group"),
                "text",
                longest=60,
                required=True,
                aliases=("性别", "Gender", "Sex", "组别"),
            ),
        ),
        purpose=text(
            "One row per person, such as the gender from the HR system. The file is used for this check and not kept: it is "
            "forgotten when the page is closed."
        ),
        sample_rows=({"employee_number": "S90001", "group": "F"}, {"employee_number": "S90002", "group": "M"}),
    )


def groups_from(frame: pd.DataFrame, numbers: Mapping[str, str]) -> dict[str, str]:
    """Return the group by person_id from rows of the form; `numbers` gives person_id by employee number."""
    return {numbers[row.employee_number]: str(row.group) for row in rows_of(frame)}


def language_groups(people: pd.DataFrame, language: Language) -> dict[str, str]:
    """Return each person's language in words by person_id, of those who have one; `people` may lack the column."""
    if "language" not in people:
        return {}
    known = people[people["language"].notna()]
    return {
        row.person_id: language.say(LANGUAGE_WORDS[row.language])
        if row.language in LANGUAGE_WORDS
        else str(row.language)
        for row in rows_of(known)
    }
