"""Role-play scoring in Panel. One pane per stamp, so that a tap changes nothing else."""

import panel as pn
import scoring_data as data

pn.extension()


class Sheet(pn.viewable.Viewer):
    """Workshop, scenario and rep to choose from, and a card per criterion of the sheet chosen."""

    def __init__(self, **params):
        super().__init__(**params)
        self.workshop = pn.widgets.Select(name="Workshop", options=turned(data.workshops()))
        self.scenario = pn.widgets.Select(name="Scenario")
        self.rep = pn.widgets.Select(name="Rep")
        self.brief = pn.Column(sizing_mode="stretch_width")
        self.progress = pn.pane.Str(sizing_mode="stretch_width")
        self.cards = pn.Column(sizing_mode="stretch_width")
        self._offer()
        self._show()
        self.workshop.param.watch(lambda _event: (self._offer(), self._show()), "value")
        self.scenario.param.watch(lambda _event: self._show(), "value")
        self.rep.param.watch(lambda _event: self._show(), "value")

    @property
    def key(self) -> tuple[str, str, str]:
        """The open sheet."""
        return self.workshop.value, self.scenario.value, self.rep.value

    def _offer(self) -> None:
        for select, found in (
            (self.scenario, data.scenarios(self.workshop.value)),
            (self.rep, data.reps(self.workshop.value)),
        ):
            options = turned(found)
            select.param.update(options=options, value=next(iter(options.values())))

    def _show(self) -> None:
        scenario = data.scenario(self.scenario.value)
        texts = [pn.pane.Markdown(f"**{title}**\n\n{text}") for title, text in scenario["brief"].items()]
        self.brief[:] = [
            pn.pane.Markdown(scenario["summary"]),
            pn.Card(*texts, title="Read the scenario", collapsed=True, sizing_mode="stretch_width"),
        ]
        rated = data.ratings(*self.key)
        self.progress.object = data.progress(self.scenario.value, rated)
        self.cards[:] = [
            self._card(number, criterion, rated.get(criterion["id"]))
            for number, criterion in enumerate(data.criteria(self.scenario.value))
        ]

    def _card(self, number: int, criterion: dict, value: str | None) -> pn.Column:
        stamp = pn.pane.Str("", css_classes=[f"stamp-{number}"])
        options = pn.widgets.RadioBoxGroup(options=turned(data.words(criterion)), css_classes=[f"options-{number}"])
        # Given to the constructor, "nothing rated yet" would become the first level.
        options.value = value

        def store(event) -> None:
            stamp.object = data.keep(*self.key, criterion["id"], event.new)
            self.progress.object = data.progress(self.scenario.value, data.ratings(*self.key))

        options.param.watch(store, "value")
        heading = pn.pane.Markdown(f"### {number + 1}. {criterion['name']}")
        return pn.Column(
            pn.Row(heading, stamp), pn.pane.Markdown(criterion["question"]), options, sizing_mode="stretch_width"
        )

    def __panel__(self) -> pn.Column:
        choices = pn.Row(self.workshop, self.scenario, self.rep)
        return pn.Column(
            "# Role-play scoring", choices, self.brief, self.progress, self.cards, sizing_mode="stretch_width"
        )


def turned(names: dict[str, str]) -> dict[str, str]:
    """Return ids by name, as Panel wants options."""
    return {name: key for key, name in names.items()}


Sheet().servable(title="Role-play")
