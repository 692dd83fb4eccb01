"""The section with the fairness audit of what was trained on this page."""

from collections.abc import Mapping

from toolkit.attrition.audit.storage import keep_audit
from toolkit.attrition.audit.widget import FairnessAudit
from toolkit.attrition.fairness import FairnessResult
from toolkit.attrition.room import Room, Section
from toolkit.controls.empty_state import EmptyState


class AuditSection(Section):
    """Audits the list at the length chosen under “Risk”."""

    def __init__(self, room: Room):
        super().__init__(room)
        self._run_id = ""
        self.audit = FairnessAudit(language=room.language.code, values=room.values, styled=False, on_audited=self._keep)

    def show(self) -> None:
        """Show the audit of what was trained last."""
        room, say = self.room, self.room.language
        if room.look is None:
            words = say("Open “Risk”, choose a data set and train. The list made there is what is audited here.")
            self.children = [EmptyState(say("Nothing was trained yet"), words)]
            return
        self._run_id = room.look.run_id
        self.audit.show(room.look.trained, room.look.source, room.conversations)
        self.children = [self.audit]

    def _keep(self, results: Mapping[str, FairnessResult]) -> None:
        keep_audit(self.room.store, self.room.viewer, self._run_id, results, on=self.room.today)
