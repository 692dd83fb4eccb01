"""Role-play scoring in Streamlit. Only the sheet runs again after a tap (a fragment)."""

import scoring_data as data
import streamlit as st

st.set_page_config(page_title="Role-play", layout="wide")


def store(key: tuple[str, str, str], criterion: str, control: str) -> None:
    """Store what was just tapped; the stamp is shown by the run that follows."""
    st.session_state.setdefault("stamps", {})[*key, criterion] = data.keep(*key, criterion, st.session_state[control])


@st.fragment
def sheet(key: tuple[str, str, str]) -> None:
    """Show progress and one card per criterion."""
    rated = data.ratings(*key)
    stamps = st.session_state.get("stamps", {})
    st.caption(data.progress(key[1], rated))
    for number, criterion in enumerate(data.criteria(key[1])):
        words = data.words(criterion)
        control = "-".join((*key, criterion["id"]))
        with st.container(border=True):
            heading, stamp = st.columns([4, 1])
            heading.subheader(f"{number + 1}. {criterion['name']}")
            with stamp.container(key=f"stamp-{number}"):
                st.caption(stamps.get((*key, criterion["id"]), ""))
            st.write(criterion["question"])
            with st.container(key=f"options-{number}"):
                st.radio(
                    criterion["name"],
                    data.LEVELS,
                    index=data.LEVELS.index(rated[criterion["id"]]) if criterion["id"] in rated else None,
                    format_func=words.__getitem__,
                    key=control,
                    on_change=store,
                    args=(key, criterion["id"], control),
                    label_visibility="collapsed",
                )


def choice(label: str, options: dict[str, str]) -> str:
    """Show a list to choose from and return the id chosen."""
    return st.selectbox(label, list(options), format_func=options.__getitem__)


st.title("Role-play scoring")
columns = st.columns(3)
with columns[0]:
    workshop = choice("Workshop", data.workshops())
with columns[1]:
    scenario_id = choice("Scenario", data.scenarios(workshop))
with columns[2]:
    rep = choice("Rep", data.reps(workshop))
scenario = data.scenario(scenario_id)
st.write(scenario["summary"])
with st.expander("Read the scenario"):
    for title, text in scenario["brief"].items():
        st.markdown(f"**{title}**\n\n{text}")
sheet((workshop, scenario_id, rep))
