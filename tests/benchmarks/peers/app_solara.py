"""Role-play scoring in Solara. Each card holds its own state, so that a tap draws one card anew."""

import reacton.ipyvuetify as v
import scoring_data as data
import solara


def html(tag: str, *children):
    """Return an HTML element."""
    return v.Html(tag=tag, children=list(children))


@solara.component
def Card(number: int, criterion: dict, key: tuple[str, str, str], value: str | None, on_stored):
    """Show one criterion; `on_stored` is called with its id and value after storing."""
    chosen, set_chosen = solara.use_state(value)
    stamp, set_stamp = solara.use_state("")

    def store(value: str) -> None:
        set_chosen(value)
        set_stamp(data.keep(*key, criterion["id"], value))
        on_stored(criterion["id"], value)

    with solara.Card(f"{number + 1}. {criterion['name']}"):
        solara.Text(stamp, classes=[f"stamp-{number}"])
        solara.Text(criterion["question"])
        radios = [v.Radio(label=text, value=value) for value, text in data.words(criterion).items()]
        v.RadioGroup(v_model=chosen, on_v_model=store, children=radios, class_=f"options-{number}")


@solara.component
def Sheet(key: tuple[str, str, str]):
    """Show the scenario, the progress and a card per criterion."""
    stored = solara.use_memo(lambda: data.ratings(*key), [key])
    rated, set_rated = solara.use_state(stored)
    scenario = data.scenario(key[1])
    solara.Text(scenario["summary"])
    # Not solara.Details and solara.Markdown: the one does not work with the Vuetify that this version of
    # Solara installs, the other asks for a formula font that is not among Solara's local files.
    texts = [html("p", html("b", title), html("br"), text) for title, text in scenario["brief"].items()]
    html("details", html("summary", "Read the scenario"), *texts)
    solara.Text(data.progress(key[1], rated))

    def note(criterion: str, value: str) -> None:
        set_rated(lambda earlier: {**earlier, criterion: value})

    for number, criterion in enumerate(data.criteria(key[1])):
        Card(number, criterion, key, stored.get(criterion["id"]), note)


@solara.component
def Choice(label: str, names: dict[str, str], value: str, on_value):
    """Show a list of names; works with ids."""
    ids = {name: key for key, name in names.items()}
    solara.Select(label, values=list(ids), value=names[value], on_value=lambda name: on_value(ids[name]))


@solara.component
def Page():
    """Show the page."""
    workshop, set_workshop = solara.use_state(next(iter(data.workshops())))
    scenario, set_scenario = solara.use_state(next(iter(data.scenarios(workshop))))
    rep, set_rep = solara.use_state(next(iter(data.reps(workshop))))

    def open_workshop(chosen: str) -> None:
        set_scenario(next(iter(data.scenarios(chosen))))
        set_rep(next(iter(data.reps(chosen))))
        set_workshop(chosen)

    solara.Title("Role-play")
    with solara.Column():
        html("h1", "Role-play scoring")
        with solara.Row():
            Choice("Workshop", data.workshops(), workshop, open_workshop)
            Choice("Scenario", data.scenarios(workshop), scenario, set_scenario)
            Choice("Rep", data.reps(workshop), rep, set_rep)
        key = (workshop, scenario, rep)
        Sheet(key).key("-".join(key))
