"""The errors a person may see. Anything else that is raised is a bug and reaches only the log."""

from toolkit.wording import Text


class ToolkitError(Exception):
    """Something a person can put right.

    `problem` says what is wrong, `where` says where (file, row, column) and `remedy` what to do.
    """

    def __init__(self, problem: Text, *, where: Text | None = None, remedy: Text | None = None):
        super().__init__(" ".join(str(part) for part in (problem, where, remedy) if part))
        self.problem = problem
        self.where = where
        self.remedy = remedy


class InputError(ToolkitError):
    """What was typed, uploaded or passed in cannot be used."""


class NotEnoughData(ToolkitError):
    """The figure asked for cannot be supported by the data there are."""


class NotAllowed(ToolkitError):
    """The viewer has no right to see or do this."""


class NotFound(ToolkitError):
    """What was asked for is not in the store."""


class Conflict(ToolkitError):
    """Somebody else has changed the same thing in the meantime."""


class SetupError(ToolkitError):
    """The installation or its settings need attention before this can work."""
