"""O*NET files: the old and the new layout give the same, attribution stays, unknown versions are refused."""

import datetime as dt
import io
import os
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from toolkit.errors import InputError
from toolkit.organisation.framework_checks import check_framework
from toolkit.skillgap import read_framework, read_onet, write_framework
from toolkit.skillgap.case import Amendment
from toolkit.vocabulary import SCALE_HIGH, SCALE_LOW

SHARED = Path(os.environ.get("COACH_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "onet"
COLUMNS = [
    *("O*NET-SOC Code", "Element ID", "Element Name", "Scale ID", "Data Value", "N", "Standard Error"),
    *("Lower CI Bound", "Upper CI Bound", "Recommend Suppress", "Not Relevant", "Date", "Domain Source"),
]
# From the data dictionaries of releases 29 and 30.3 (49-3041.00), and made up beside them.
ROWS = [
    ("49-3041.00", "2.A.1.a", "Reading Comprehension", "IM", "3.00", "8", "0.0000", "N", "n/a"),
    ("49-3041.00", "2.A.1.a", "Reading Comprehension", "LV", "3.50", "8", "0.1890", "N", "N"),
    ("49-3041.00", "2.B.1.a", "Social Perceptiveness", "IM", "2.75", "8", "0.1637", "N", "n/a"),
    ("49-3041.00", "2.B.1.a", "Social Perceptiveness", "LV", "2.38", "8", "0.1830", "N", "N"),
    ("49-3041.00", "2.B.1.d", "Negotiation", "IM", "2.00", "8", "0.0000", "N", "n/a"),
    ("49-3041.00", "2.B.1.d", "Negotiation", "LV", "1.50", "8", "0.1890", "Y", "N"),
    ("41-3031.00", "2.A.1.a", "Reading Comprehension", "IM", "4.00", "8", "0.0000", "N", "n/a"),
    ("41-3031.00", "2.A.1.a", "Reading Comprehension", "LV", "7.00", "8", "0.0000", "N", "N"),
    ("41-3031.00", "2.B.1.a", "Social Perceptiveness", "IM", "1.00", "8", "0.0000", "N", "n/a"),
    ("41-3031.00", "2.B.1.a", "Social Perceptiveness", "LV", "0.00", "8", "0.0000", "N", "Y"),
    ("41-3031.00", "2.B.1.d", "Negotiation", "IM", "4.12", "8", "0.1250", "N", "n/a"),
]


def rating_file(rows, columns=COLUMNS):
    lines = [
        dict(zip(("code", "element", "name", "scale", "value", "n", "se", "rs", "nr"), row, strict=True))
        for row in rows
    ]
    full = [
        (one["code"], one["element"], one["name"], one["scale"], one["value"], one["n"], one["se"], "", "", one["rs"], one["nr"], "08/2025", "Analyst")
        for one in lines
    ]  # fmt: skip
    frame = pd.DataFrame(full, columns=COLUMNS)
    return text_file(frame[[name for name in columns if name in frame]])


def text_file(frame):
    lines = [list(frame.columns), *frame.astype(str).to_numpy().tolist()]
    return "".join("\t".join(line) + "\r\n" for line in lines).encode()


def old(rows=ROWS, **more):
    return {"Skills.txt": rating_file(rows)} | more


def new(rows=ROWS, **more):
    return {
        "Essential Skills.txt": rating_file([row for row in rows if row[1].startswith("2.A")]),
        "Transferable Skills.txt": rating_file([row for row in rows if row[1].startswith("2.B")]),
    } | more


def alongside():
    return {
        "Occupation Data.txt": text_file(
            pd.DataFrame(
                [("41-3031.00", "Securities Sales Agents", 'Buy and sell "securities".')],
                columns=["O*NET-SOC Code", "Title", "Description"],
            )
        ),
        "Content Model Reference.txt": text_file(
            pd.DataFrame(
                [("2.B.1.d", "Negotiation", "Bringing others together.")],
                columns=["Element ID", "Element Name", "Description"],
            )
        ),
        "Level Scale Anchors.txt": text_file(
            pd.DataFrame(
                [
                    ("2.B.1.d", "Negotiation", "LV", value, words)
                    for value, words in ((2, "two"), (4, "four"), (6, "six"))
                ],
                columns=["Element ID", "Element Name", "Scale ID", "Anchor Value", "Anchor Description"],
            )
        ),
        "Scales Reference.txt": text_file(
            pd.DataFrame(
                [("IM", "Importance", 1, 5), ("LV", "Level", 0, 7), ("CX", "Context", 1, 5)],
                columns=["Scale ID", "Scale Name", "Minimum", "Maximum"],
            )
        ),
    }


@pytest.mark.parametrize(("files", "layout"), [(old, "skills"), (new, "essential_transferable")])
def test_both_layouts_give_the_same(files, layout):
    found = read_onet(files(), occupations=["41-3031.00", "49-3041.00"])
    assert found.layout == layout and found.release == ""
    kept = found.expectations.set_index(["role_id", "competency_id"])
    assert len(kept) == 3
    first = kept.loc[("onet_49_3041_00", "onet_2_a_1_a")]
    assert first["target"] == pytest.approx(1 + 4 * 3.5 / 7) and first["weight"] == 3.0 and first["raters"] == 8
    assert first["target_error"] == pytest.approx(4 / 7 * 0.189)
    assert kept.loc[("onet_41_3031_00", "onet_2_a_1_a"), "target"] == 5.0
    reasons = {(row.role_id, row.competency_id): str(row.reason) for row in found.left_out.itertuples()}
    assert "too few" in reasons["onet_49_3041_00", "onet_2_b_1_d"]
    assert "not relevant" in reasons["onet_41_3031_00", "onet_2_b_1_a"]
    assert "Only importance" in reasons["onet_41_3031_00", "onet_2_b_1_d"] and len(reasons) == 3
    groups = found.framework["groups"]
    assert [group["code"] for group in groups] == ["2.A.1", "2.B.1"]
    assert groups[1]["competencies"][1]["name"] == {"en": "Negotiation", "zh": "谈判"}


def test_what_stands_alongside_is_used():
    found = read_onet(new(**alongside()), occupations=["41-3031.00"])
    assert found.roles[0]["name"] == {"en": "Securities Sales Agents"}
    assert found.roles[0]["description"] == {"en": 'Buy and sell "securities".'}
    negotiation = found.framework["groups"][1]["competencies"][1]
    assert negotiation["description"] == {"en": "Bringing others together."}
    assert [one["level"] for one in negotiation["anchors"]] == [2.14, 3.29, 4.43]
    assert set(found.expectations["role_id"]) == {"onet_41_3031_00"}


def test_the_release_is_read_where_it_stands_and_named_in_the_attribution():
    read_me = {"Read Me.txt": b"O*NET\xc2\xae 30.3 Database\r\n\r\nSee the licence."}
    found = read_onet(new(**read_me))
    assert found.release == "30.3"
    said = found.framework["attribution"]
    assert (
        "O*NET 30.3 Database" in said["text"] and "has not approved" in said["text"] and said["licence"] == "CC BY 4.0"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in old().items():
            archive.writestr(f"db_29_0_text/{name}", content)
        archive.writestr("db_29_0_text/Unrelated.txt", b"\xff")
    packed = read_onet(target.getvalue())
    assert (packed.release, packed.layout) == ("29.0", "skills")
    assert packed.expectations.equals(read_onet(old()).expectations)


def test_attribution_stays_through_case_and_what_is_missing_is_said():
    framework = read_onet(new(), release="30.3").framework
    sent = write_framework(framework, creator="Example Ltd", changed_at=dt.datetime(2026, 9, 1))
    again = read_framework(sent)
    assert again.framework["attribution"] == framework["attribution"]
    assert b"CC BY 4.0" in sent and "O*NET® is a trademark of USDOL/ETA" in sent.decode()
    assert all(isinstance(one, Amendment) and one.action == "to_complete" for one in again.amendments)
    lacking = [str(one.message) for one in check_framework(framework) if one.severity == "error"]
    assert lacking and set(lacking) == {"It lacks the English wording.", "It lacks the Chinese wording."}


def changed(position, column, value):
    rows = [list(row) for row in ROWS]
    rows[position][column] = value
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("files", "where", "says"),
    [
        ({}, "unknown version", "no file of skills"),
        ({"Abilities.txt": b"x"}, "unknown version", "no file of skills among: Abilities.txt"),
        ({"Essential Skills.txt": b""}, "unknown version", "Transferable Skills.txt is missing"),
        (old() | new(), "unknown version", "from two releases"),
        ({"Skills.txt": rating_file(ROWS, [c for c in COLUMNS if c not in ("N", "Not Relevant")])}, "unknown version: Skills.txt", "lacks the columns: N, Not Relevant"),
        ({"Skills.txt": rating_file(ROWS).replace(b"\t", b",")}, "unknown version: Skills.txt", "lacks the columns"),
        ({"Skills.txt": b""}, "Skills.txt", "no table of text"),
        ({"Skills.txt": b"\xff\xfe\x00a"}, "Skills.txt", "no table of text"),
        (old(changed(1, 4, "8.00")), "Skills.txt”, row 3", "“8.00” in the column “Data Value”"),
        (old(changed(0, 4, "0.50")), "Skills.txt”, row 2", "“0.50” in the column “Data Value”"),
        (old(changed(0, 4, "n/a")), "Skills.txt”, row 2", "“n/a” in the column “Data Value”"),
        (new(changed(2, 3, "XX")), "Transferable Skills.txt”, row 2", "“XX” in the column “Scale ID”"),
        (old(changed(2, 1, "1.A.1.a.1")), "row 4", "“1.A.1.a.1” in the column “Element ID”"),
        (old(changed(2, 0, "41303100")), "row 4", "“41303100” in the column “O*NET-SOC Code”"),
        (old([*ROWS, ROWS[0]]), "row 13", "“2.A.1.a” in the column “Element ID”"),
        (old(**{"Scales Reference.txt": b"Scale ID\tScale Name\tMinimum\tMaximum\nLV\tLevel\t1\t100\n"}), "unknown version: Scales Reference.txt", "LV runs from 1 to 100"),
        (b"PK no zip", "", "no zip archive"),
    ],
)  # fmt: skip
def test_files_of_an_unknown_version_or_damaged_are_refused(files, where, says):
    with pytest.raises(InputError) as caught:
        read_onet(files)
    assert says in str(caught.value.problem) and where in str(caught.value.where or "") and caught.value.remedy


@pytest.mark.parametrize(
    ("files", "release"), [(old, "30.3"), (old, "31.0"), (new, "30.2"), (new, "29.0"), (old, "5.0"), (old, "latest")]
)
def test_a_release_that_does_not_fit_its_files_is_refused(files, release):
    with pytest.raises(InputError) as caught:
        read_onet(files(), release=release)
    assert release in str(caught.value.problem) and "unknown version" in str(caught.value.where)


@pytest.mark.parametrize(("files", "release"), [(old, "5.1"), (old, "30.2"), (new, "30.3"), (new, "31.0")])
def test_releases_with_a_layout_that_is_known(files, release):
    assert read_onet(files(), release=release).release == release


def test_an_occupation_the_files_lack_is_named():
    with pytest.raises(InputError, match=r"no skills of the occupation 99-9999\.00") as caught:
        read_onet(old(), occupations=["99-9999.00"])
    assert "41-3031.00" in str(caught.value.remedy)


@pytest.mark.parametrize("layout", ["old", "new"])
def test_the_sales_occupations_of_release_29(layout):
    """The public sample (release 29.0, pivoted), written back into both layouts."""
    path = SHARED / "onet_sales.csv"
    if not path.exists():
        pytest.skip(f"no O*NET sample at {path}; set COACH_SHARED to the folder that holds data/onet")
    pivoted = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    pivoted = pivoted[pivoted["domain"] == "skill"]
    rows = []
    for one in pivoted.to_dict("records"):
        key = (one["onet_soc_code"], one["element_id"], one["element_name"])
        for scale, suppress in (("im", one["recommend_suppress"]), ("lv", one["recommend_suppress_lv"])):
            if one[f"data_value_{scale}"]:
                found = (one[f"data_value_{scale}"], one[f"n_{scale}"], one[f"standard_error_{scale}"])
                rows.append((*key, scale.upper(), *found, suppress, one["not_relevant"] if scale == "lv" else "n/a"))
    found = read_onet(old(rows) if layout == "old" else new(rows))
    assert sum(len(group["competencies"]) for group in found.framework["groups"]) == 35
    assert all(set(one["name"]) == {"en", "zh"} for group in found.framework["groups"] for one in group["competencies"])
    assert len(found.expectations) + len(found.left_out) == len(pivoted) == 23 * 35
    assert found.expectations["target"].between(SCALE_LOW, SCALE_HIGH).all()
    assert found.expectations["weight"].between(1, 5).all()
    managers = found.expectations.set_index(["role_id", "competency_id"]).loc[("onet_11_2022_00", "onet_2_b_1_c")]
    assert managers["target"] == pytest.approx(1 + 4 * 4.38 / 7) and managers["weight"] == 4.12
