"""Competency frameworks and rubrics as 1EdTech CASE 1.1 JSON: lenient in, strict out.

Importing the package loads nothing else: each name is fetched from its file on first use.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.skillgap.case.reading import CaseFile as CaseFile
    from toolkit.skillgap.case.reading import read_framework as read_framework
    from toolkit.skillgap.case.shapes import Amendment as Amendment
    from toolkit.skillgap.case.writing import write_framework as write_framework
else:
    from toolkit.lazy import names_from

    __all__, __getattr__, __dir__ = names_from(
        __name__,
        reading=["CaseFile", "read_framework"],
        shapes=["Amendment"],
        writing=["write_framework"],
    )
