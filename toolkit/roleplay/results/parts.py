"""The parts of the results: what each is called, how it is made and what it is filled with; each loads on first use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from toolkit.roleplay.results.naming import Names
from toolkit.roleplay.results.state import ResultsState
from toolkit.wording import Text, text

if TYPE_CHECKING:
    from toolkit.roleplay.results.agreement.summary import Finding
    from toolkit.roleplay.results.pass_mark.widget import Standard


@dataclass(frozen=True)
class Acts:
    """What a part may do: rank across groups, save the viewer's estimates, lead the setting of the mark instead."""

    rank_across: Callable[[bool], None]
    save_estimates: Callable[[dict[str, float]], None]
    lead_standard: Callable[[], None]


@dataclass(frozen=True)
class View:
    """What a part shows: the figures (None: nothing is rated yet), names, which rater alone is named, the standard."""

    state: ResultsState | None
    names: Names
    own: str | None
    standard: "Standard | None"

    @cached_property
    def agreement(self) -> "tuple[list[Finding], list[Finding], dict[str, list[Finding]]]":
        """The findings on whole sheets, in all six forms, and by criterion_id."""
        from toolkit.roleplay.results.agreement.summary import all_forms, criterion_agreement, sheet_agreement

        assert self.state is not None
        wide, rated = self.state.wide(), self.state.ratings.dropna(subset=["rating"])["criterion_id"]
        order = [criterion_id for criterion_id in self.names.criteria if criterion_id in set(rated)]
        return sheet_agreement(wide), all_forms(wide), {one: criterion_agreement(self.state.wide(one)) for one in order}


@dataclass(frozen=True)
class Part:
    """One part; `make` gets the language, `fill` what it made. One `unrated` can be shown before any sheet is finished."""

    title: Text
    make: Callable[[Any, Acts], Any]
    fill: Callable[[Any, View], None]
    unrated: bool = False


def _reps(say: Any, acts: Acts) -> Any:
    from toolkit.roleplay.results.widget import FairScoreTable

    return FairScoreTable(language=say.code, on_across=acts.rank_across)


def _raters(say: Any, _acts: Acts) -> Any:
    from toolkit.roleplay.results.widget import RaterReport

    return RaterReport(language=say.code)


def _criteria(say: Any, _acts: Acts) -> Any:
    from toolkit.roleplay.results.criteria.widget import CriterionPanel

    return CriterionPanel(say)


def _agreement(say: Any, _acts: Acts) -> Any:
    from toolkit.roleplay.results.agreement.widget import AgreementPanel

    return AgreementPanel(say)


def _certainty(say: Any, _acts: Acts) -> Any:
    from toolkit.roleplay.results.certainty.widget import CertaintyPanel

    return CertaintyPanel(say)


def _second(say: Any, _acts: Acts) -> Any:
    from toolkit.roleplay.results.rasch.widget import RaschPanel

    return RaschPanel(say)


def _pass_mark(say: Any, acts: Acts) -> Any:
    from toolkit.roleplay.results.pass_mark.widget import PassMarkPanel

    return PassMarkPanel(say, acts.save_estimates, acts.lead_standard)


def _fill_reps(panel: Any, view: View) -> None:
    state = view.state
    assert state is not None
    panel.show(state.fair, view.names, ratings=state.ratings, seen=state.seen, across=state.across_groups)


def _fill_agreement(panel: Any, view: View) -> None:
    assert view.state is not None
    panel.show(view.state.wide(), *view.agreement, view.names)


def _scores(view: View) -> Any:
    assert view.state is not None
    return view.state.fair


PARTS: Sequence[Part] = (
    Part(text("Reps"), _reps, _fill_reps),
    Part(text("Raters"), _raters, lambda panel, view: panel.show(_scores(view), view.names, own=view.own)),
    Part(text("Criteria"), _criteria, lambda panel, view: panel.show(_scores(view), view.names)),
    Part(text("Agreement"), _agreement, _fill_agreement),
    Part(text("How sure"), _certainty, lambda panel, view: panel.show(view.state, view.names)),
    Part(text("Second view"), _second, lambda panel, view: panel.show(view.state, view.names, view.own)),
)
PASS_MARK = Part(
    text("Pass mark"), _pass_mark, lambda panel, view: panel.show(view.state, view.standard, view.names), unrated=True
)
