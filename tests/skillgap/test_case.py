"""CASE packages: strict out (official schema), lenient in (a sample that breaks it), nothing half-applied."""

import copy
import datetime as dt
import json
import os
import re
import uuid
from pathlib import Path

import pytest

from toolkit.errors import InputError
from toolkit.organisation.content import content_hash, read_packs
from toolkit.skillgap.case import read_framework, write_framework
from toolkit.skillgap.case.identifiers import NAMESPACE, accepted, mended_identifier
from toolkit.skillgap.case.shapes import SHAPES

STANDARDS = Path(os.environ.get("COACH_SHARED", Path(__file__).parents[3] / "shared")) / "cases" / "standards"
PACKS = read_packs()
FRAMEWORK, RUBRICS = PACKS["framework"], PACKS["rubrics"]
NOW = dt.datetime(2026, 9, 1, 16, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def standard(name):
    path = STANDARDS / name
    if not path.exists():
        pytest.skip(f"no copy of the standard at {path}; set COACH_SHARED to the folder that holds cases/standards")
    return json.loads(path.read_text(encoding="utf-8"))


def violations(package):
    """Return where a package breaks the official schema of a CFPackage."""
    validator = pytest.importorskip("jsonschema").Draft202012Validator
    components = standard("imscasev1p1_openapi3_v1p0.json")["components"]
    schema = {"$ref": "#/components/schemas/CFPackageDType", "components": components}
    found = validator(schema, format_checker=validator.FORMAT_CHECKER).iter_errors(package)
    return [(list(error.absolute_path), error.message) for error in found]


def write(framework=FRAMEWORK, rubrics=RUBRICS, **options):
    return write_framework(framework, rubrics, **{"creator": "Example Ltd", "changed_at": NOW} | options)


def package(**options):
    return json.loads(write(**options))


def objects(found):
    """Give every object of a package that has an identifier."""
    if isinstance(found, dict):
        if "uri" in found and "lastChangeDateTime" in found:
            yield found
        for name, value in found.items():
            if name != "extensions":
                yield from objects(value)
    elif isinstance(found, list):
        for one in found:
            yield from objects(one)


def small(**changes):
    """Return a foreign package of one group and two competencies, with fields changed by path."""

    def link(number):
        return {"title": "x", "identifier": ids[number], "uri": f"urn:uuid:{ids[number]}"}

    ids = [str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:test:{number}")) for number in range(20)]
    stamp = {"lastChangeDateTime": "2026-01-01T00:00:00Z"}
    made = {
        "CFDocument": {**link(0), "title": "Skills", "creator": "Board", "language": "en-GB", **stamp},
        "CFItems": [
            {"identifier": ids[n], "uri": f"urn:uuid:{ids[n]}", "fullStatement": words, **stamp}
            for n, words in ((1, "Selling"), (2, "Asks questions"), (3, "Listens to answers"))
        ],
        "CFAssociations": [
            {
                "identifier": ids[10 + n],
                "uri": f"urn:uuid:{ids[10 + n]}",
                "associationType": "isChildOf",
                "originNodeURI": link(child),
                "destinationNodeURI": link(parent),
                "sequenceNumber": order,
                **stamp,
            }
            for n, (child, parent, order) in enumerate(((1, 0, 1), (2, 1, 2), (3, 1, 1)))
        ],
    }
    del made["CFDocument"]["identifier"]
    made["CFDocument"]["identifier"] = ids[0]
    for path, value in changes.items():
        target = made
        *way, last = path.split("__")
        for step in way:
            target = target[int(step) if step.isdigit() else step]
        target[int(last) if last.isdigit() else last] = value
    return made, ids, link


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("address", ["", "https://skills.example.org/"])
def test_export_validates_against_the_official_schema(language, address):
    assert violations(package(language=language, address=address)) == []
    attributed = FRAMEWORK | {"attribution": {"text": "O*NET 30.3 Database", "licence": "CC BY 4.0", "url": "x"}}
    assert violations(package(framework=attributed, language=language)) == []
    bare = {"id": "f", "name": {"en": "F"}, "groups": []}
    assert violations(package(framework=bare, rubrics=None)) == []


def test_every_object_has_what_the_standard_requires_and_no_more():
    """The same without the official document: required fields, known fields, identifiers, moments."""
    found = package()

    def walk(thing, shape):
        fields = SHAPES[shape]
        assert {name for name, kind in fields.items() if kind.endswith("!")} <= set(thing) <= set(fields), shape
        for name, value in thing.items():
            kind = fields[name].rstrip("!")
            assert value is not None and value != ""
            if kind.removesuffix("[]") in SHAPES:
                for one in value if kind.endswith("[]") else [value]:
                    walk(one, kind.removesuffix("[]"))
            elif kind == "uuid":
                assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", value)
            elif kind == "moment":
                assert value == "2026-09-01T08:00:00Z"
            elif kind == "text":
                assert isinstance(value, str)

    walk(found, "CFPackage")
    assert len(found["CFItems"]) == 7 + 12 == len(found["CFAssociations"])
    assert len(found["CFRubrics"][0]["CFRubricCriteria"]) == 12
    assert all(len(c["CFRubricCriterionLevels"]) == 5 for r in found["CFRubrics"] for c in r["CFRubricCriteria"])


def test_the_table_of_shapes_is_the_official_one():
    schemas = standard("imscasev1p1_openapi3_v1p0.json")["components"]["schemas"]
    names = {"CFDocument": "CFPckgDocument", "CFItem": "CFPckgItem", "CFAssociation": "CFPckgAssociation"}
    names |= {"Link": "LinkURI", "AnyLink": "LinkGenURI"}
    for shape, fields in SHAPES.items():
        official = schemas[f"{names.get(shape, shape)}DType"]
        assert set(fields) == set(official["properties"]), shape
        required = {name for name, kind in fields.items() if kind.endswith("!")}
        assert required == set(official.get("required", [])), shape
        lists = {name for name, kind in fields.items() if kind.rstrip("!").endswith("[]")}
        assert lists == {n for n, one in official["properties"].items() if one.get("type") == "array"}, shape


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_languages_and_ids_survive_a_round_trip(language):
    read = read_framework(write(language=language, issuer="example.org"))
    assert read.amendments == ()
    assert read.framework == FRAMEWORK and read.rubrics == RUBRICS
    assert content_hash(read.framework) == content_hash(FRAMEWORK) and content_hash(read.rubrics) == content_hash(
        RUBRICS
    )


def test_content_from_the_store_with_levels_as_text_is_written_the_same():
    stored = json.loads(json.dumps([FRAMEWORK, RUBRICS]))
    assert write(*stored) == write()


def test_identifiers_are_stable_so_that_sending_again_replaces():
    reworded = copy.deepcopy(FRAMEWORK)
    reworded["groups"][0]["competencies"][0]["name"] = {"en": "Talking", "zh": "交谈"}
    first, second = package(), package(framework=reworded, language="zh", changed_at=NOW + dt.timedelta(days=1))
    ids = [one["identifier"] for one in objects(first)]
    assert ids == [one["identifier"] for one in objects(second)]
    assert len(set(ids)) == len(ids)
    other = {one["identifier"] for one in objects(package(issuer="another.example"))}
    assert not other & set(ids)
    # What was given out once may never change: written down here from uuid5 itself.
    root = str(uuid.uuid5(NAMESPACE, "\x1fframework\x1fsales_core"))
    assert first["CFDocument"]["identifier"] == root and first["CFDocument"]["uri"] == f"urn:uuid:{root}"
    assert str(NAMESPACE) == str(uuid.uuid5(uuid.NAMESPACE_URL, "urn:sales-coaching-toolkit:case"))


def test_a_text_changed_elsewhere_is_taken_over_and_its_translation_noted():
    found = package()
    item = next(one for one in found["CFItems"] if one["humanCodingScheme"] == "learning")
    item["abbreviatedStatement"] = "Learning agility"
    read = read_framework(json.dumps(found))
    learning = read.framework["groups"][0]["competencies"][1]
    assert learning["name"] == {"en": "Learning agility", "zh": "学习能力"}
    assert [one.action for one in read.amendments] == ["to_complete"]
    assert "out of date" in str(read.amendments[0].message)


def test_the_community_sample_is_read_and_everything_mended_is_listed():
    found = standard("opencase_round_trip_baseline.json")
    broken = violations(found)
    assert len(broken) > 300
    read = read_framework(json.dumps(found, ensure_ascii=False).encode("utf-8-sig"))
    fixed = [one for one in read.amendments if one.action != "to_complete"]
    assert len(fixed) >= len(broken)
    # Whatever the schema objects to stands in the list at the same place.
    places = {one.place for one in fixed}
    for path, _ in broken:
        place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
        assert place in places or any(one.startswith(f"{place}.") for one in places), place
    # What the standard allows and the toolkit cannot hold is listed as well.
    assert {"CFItems[5].educationLevel", "CFDefinitions.CFSubjects"} <= places
    assert "CFRubrics[0].CFRubricCriteria[0].CFRubricCriterionLevels[0].feedback" in places
    counts = read.amendment_counts()
    assert counts["count"].sum() == len(read.amendments) and set(counts["action"]) >= {"mended", "left_out"}
    groups = read.framework["groups"]
    assert len(groups) == 10 and sum(len(group["competencies"]) for group in groups) == 21
    assert groups[0]["within"][0]["name"] == {"ja": "計算機科学"}
    assert [len(rubric["criteria"]) for rubric in read.rubrics["rubrics"]] == [4, 3]
    assert read.rubrics["rubrics"][0]["criteria"][0]["competencies"] == {"se_a_1": 1.0}
    assert list(read.rubrics["rubrics"][0]["criteria"][0]["levels"]) == [1, 2, 3, 4]
    assert "池之端大学 教務委員会" in read.framework["attribution"]["text"]

    sent = write(read.framework, read.rubrics, creator="池之端大学")
    assert violations(json.loads(sent)) == []
    again = read_framework(sent)
    assert again.framework == read.framework and again.rubrics == read.rubrics
    wanted = {mended_identifier(one["identifier"]) for one in found["CFItems"]}
    assert {one["identifier"] for one in json.loads(sent)["CFItems"]} == wanted
    assert {one["language"] for one in json.loads(sent)["CFItems"]} == {"ja"}


def test_a_foreign_package_keeps_its_identifiers_order_and_language():
    made, ids, _ = small()
    read = read_framework(json.dumps({"CFPackage": made}))
    assert [one.action for one in read.amendments] == ["to_complete"]  # behaviours per level
    (group,) = read.framework["groups"]
    assert [one["name"]["en"] for one in group["competencies"]] == ["Listens to answers", "Asks questions"]
    assert read.framework["attribution"] == {"text": "Skills · Board", "url": f"urn:uuid:{ids[0]}"}
    sent = json.loads(write(read.framework, read.rubrics))
    assert [one["identifier"] for one in sent["CFItems"]] == [ids[1], ids[3], ids[2]]
    assert sent["CFDocument"]["identifier"] == ids[0]


def test_items_under_nothing_go_to_the_top_and_translations_to_their_original():
    made, ids, link = small(CFAssociations__0={})
    made["CFItems"].append(
        {
            "identifier": ids[5],
            "uri": f"urn:uuid:{ids[5]}",
            "fullStatement": "提问",
            "language": "zh-CN",
            "lastChangeDateTime": "2026-01-01T00:00:00Z",
        }
    )
    made["CFAssociations"].append(
        {"associationType": "isTranslationOf", "originNodeURI": link(5), "destinationNodeURI": link(2)}
    )
    made["CFAssociations"].append(
        {"associationType": "exactMatchOf", "originNodeURI": link(2), "destinationNodeURI": link(9)}
    )
    read = read_framework(json.dumps(made))
    (group,) = read.framework["groups"]
    assert group["competencies"][1]["name"] == {"en": "Asks questions", "zh": "提问"}
    said = [str(one.message) for one in read.amendments]
    assert "“Selling” stands under nothing and was put at the top." in said
    assert "The toolkit has no place for associations of the kind exactMatchOf." in said


def test_missing_parents_foreign_ids_circles_and_doubles_are_refused():
    made, ids, link = small()
    made["CFAssociations"][1]["destinationNodeURI"] = link(9)
    with pytest.raises(InputError, match=f"the parent {ids[9]} of “Asks questions” is not in the file") as caught:
        read_framework(json.dumps(made))
    assert "nothing was taken over" in str(caught.value.where) and caught.value.remedy
    made, ids, link = small()
    made["CFAssociations"][1]["originNodeURI"] = link(9)
    with pytest.raises(InputError, match=rf"CFAssociations\[1\]: there is no item {ids[9]} in the file"):
        read_framework(json.dumps(made))
    made, ids, link = small()
    made["CFAssociations"][0]["destinationNodeURI"] = link(2)
    with pytest.raises(InputError, match="circle: Selling → Asks questions → Selling"):
        read_framework(json.dumps(made))
    made, ids, link = small()
    made["CFItems"][2]["identifier"] = ids[2]
    with pytest.raises(InputError, match=rf"CFItems\[2\]: the identifier {ids[2]} stands twice"):
        read_framework(json.dumps(made))
    made, ids, link = small()
    made["CFRubrics"] = [{"identifier": ids[6], "uri": "urn:x:y", "CFRubricCriteria": [{"CFItemURI": link(9)}]}]
    with pytest.raises(InputError, match=rf"CFRubricCriteria\[0\]: there is no item {ids[9]}"):
        read_framework(json.dumps(made))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe\x00",
        b"{",
        b"[]",
        b"3",
        b'{"CFItems": []}',
        b'{"CFDocument": 3}',
        b"[" * 100_000,
        b"id,name\n1,x\n",
    ],
)
def test_what_is_no_package_is_refused_in_words(content):
    with pytest.raises(InputError) as caught:
        read_framework(content)
    assert caught.value.remedy


def test_no_damage_to_a_package_ends_in_anything_but_words():
    """Every value of a package replaced by rubbish, one at a time: it is read or refused, never broken."""
    rubric = copy.deepcopy(RUBRICS["rubrics"][0])
    rubric["criteria"] = [rubric["criteria"][0] | {"competencies": {"communication": 1.0}}]
    found = package(framework=FRAMEWORK | {"groups": FRAMEWORK["groups"][:2]}, rubrics={"rubrics": [rubric]})
    ways = []

    def collect(thing, way):
        entries = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
        for key, value in entries:
            ways.append([*way, key])
            collect(value, [*way, key])

    collect(found, [])
    read = 0
    for number, way in enumerate(ways):
        damaged = json.loads(json.dumps(found))
        target = damaged
        for step in way[:-1]:
            target = target[step]
        target[way[-1]] = (None, 7, "", [], {}, [None], {"x": 1}, "no such id", True)[number % 9]
        try:
            framework = read_framework(json.dumps(damaged)).framework
        except InputError:
            continue
        read += 1
        assert framework["groups"] is not None and framework["name"]
    assert read > 200


def test_export_refuses_what_it_could_not_write_without_loss():
    with pytest.raises(InputError, match="name of who issues it"):
        write(creator=" ")
    twice = copy.deepcopy(FRAMEWORK)
    twice["groups"][1]["competencies"][0]["id"] = "learning"
    with pytest.raises(InputError, match="“learning” stands twice"):
        write(twice, None)
    nameless = copy.deepcopy(FRAMEWORK)
    nameless["groups"][0]["name"] = {"en": "", "zh": ""}
    with pytest.raises(InputError, match="no id or no name"):
        write(nameless, None)
    smaller = copy.deepcopy(FRAMEWORK)
    del smaller["groups"][0]
    with pytest.raises(InputError, match="no competency “communication”") as caught:
        write(smaller)
    assert "customer_visit" in str(caught.value.where)


def test_identifiers_are_mended_the_same_way_each_time():
    assert mended_identifier("{6BA7B810-9DAD-11D1-80B4-00C04FD430C8}") == "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    assert mended_identifier("10000000-0000-0000-0000-000000000001") == mended_identifier(
        " 10000000-0000-0000-0000-000000000001 "
    )
    assert accepted(mended_identifier("")) and not accepted("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")  # version 7


def test_what_stands_under_a_translation_is_kept_under_its_original():
    made, ids, link = small()
    for number, words in ((5, "销售"), (6, "谈判")):
        made["CFItems"].append(
            {
                "identifier": ids[number],
                "uri": f"urn:uuid:{ids[number]}",
                "fullStatement": words,
                "language": "zh-CN",
                "lastChangeDateTime": "2026-01-01T00:00:00Z",
            }
        )
    made["CFAssociations"] += [
        {"associationType": "isTranslationOf", "originNodeURI": link(5), "destinationNodeURI": link(1)},
        {"associationType": "isTranslationOf", "originNodeURI": link(1), "destinationNodeURI": link(5)},
        {"associationType": "isChildOf", "originNodeURI": link(6), "destinationNodeURI": link(5)},
    ]
    (group,) = read_framework(json.dumps(made)).framework["groups"]
    assert group["name"]["zh"] == "销售"
    assert "谈判" in {words for one in group["competencies"] for words in one["name"].values()}
