"""The section with the versions of the model, their cards, whether the newest still fits, and the switch."""

from typing import Any

import ipywidgets as widgets
from markupsafe import Markup

from toolkit.attrition import storage
from toolkit.attrition.audit.storage import last_audit
from toolkit.attrition.card import ModelCard, card_today
from toolkit.attrition.drift import measure_drift
from toolkit.attrition.report import card_document, card_view
from toolkit.attrition.room import Room, Section, data_set_words, keep_trained, source_of
from toolkit.attrition.state import RiskState, Trained
from toolkit.attrition.versions import storage as versions
from toolkit.attrition.versions.report import (
    check_words,
    drift_columns,
    drift_rows,
    schedule_words,
    version_columns,
    version_rows,
)
from toolkit.controls.actions import guarded, shown_on
from toolkit.controls.data_table import Action, DataTable
from toolkit.controls.download import Download
from toolkit.controls.empty_state import EmptyState
from toolkit.controls.fields import NumberField, TextField, refuse_problems
from toolkit.controls.page import Panel, button, card, choice, heading, row
from toolkit.controls.progress import Cancelled, Progress
from toolkit.controls.status_line import StatusLine
from toolkit.errors import InputError
from toolkit.wording import text

_CARD = "card"


class ModelSection(Section):
    """What the model is, whether it still fits, when it is trained again, and how to stop using it."""

    def __init__(self, room: Room):
        super().__init__(room)
        say = room.language
        self._runs: dict[str, storage.Run] = {}
        self._data: dict[str, storage.DataSet] = {}
        self._card: ModelCard | None = None
        self.status, self.switching = StatusLine(say), StatusLine(say)
        act = guarded(self.status, lambda run_id, _action: self._show_card(run_id))
        self.versions = DataTable(
            version_columns(say), language=say, caption=say("Versions of the model"), on_action=act
        )
        self.card = widgets.HTML()
        self.word = Download(say("Download the card as Word"), self._document, self.status)
        self._card_place = card(self.card, row(self.word))
        self._make_check()
        self._make_settings()

    def _make_check(self) -> None:
        say = self.room.language
        self.schedule, self.said = widgets.HTML(), widgets.HTML()
        self.data = choice(say("Newest data"), [])
        self.checking = StatusLine(say)
        self.check = button(say("Check whether it still fits"), guarded(self.checking, self._check))
        self.again = button(say("Train again"), guarded(self.checking, self._train))
        self.progress = Progress(say("Progress of the training"), language=say)
        self.moved = DataTable(drift_columns(say), language=say, caption=say("Have the columns moved?"))
        self.moved.layout.display = "none"
        purpose = say("Compares newer months with those it learned from, and what it foretold with what came.")
        self._check_place = Panel(
            [
                card(
                    heading(say("Does it still fit?"), purpose),
                    self.schedule,
                    row(self.data, self.check, self.again),
                    self.progress,
                    self.checking,
                    self.said,
                ),
                self.moved,
            ],
            styled=False,
        )

    def _make_settings(self) -> None:
        say = self.room.language
        self.contact = TextField(say("Who answers questions and objections"))
        self.months = NumberField(
            say("Train again after"),
            versions.RETRAIN_MONTHS,
            language=say,
            required=True,
            whole=True,
            least=1,
            most=versions.MOST_MONTHS,
            unit=say("months"),
        )
        self.kept = StatusLine(say)
        self.keep = button(say("Save"), guarded(self.kept, self._keep))
        self.state = widgets.HTML()
        self.why = TextField(say("Reason"))
        self.switch = button(say("Switch off"), guarded(self.switching, self._switch))
        self._settings_place = card(
            heading(say("Contact and schedule")), row(self.contact, self.months, self.keep), self.kept
        )
        self._switch_place = card(heading(say("Switch")), self.state, row(self.why, self.switch), self.switching)

    def show(self) -> None:
        """Read the versions, the settings and the switch anew."""
        room, say = self.room, self.room.language
        setting = versions.setting(room.store, room.viewer)
        self._show_settings(setting)
        runs = [run for run in room.runs() if run.version is not None]
        self._runs = {run.run_id: run for run in runs}
        if not setting.switched_on:
            self.children = [self._switch_place]
            return
        if not runs:
            words = say("Open “Risk”, choose a data set and train. Each training is kept here as a version.")
            empty = EmptyState(say("There is no model yet"), words)
            self.children = [empty, self._settings_place, self._switch_place]
            return
        self.versions.show(version_rows(runs, say), ids=list(self._runs), actions=[Action(_CARD, say("Model card"))])
        self._offer_data(runs[0])
        self.schedule.value = _lines([say.say(schedule_words(runs[0], setting, room.today))])
        self._show_checks(runs[0])
        self._show_card(runs[0].run_id)
        parts = [self._check_place, self.versions, self.status, self._card_place]
        self.children = [*parts, self._settings_place, self._switch_place]

    def _offer_data(self, newest: storage.Run) -> None:
        room, say = self.room, self.room.language
        found = [one for one in room.data_sets() if one.kind == newest.kind]
        self._data = {one.data_set_id: one for one in found}
        self.data.offer(
            [(say("{name} · {moment}", name=data_set_words(one, say), moment=one.created_at), one.data_set_id) for one in found],
            self.data.value,
        )  # fmt: skip

    def _show_checks(self, newest: storage.Run) -> None:
        found = versions.checks(self.room.store, self.room.viewer, newest.run_id)
        say = self.room.language
        self.said.value = _lines([say.say(one) for one in found[0].sentences]) if found else ""

    def _show_card(self, run_id: str) -> None:
        room = self.room
        self.status.clear()
        kept = storage.kept_card(room.store, room.viewer, run_id)
        found = versions.checks(room.store, room.viewer, run_id)
        contact = versions.setting(room.store, room.viewer).contact
        audited = last_audit(room.store, room.viewer, run_id)
        self._card = card_today(kept, contact=contact, checked=found[0].sentences if found else (), audited=audited)
        title = heading(room.language("Model card"), level=2).value
        self.card.value = Markup(title) + card_view(self._card, room.language)

    def _document(self) -> tuple[str, bytes] | None:
        if self._card is None:
            return None
        title = self.room.language("Model card")
        return f"{title}.docx", card_document(self._card, self.room.language, date=self.room.today)

    def _newest(self) -> storage.Run:
        return next(iter(self._runs.values()))

    def _chosen(self) -> storage.DataSet:
        if self.data.value not in self._data:
            raise InputError(text("There are no data to check the model on."))
        return self._data[self.data.value]

    def _check(self) -> None:
        room, newest, data_set = self.room, self._newest(), self._chosen()
        self.checking.clear()
        model = storage.model_of(room.store, room.viewer, newest.run_id)
        source = source_of(room, data_set)
        options: dict[str, Any] = {k: v for k, v in source.choices.items() if k in ("label", "left_value") and v}
        if data_set.kind == "months":
            options = {"held": source.held, "not_regretted": source.not_regretted}
        drift = measure_drift(model, source.frame, **options)
        sentences = check_words(drift, room.today)
        versions.keep_check(
            room.store, room.viewer, newest.run_id, data_set.data_set_id, retrain=drift.retrain, sentences=sentences
        )
        self._show_checks(newest)
        self._show_card(newest.run_id)
        self.moved.show(drift_rows(drift, room.language))
        self.moved.layout.display = None if len(drift.columns) else "none"

    def _train(self) -> None:
        if self.progress.running:
            return
        self.checking.clear()
        newest, data_set = self._newest(), self._chosen()
        state = RiskState(source_of(self.room, data_set))
        state.horizon_months = newest.horizon_months or state.horizon_months

        def done(trained: Trained) -> None:
            with shown_on(self.checking):
                assert state.source is not None
                keep_trained(self.room, data_set.data_set_id, state.source, trained)
                self.show()
                self.checking.say(text("Trained on {rows} rows.", rows=trained.model.figures.rows), "good")

        words = self.room.language("Testing on the past and training…")
        self.progress.run(words, lambda bar: state.compute(bar.step), done, self._tell)

    def _tell(self, error: Exception) -> None:
        with shown_on(self.checking):
            if not isinstance(error, Cancelled):
                raise error
            self.checking.say(text("Stopped. Nothing was trained."))

    def _show_settings(self, setting: versions.Setting) -> None:
        say = self.room.language
        self.contact.put(setting.contact)
        self.months.put(setting.retrain_months)
        on = say("Attrition risk is in use. Switched off, no risk is computed or shown; what was stored is kept.")
        words = on if setting.switched_on else say("Attrition risk is switched off. Nothing was deleted.")
        lines = [words]
        if setting.changed_at is not None:
            moment = setting.changed_at.astimezone(self.room.zone)
            lines.append(say("Last changed by {name}, {moment}.", name=setting.changed_by or "", moment=moment))
        self.state.value = _lines(lines)
        self.switch.label = say("Switch off") if setting.switched_on else say("Switch on")

    def _keep(self) -> None:
        self.kept.clear()
        refuse_problems(self.months)
        room = self.room
        versions.keep_setting(room.store, room.viewer, contact=self.contact.value, retrain_months=self.months.value)
        self.show()
        self.kept.say(text("Saved."), "good")

    def _switch(self) -> None:
        self.switching.clear()
        room = self.room
        on = versions.setting(room.store, room.viewer).switched_on
        versions.switch(room.store, room.viewer, not on, why=self.why.value)
        self.why.put("")
        room.look = None
        self.show()


def _lines(lines: list[str]) -> str:
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in lines)
