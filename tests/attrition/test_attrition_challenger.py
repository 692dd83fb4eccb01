import io

import numpy as np
import pandas as pd
import pytest
from attrition_simulator import simulate
from scipy.special import expit, logit

from toolkit.attrition import (
    back_test_snapshot,
    fit_panel,
    fit_snapshot,
    measure_stability,
    model_bytes,
    model_from_bytes,
)
from toolkit.attrition.boosting import Setting, as_arrays, estimator
from toolkit.attrition.report import card_document, card_view
from toolkit.errors import InputError
from toolkit.language import Language


def crossing(rows=1000, seed=0):
    """People who leave where two things point the same way: no sum of columns can tell."""
    rng = np.random.default_rng(seed)
    pay, hours = rng.normal(0, 1, rows), rng.normal(0, 1, rows)
    city = rng.choice(["Wuhan", "Dalian", "Xi'an"], rows)
    chance = expit(-2 + 3 * np.sign(pay * hours) * (np.abs(pay * hours) > 0.2))
    return pd.DataFrame(
        {"id": np.arange(rows), "pay": pay, "hours": hours, "city": city, "left": rng.random(rows) < chance}
    )


@pytest.fixture(scope="module")
def crossed():
    frame = crossing()
    return frame, fit_snapshot(frame, label="left", person="id")


def brute_force(trees, row):
    """Shapley values of one row by their definition, over all subsets of columns."""
    from itertools import combinations
    from math import factorial

    def value(tree, node, level, known):
        if level == 5 or trees.column[tree, node] < 0:
            return trees.value[tree, (node - (2**level - 1)) * 2 ** (5 - level)]
        column, share = trees.column[tree, node], trees.left_share[tree, node]
        left, right = value(tree, 2 * node + 1, level + 1, known), value(tree, 2 * node + 2, level + 1, known)
        if column not in known:
            return share * left + (1 - share) * right
        gap = np.isnan(row[column])
        goes_left = trees.gap_left[tree, node] if gap else row[column] <= trees.threshold[tree, node]
        return left if goes_left else right

    columns = range(len(row))
    worth = {
        frozenset(known): sum(value(tree, 0, 0, set(known)) for tree in range(len(trees.column)))
        for size in range(len(row) + 1)
        for known in combinations(columns, size)
    }
    n = len(row)
    return [
        sum(
            factorial(len(known)) * factorial(n - 1 - len(known)) / factorial(n) * (worth[known | {one}] - worth[known])
            for known in worth
            if one not in known
        )
        for one in columns
    ]


def test_trees_as_arrays_predict_and_explain_exactly():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(600, 5))
    x[rng.random(x.shape) < 0.1] = np.nan
    y = (rng.random(600) < expit(np.nan_to_num(x[:, 0] * x[:, 1] + x[:, 2]))).astype(float)
    for depth in (2, 5):
        fitted = estimator(Setting(depth, 12)).fit(x, y)
        trees = as_arrays(fitted)
        np.testing.assert_allclose(trees.log_odds(x), fitted.decision_function(x), atol=1e-12)
        parts = trees.contributions(x)
        np.testing.assert_allclose(parts.sum(axis=1) + trees.expected(), trees.log_odds(x), atol=1e-10)
        for row in (0, 7, int(np.flatnonzero(np.isnan(x).any(axis=1))[0])):
            np.testing.assert_allclose(parts[row], brute_force(trees, x[row]), atol=1e-10)


def test_the_challenger_wins_where_a_sum_of_columns_cannot_tell(crossed):
    frame, model = crossed
    assert model.challenge.won and model.challenge.gain.low > 0
    assert "challenger" in str(model.challenge.decision) and str(round(model.challenge.gain.value, 4)) in str(
        model.challenge.decision
    )
    assert model.figures.roc_auc == pytest.approx(model.challenge.challenger["roc_auc"])
    risks = model.predict(frame)
    assert (risks["low"] <= risks["probability"]).all() and (risks["probability"] <= risks["high"]).all()
    assert risks["probability"].mean() == pytest.approx(frame["left"].mean(), abs=0.02)


def test_its_reasons_are_its_own_and_sum_up(crossed):
    frame, model = crossed
    parts = model.reasons(frame, top=9).groupby("person_id")["contribution"].sum()
    risks = model.predict(frame)
    assert np.allclose(model.base + parts.loc[risks["person_id"]], logit(risks["probability"]))
    assert any("Shapley" in str(line) for line in model.card().sections["figures"])


def test_it_is_tested_as_it_is_used(crossed):
    frame, model = crossed
    ours = back_test_snapshot(frame, label="left", person="id", repeats=1, setting=model.setting)
    simple = back_test_snapshot(frame, label="left", person="id", repeats=1)
    assert ours.figures["roc_auc"].low > simple.figures["roc_auc"].high
    assert any("chosen on all data" in str(note) for note in ours.notes)


def test_the_simple_model_stays_where_it_is_true():
    rng = np.random.default_rng(4)
    pay, hours = rng.normal(0, 1, 2000), rng.normal(0, 1, 2000)
    left = rng.random(2000) < expit(-1.5 + pay - 0.7 * hours)
    model = fit_snapshot(pd.DataFrame({"pay": pay, "hours": hours, "left": left}), label="left")
    assert not model.challenge.won and model.boosted is None
    assert "simple model is used" in str(model.challenge.decision)


def test_with_few_leavers_no_challenger_is_fitted():
    model = fit_panel(simulate(200, 18, seed=3))
    assert model.challenge.setting is None and "too few" in str(model.challenge.decision)


def test_the_same_data_give_the_same_version_to_the_bit(crossed):
    frame, model = crossed
    again = fit_snapshot(frame.sample(frac=1, random_state=2), label="left", person="id")
    assert again.version == model.version and again.background.data_hash == model.background.data_hash
    changed = frame.copy()
    changed.loc[0, "pay"] += 1e-9
    assert fit_snapshot(changed, label="left", person="id", challenger=False).background.data_hash != (
        model.background.data_hash
    )


def test_a_panel_version_ignores_what_the_model_ignores():
    small = simulate(300, 18, seed=5)
    one = fit_panel(small, challenger=False)
    other = fit_panel(small.assign(gender="F", score=1.0).sample(frac=1, random_state=1), challenger=False)
    assert one.version == other.version
    assert fit_panel(small, challenger=False, horizon_months=6).version != one.version
    assert one.background.first == "2021-01-01" and one.background.last < "2022-06-01"


def test_models_come_back_to_the_bit(crossed):
    frame, boosted = crossed
    panel = simulate(300, 18, seed=5)
    for model, rows in ((boosted, frame), (fit_panel(panel, challenger=False), panel)):
        back = model_from_bytes(model_bytes(model))
        assert back.version == model.version and back.figures == model.figures
        pd.testing.assert_frame_equal(back.predict(rows), model.predict(rows), check_exact=True)
        pd.testing.assert_frame_equal(back.reasons(rows), model.reasons(rows), check_exact=True)
        assert [str(note) for note in back.notes] == [str(note) for note in model.notes]
        assert str(back.card()) == str(model.card())


def test_how_firm_list_and_reasons_are(crossed):
    frame, model = crossed
    firm = measure_stability(model, frame, 100, label="left", refits=6)
    assert 0.3 < firm.list_kept.value <= 1 and firm.list_kept.low <= firm.list_kept.value <= firm.list_kept.high
    assert 0.5 < firm.reasons_kept.value <= 1
    assert firm.people["share"].between(0, 1).all() and len(firm.people) >= 100
    stayed = set(frame.loc[~frame["left"], "id"].astype(str))
    assert set(firm.people["person_id"]) <= stayed
    with pytest.raises(InputError, match="who left"):
        measure_stability(model, frame, 100)
    panel = simulate(400, 18, seed=6)
    loose = measure_stability(fit_panel(panel, challenger=False), panel, 10, refits=6)
    assert 0 < loose.list_kept.value <= 1 and "%" in str(loose.sentence)


def test_the_card_says_what_was_not_measured_and_becomes_a_word_file(crossed):
    import docx

    _, model = crossed
    card = model.card()
    said = " ".join(str(line) for lines in card.sections.values() for line in lines)
    for words in ("not been tested", "not been audited", "not been checked", "Nobody is named"):
        assert words in said
    assert "hr@example.com" in str(model.card(contact="hr@example.com").sections["contact"][0])
    for code in ("en", "zh"):
        document = docx.Document(io.BytesIO(card_document(card, Language(code))))
        assert any(card.version in part.text for part in document.paragraphs)
        assert card_view(card, Language(code)).count("<h3>") == 8
