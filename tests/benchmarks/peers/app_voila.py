"""Role-play scoring with stock ipywidgets; the benchmark makes a notebook of this one cell for stock Voila."""

import ipywidgets as widgets
import scoring_data as data
from IPython.display import display


def turned(names):
    """Return names with their ids, as ipywidgets wants options."""
    return [(name, key) for key, name in names.items()]


workshop = widgets.Dropdown(description="Workshop", options=turned(data.workshops()))
scenario = widgets.Dropdown(description="Scenario")
rep = widgets.Dropdown(description="Rep")
brief, progress = widgets.HTML(), widgets.HTML()
cards = widgets.VBox()


def sheet():
    """Return the open sheet."""
    return workshop.value, scenario.value, rep.value


def show_progress():
    """Say how far the sheet is."""
    progress.value = f"<p>{data.progress(scenario.value, data.ratings(*sheet()))}</p>"


def card(number, criterion, value):
    """Return the card of one criterion."""
    stamp = widgets.Label().add_class(f"stamp-{number}")
    options = widgets.ToggleButtons(
        options=turned(data.words(criterion)), value=value, style={"button_width": "100%"}, layout={"width": "100%"}
    ).add_class(f"options-{number}")

    def store(change):
        stamp.value = data.keep(*sheet(), criterion["id"], change.new)
        show_progress()

    options.observe(store, "value")
    head = widgets.HTML(f"<h3>{number + 1}. {criterion['name']}</h3><p>{criterion['question']}</p>")
    return widgets.VBox([head, stamp, options])


def show(_change=None):
    """Show the open sheet."""
    found = data.scenario(scenario.value)
    texts = "".join(f"<h4>{title}</h4><p>{text}</p>" for title, text in found["brief"].items())
    brief.value = f"<p>{found['summary']}</p><details><summary>Read the scenario</summary>{texts}</details>"
    rated = data.ratings(*sheet())
    show_progress()
    cards.children = [
        card(number, criterion, rated.get(criterion["id"]))
        for number, criterion in enumerate(data.criteria(scenario.value))
    ]


def offer(_change=None):
    """Offer scenarios and reps of the workshop chosen."""
    for control, names in ((scenario, data.scenarios(workshop.value)), (rep, data.reps(workshop.value))):
        control.options = turned(names)
        control.value = next(iter(names))
    show()


offer()
workshop.observe(offer, "value")
scenario.observe(show, "value")
rep.observe(show, "value")
title = widgets.HTML("<h1>Role-play scoring</h1>")
display(widgets.VBox([title, widgets.HBox([workshop, scenario, rep]), brief, progress, cards]))
