"""A model comes back from its file as it was; what is no model is refused in words and never run."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import skops.io
from attrition_simulator import simulate

from toolkit.attrition import data_hash, fit_panel, fit_snapshot, load_model, model_bytes, model_from_bytes, save_model
from toolkit.attrition.features import MODEL_COLUMNS
from toolkit.errors import InputError

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def months() -> pd.DataFrame:
    return simulate(people=120, months=20).drop(columns="hazard")


@pytest.fixture(scope="module")
def model(months: pd.DataFrame):
    return fit_panel(months, horizon_months=6)


def snapshot() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    pay, city = rng.normal(10, 2, 400), rng.choice(["北京", "上海", "广州"], 400)
    left = rng.random(400) < 1 / (1 + np.exp(pay - 9))
    return pd.DataFrame({"id": [f"p{n}" for n in range(400)], "pay": pay, "city": city, "age": 30, "left": left})


def test_a_model_comes_back_as_it_was(months: pd.DataFrame, model, tmp_path: Path) -> None:
    for fitted, frame in (
        (model, months),
        (fit_snapshot(snapshot(), label="left", person="id"), snapshot()),
    ):
        save_model(tmp_path / "a.model", fitted)
        kept = load_model(tmp_path / "a.model")
        assert kept.version == fitted.version and kept.background == fitted.background
        pd.testing.assert_frame_equal(kept.predict(frame), fitted.predict(frame), check_exact=True)
        pd.testing.assert_frame_equal(kept.reasons(frame), fitted.reasons(frame), check_exact=True)
        assert kept.figures == fitted.figures and kept.challenge == fitted.challenge
        assert kept.findings == fitted.findings and [str(note) for note in kept.notes] == [
            str(note) for note in fitted.notes
        ]


def test_a_model_knows_its_data_wherever_it_is_read(months: pd.DataFrame, model, tmp_path: Path) -> None:
    save_model(tmp_path / "a.model", model)
    background = load_model(tmp_path / "a.model").background
    assert background is not None and background.data_hash == data_hash(months, MODEL_COLUMNS)


def test_the_same_data_give_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from attrition_simulator import simulate; from toolkit.attrition import fit_panel, save_model;"
        "junk = [object() for _ in range(int(sys.argv[3]))];"
        "save_model(sys.argv[2], fit_panel(simulate(people=120, months=20)))"
    )
    for number in ("1", "5000"):
        subprocess.run([sys.executable, "-c", code, str(HERE), str(tmp_path / number), number], check=True)
    assert (tmp_path / "1").read_bytes() == (tmp_path / "5000").read_bytes()


def test_the_hash_of_data_knows_cells_and_not_the_order_of_rows(months: pd.DataFrame) -> None:
    first = data_hash(months, list(months.columns))
    assert data_hash(months.sample(frac=1, random_state=3), list(months.columns)) == first
    changed = months.copy()
    changed.loc[5, "visits"] += 1
    assert data_hash(changed, list(months.columns)) != first
    assert data_hash(changed, [name for name in months.columns if name != "visits"]) == data_hash(
        months, [name for name in months.columns if name != "visits"]
    )
    renamed = months.rename(columns={"visits": "calls"})
    assert data_hash(renamed, list(renamed.columns)) != first


def test_a_model_with_another_figure_in_it_does_not_match_its_version(model) -> None:
    with zipfile.ZipFile(io.BytesIO(model_bytes(model))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    number = repr(float(model.intercept)).encode()
    assert number in parts["schema.json"]
    changed = io.BytesIO()
    with zipfile.ZipFile(changed, "w") as target:
        for name, part in parts.items():
            target.writestr(name, part.replace(number, b"0.25"))
    with pytest.raises(InputError) as caught:
        model_from_bytes(changed.getvalue(), name="risk.model")
    assert "risk.model does not match its version" in str(caught.value)


def forged(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "forged.model"
    path.write_bytes(content)
    return path


def archive(schema: dict, **members: bytes) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w") as target:
        target.writestr("schema.json", json.dumps(schema))
        for name, content in members.items():
            target.writestr(name + ".npy", content)
    return found.getvalue()


def test_what_would_run_code_is_refused_by_name(tmp_path: Path) -> None:
    function = {
        "__class__": "function",
        "__module__": "builtins",
        "__loader__": "FunctionNode",
        "content": {"module_path": "os", "function": "system"},
    }
    for content in (archive(function), skops.io.dumps({"header": np.random.RandomState(0)})):
        with pytest.raises(InputError) as caught:
            load_model(forged(tmp_path, content))
        assert "do not belong into a model" in str(caught.value)


def test_a_claim_of_a_huge_array_is_refused_before_room_is_made(tmp_path: Path) -> None:
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "<f8", "fortran_order": False, "shape": (10**12,)})
    node = {
        "__class__": "ndarray",
        "__module__": "numpy",
        "__loader__": "NdArrayNode",
        "type": "numpy",
        "file": "a.npy",
    }
    with pytest.raises(InputError) as caught:
        load_model(forged(tmp_path, archive(node, a=head.getvalue())))
    assert "damaged" in str(caught.value)


def test_files_that_are_no_model_are_refused_in_words(model, tmp_path: Path) -> None:
    good = model_bytes(model)
    for content in (b"", b"PK", b"not a model", good[:2000], skops.io.dumps({"header": "{}"}), skops.io.dumps("x")):
        with pytest.raises(InputError) as caught:
            load_model(forged(tmp_path, content))
        assert "no model of this toolkit" in str(caught.value)
    with pytest.raises(InputError) as caught:
        load_model(tmp_path / "nowhere.model")
    assert "cannot be read" in str(caught.value)
    with pytest.raises(InputError) as caught:
        save_model(tmp_path / "no folder" / "a.model", model)
    assert "cannot be written" in str(caught.value)


def test_a_model_of_another_version_says_so(model, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(model_bytes(model))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    for old, new in (
        (b'\\\\\\"penalty\\\\\\"', b'\\\\\\"fine\\\\\\"'),
        (b'\\\\\\"format\\\\\\": 1', b'\\\\\\"format\\\\\\": 9'),
    ):
        assert old in parts["schema.json"], parts["schema.json"][:400]
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as target:
            for name, part in parts.items():
                target.writestr(name, part.replace(old, new) if name == "schema.json" else part)
        with pytest.raises(InputError) as caught:
            load_model(forged(tmp_path, content.getvalue()))
        assert "another version" in str(caught.value)
