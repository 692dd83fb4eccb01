"""The files in the repository: what the generator writes, documented, and the truth kept from the product."""

import re
from pathlib import Path

import pandas as pd

from toolkit import vocabulary
from toolkit.organisation.content import read_packs
from toolkit.sample.__main__ import main
from toolkit.sample.content import competency_ids, expectations
from toolkit.sample.dictionary import data_dictionary

ROOT = Path(__file__).parents[2]
DATASETS = ROOT / "datasets"
CONTENT = DATASETS / "content"


def test_the_repository_holds_what_the_generator_writes(tmp_path: Path) -> None:
    main(
        [
            *("--content", str(CONTENT), "--out", str(tmp_path / "organisation")),
            *("--truth", str(tmp_path / "truth"), "--readme", str(tmp_path / "README.md")),
        ]
    )
    for path in sorted(tmp_path.rglob("*.*")):
        kept = DATASETS / path.relative_to(tmp_path)
        assert kept.read_bytes() == path.read_bytes(), f"{kept.name} is stale: run python -m toolkit.sample"


def test_the_sample_is_of_the_size_it_is_meant_to_be() -> None:
    people = pd.read_csv(DATASETS / "organisation" / "people.csv")
    reps = people[people["manager_id"].notna()]
    assert 96 <= reps["left_on"].isna().sum() <= 105
    rows = pd.read_csv(DATASETS / "organisation" / "rep_months.csv")
    assert 0.22 < reps["left_on"].notna().sum() / (len(rows) / 12) < 0.28


def test_every_role_has_a_target_for_every_competency() -> None:
    content = read_packs(CONTENT)
    full = expectations(content)
    assert full["target"].between(1, 5).all()
    assert set(full["competency_id"]) == set(competency_ids(content))
    assert full.loc[~full["asked"], "weight"].eq(0).all()


def test_the_dictionary_names_every_column_of_every_file() -> None:
    written = data_dictionary()
    for path in [*(DATASETS / "organisation").glob("*.csv"), *(DATASETS / "truth").glob("*.csv")]:
        section = written.split(f"### {path.name}\n")[1].split("\n### ")[0].split("\n## ")[0]
        named = re.findall(r"^\| (\w+) \|", section, flags=re.MULTILINE)
        assert [one for one in named if one != "column"] == list(pd.read_csv(path, nrows=0).columns)
    for column in vocabulary.RepMonths.columns.values():
        assert column.description in written


def test_the_truth_stays_out_of_the_product() -> None:
    modules = [path for path in (ROOT / "toolkit").rglob("*.py") if "sample" not in path.parts]
    pages = [*(ROOT / "voila_apps").rglob("*.ipynb"), *(ROOT / "notebooks").rglob("*.ipynb")]
    assert modules
    for path in [*modules, *pages]:
        source = path.read_text(encoding="utf-8")
        found = re.search(r"datasets/truth|[\"'/]truth[\"'/.]|import .*\bTruth\b", source)
        assert found is None, f"{path.name} refers to the truth: {found}"
