"""Role-play scoring in Dash. A tap calls one small callback that answers with its own stamp."""

import scoring_data as data
from dash import ALL, MATCH, Dash, Input, Output, State, dcc, html

app = Dash(__name__, title="Role-play", compress=True, update_title=None)
server = app.server


def listed(names: dict[str, str]) -> list[dict[str, str]]:
    """Return options as Dash wants them."""
    return [{"value": key, "label": name} for key, name in names.items()]


def choice(control: str, label: str) -> html.Label:
    """Return a labelled list to choose from."""
    return html.Label([label, dcc.Dropdown(id=control, clearable=False)], style={"flex": 1})


def card(number: int, criterion: dict, value: str | None) -> html.Section:
    """Return the card of one criterion."""
    return html.Section(
        [
            html.H3(f"{number + 1}. {criterion['name']}"),
            html.Span("", id={"type": "stamp", "criterion": criterion["id"]}, className=f"stamp-{number}"),
            html.P(criterion["question"]),
            dcc.RadioItems(
                options=listed(data.words(criterion)),
                value=value,
                id={"type": "options", "criterion": criterion["id"]},
                className=f"options-{number}",
            ),
        ],
        style={"border": "1px solid #ccc", "padding": "0 1rem 1rem", "margin": "1rem 0"},
    )


def sheet(workshop: str, scenario_id: str, rep: str) -> list:
    """Return the scenario's texts, the progress and all cards of a sheet."""
    scenario = data.scenario(scenario_id)
    rated = data.ratings(workshop, scenario_id, rep)
    texts = [html.P([html.B(title), html.Br(), text]) for title, text in scenario["brief"].items()]
    return [
        html.P(scenario["summary"]),
        html.Details([html.Summary("Read the scenario"), *texts]),
        html.P(data.progress(scenario_id, rated), id="progress"),
        *(
            card(number, criterion, rated.get(criterion["id"]))
            for number, criterion in enumerate(data.criteria(scenario_id))
        ),
    ]


def layout() -> html.Main:
    """Return the page as a visitor first sees it, with the first sheet already in it."""
    workshop = next(iter(data.workshops()))
    scenario_id, rep = next(iter(data.scenarios(workshop))), next(iter(data.reps(workshop)))
    choices = [choice("workshop", "Workshop"), choice("scenario", "Scenario"), choice("rep", "Rep")]
    found = (data.workshops(), data.scenarios(workshop), data.reps(workshop))
    for label, names, value in zip(choices, found, (workshop, scenario_id, rep), strict=True):
        label.children[1].options, label.children[1].value = listed(names), value
    return html.Main(
        [
            html.H1("Role-play scoring"),
            html.Div(choices, style={"display": "flex", "gap": "1rem"}),
            html.Div(sheet(workshop, scenario_id, rep), id="sheet"),
        ],
        style={"fontFamily": "sans-serif"},
    )


app.layout = layout
SHEET = [State("workshop", "value"), State("scenario", "value"), State("rep", "value")]


@app.callback(
    Output("scenario", "options"),
    Output("scenario", "value"),
    Output("rep", "options"),
    Output("rep", "value"),
    Input("workshop", "value"),
    prevent_initial_call=True,
)
def offer(workshop: str) -> tuple:
    """Offer scenarios and reps of the workshop chosen."""
    scenarios, reps = data.scenarios(workshop), data.reps(workshop)
    return listed(scenarios), next(iter(scenarios)), listed(reps), next(iter(reps))


@app.callback(
    Output("sheet", "children"),
    Input("scenario", "value"),
    Input("rep", "value"),
    State("workshop", "value"),
    prevent_initial_call=True,
)
def show(scenario_id: str, rep: str, workshop: str) -> list:
    """Show another sheet."""
    return sheet(workshop, scenario_id, rep)


@app.callback(
    Output({"type": "stamp", "criterion": MATCH}, "children"),
    Input({"type": "options", "criterion": MATCH}, "value"),
    State({"type": "options", "criterion": MATCH}, "id"),
    *SHEET,
    prevent_initial_call=True,
)
def store(value: str, control: dict, workshop: str, scenario_id: str, rep: str) -> str:
    """Store one tap and answer with its stamp."""
    return data.keep(workshop, scenario_id, rep, control["criterion"], value)


@app.callback(
    Output("progress", "children"),
    Input({"type": "options", "criterion": ALL}, "value"),
    State({"type": "options", "criterion": ALL}, "id"),
    State("scenario", "value"),
    prevent_initial_call=True,
)
def count(values: list, controls: list, scenario_id: str) -> str:
    """Say how far the sheet is."""
    rated = {control["criterion"]: value for control, value in zip(controls, values, strict=True) if value}
    return data.progress(scenario_id, rated)
