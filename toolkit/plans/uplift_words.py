"""What a measured gain rests on, in words."""

from toolkit.wording import Text, counted, text

_METHODS = {
    "before_after": text(
        "Nobody untrained was compared, so what everybody would have gained anyway is part of the figure."
    ),
    "difference_in_differences": text(
        "Gain of the trained less that of the others (difference in differences). It assumes that without the training "
        "both groups would have gained alike."
    ),
    "ancova": text(
        "Levels after, compared at equal levels before (analysis of covariance). It assumes that chance or the level "
        "before alone decided who was trained."
    ),
    "after_only": text("Levels after of people trained and not trained by lot; the lot made them alike before."),
}


def assumptions(
    method: str, picked: bool, shrunk: bool, occasion_sd: float, lost: int, competencies: int, correlation: float
) -> tuple[Text, ...]:
    """Return the method, its assumptions and the doubts that remain."""
    notes = [_METHODS[method]]
    if method == "before_after" and picked:
        notes.append(text("Regression to the mean was taken out, because these people were picked for low levels."))
        notes.append(
            text("The errors of the two measurements are taken to correlate by {size}.", size=f"{correlation:.2f}")
        )
    elif method in ("before_after", "difference_in_differences"):
        notes.append(
            text(
                "If these people were picked because they scored low, part of the gain is regression to the mean: give "
                "the levels of everybody they were picked from."
            )
        )
    if occasion_sd:
        size = f"{occasion_sd:.2f}"
        notes.append(text("Allows for all levels of one time being off by about {size} together.", size=size))
    if shrunk:
        notes.append(text("Levels that a model had drawn towards the mean were turned back into measurements first."))
    if lost:
        notes.append(
            counted(
                "{count} person measured before was not measured after; if the weak leave, the gain looks too large.",
                "{count} people measured before were not measured after; if the weak leave, the gain looks too large.",
                lost,
            )
        )
    if competencies > 3:
        notes.append(
            text(
                "Among {count} competencies one may seem to have gained by chance alone; trust the overall figure first.",
                count=competencies,
            )
        )
    return tuple(notes)
