"""Edits of frameworks, roles and ladders: everything wrong is named, and nothing wrong is stored."""

import copy

import pytest

from toolkit.errors import InputError
from toolkit.language import Language
from toolkit.organisation import storage as organisation
from toolkit.organisation.content import content_hash, read_packs
from toolkit.organisation.findings import require_sound
from toolkit.organisation.framework_checks import check_framework, check_roles
from toolkit.organisation.framework_versions import keep_framework

PACKS = read_packs()
FRAMEWORK, ROLES = PACKS["framework"], PACKS["roles"]


def edited(pack, edit):
    changed = copy.deepcopy(pack)
    edit(changed)
    return changed


def first(framework):
    return framework["groups"][0]["competencies"][0]


def rank(roles, rank_id):
    return next(one for ladder in roles["ladders"] for one in ladder["ranks"] if one["id"] == rank_id)


def said(findings):
    return [(one.severity, str(one.where), str(one.message)) for one in findings]


def test_what_ships_is_sound():
    found = check_framework(FRAMEWORK, rubrics=PACKS["rubrics"], activities=PACKS["activities"])
    assert said(found + check_roles(ROLES, FRAMEWORK)) == []


@pytest.mark.parametrize(
    ("edit", "severity", "where", "message"),
    [
        (lambda f: first(f)["name"].pop("zh"), "error", "Competency “communication”", "It lacks the Chinese wording."),
        (
            lambda f: first(f)["name"].update(en=" "),
            "error",
            "Competency “communication”",
            "It lacks the English wording.",
        ),
        (
            lambda f: first(f).pop("description"),
            "error",
            "Competency “communication”, description",
            "It lacks the English",
        ),
        (
            lambda f: first(f)["levels"][3].pop("en"),
            "error",
            "Competency “communication”, level 3",
            "It lacks the English",
        ),
        (lambda f: first(f)["levels"].pop(4), "error", "Competency “communication”", "missing: 4."),
        (lambda f: first(f).pop("levels"), "warning", "Competency “communication”", "no behaviours per level"),
        (lambda f: first(f).update(id="learning"), "error", "Competency “learning”", "The id stands twice."),
        (lambda f: f["groups"][1].update(id="base"), "error", "Group “base”", "The id stands twice."),
        (lambda f: first(f).update(id="Sales talk"), "error", "Competency “Sales talk”", "cannot be an id"),
        (lambda f: first(f).update(id="x" * 61), "error", "", "cannot be an id"),
        (lambda f: f["groups"][2]["name"].pop("en"), "error", "Group “sales_process”", "It lacks the English wording."),
        (lambda f: f.update(name={}), "error", "Framework", "It lacks the Chinese wording."),
        (lambda f: f.update(groups=[]), "error", "Framework", "It has no competency."),
    ],
)
def test_wording_and_ids_of_a_framework(edit, severity, where, message):
    found = said(check_framework(edited(FRAMEWORK, edit)))
    assert any(one[0] == severity and where in one[1] and message in one[2] for one in found), found


def test_evidence_is_never_orphaned():
    smaller = edited(FRAMEWORK, lambda f: f["groups"][0]["competencies"].pop(0))
    assert check_framework(smaller, evidence_counts={"communication": 0, "learning": 7}) == []
    (found,) = check_framework(smaller, evidence_counts={"communication": 12, "learning": 7}, earlier=FRAMEWORK)
    assert "12 pieces of evidence rest on it" in str(found.message) and "Communication" in str(found.where)
    assert "沟通表达" in Language("zh").say(found.where)
    pointing = check_framework(smaller, rubrics=PACKS["rubrics"], activities=PACKS["activities"])
    wheres = " ".join(str(one.where) for one in pointing)
    assert "Rubric “customer_visit”, criterion “opening”" in wheres and "Activity “" in wheres


@pytest.mark.parametrize(
    ("edit", "severity", "where", "message"),
    [
        (lambda r: r["roles"][0]["expectations"]["junior"].update(learning=[5.5, 3]), "error", "competency “learning”", "The expected level is 5.5."),
        (lambda r: r["roles"][0]["expectations"]["junior"].update(learning=[0, 3]), "error", "competency “learning”", "The expected level is 0."),
        (lambda r: r["roles"][0]["expectations"]["junior"].update(learning=[2, -1]), "error", "competency “learning”", "The weight is -1."),
        (lambda r: r["roles"][0]["expectations"]["junior"].update(learning=[2, 6]), "error", "competency “learning”", "The weight is 6."),
        (lambda r: r["roles"][0]["expectations"]["junior"].update(learning=3), "error", "competency “learning”", "The expected level is None."),
        (lambda r: r["roles"][0]["expectations"]["junior"].update(learning=[float("nan"), 3]), "error", "", "The expected level is nan."),
        (lambda r: r["roles"][0]["expectations"]["junior"].update(magic=[3, 3]), "error", "competency “magic”", "no competency “magic”"),
        (lambda r: r["roles"][0]["expectations"].update(guru={}), "error", "tier “guru”", "no such tier"),
        (lambda r: r["roles"][0]["expectations"]["senior"].update(learning=[1, 3]), "warning", "tier “senior”", "Less is expected"),
        (lambda r: r["roles"][1].update(id="client_manager"), "error", "Role “client_manager”", "The id stands twice."),
        (lambda r: r["roles"][0]["duties"][1].pop("zh"), "error", "Role “client_manager”, duty 2", "It lacks the Chinese"),
        (lambda r: r["tiers"][0].update(id="novice"), "error", "Tier “novice”", "no such tier"),
        (lambda r: rank(r, "associate").update(after=["principal_expert"]), "error", "Ladders", "principal_expert → associate"),
        (lambda r: rank(r, "team_lead").update(after=["sales_director"]), "error", "Ladders", "in a circle"),
        (lambda r: rank(r, "team_lead").update(after=["team_lead"]), "error", "Ladders", "team_lead → team_lead"),
        (lambda r: rank(r, "team_lead").update(after=["emperor"]), "error", "Rank “team_lead”", "“emperor”, which no ladder has"),
        (lambda r: rank(r, "team_lead").update(id="specialist"), "error", "Rank “specialist”", "The id stands twice."),
        (lambda r: rank(r, "team_lead")["name"].pop("zh"), "error", "Rank “team_lead”", "It lacks the Chinese"),
        (lambda r: rank(r, "team_lead")["competencies"].update(ethics=7), "error", "competency “ethics”", "The expected level is 7."),
        (lambda r: rank(r, "team_lead")["competencies"].update(magic=3), "error", "competency “magic”", "no competency “magic”"),
        (lambda r: rank(r, "team_lead")["figures"].update(golf={"at_least": 3}), "error", "figure “golf”", "does not have it"),
        (lambda r: rank(r, "team_lead")["figures"].update(closing_rate={}), "error", "figure “closing_rate”", "what is asked"),
        (lambda r: r["figures"][0]["name"].pop("en"), "error", "Figure “target_attainment”", "It lacks the English"),
    ],
)  # fmt: skip
def test_roles_expectations_and_ladders(edit, severity, where, message):
    found = said(check_roles(edited(ROLES, edit), FRAMEWORK))
    assert any(one[0] == severity and where in one[1] and message in one[2] for one in found), found


def test_a_circle_is_named_once_and_in_order():
    circular = edited(ROLES, lambda r: rank(r, "team_lead").update(after=["sales_director"]))
    found = [one for one in check_roles(circular, FRAMEWORK) if "circle" in str(one.message)]
    assert len(found) == 1
    assert "department_manager → sales_director" in str(found[0].message)


def test_errors_are_told_together_and_warnings_let_pass():
    bad = edited(FRAMEWORK, lambda f: [one["name"].pop("zh") for one in f["groups"]])
    with pytest.raises(InputError, match="Group “base”: It lacks the Chinese wording") as caught:
        require_sound(check_framework(bad))
    assert "7 errors in the content; nothing was stored." in str(caught.value.where) and caught.value.remedy
    require_sound(check_framework(edited(FRAMEWORK, lambda f: first(f).pop("levels"))))


def versions(store):
    with store.read() as connection:
        return {kind: organisation.current_versions(connection, kind)["default"] for kind in ("framework", "roles")}


def test_an_edit_is_a_version_and_what_is_wrong_changes_nothing(coaching):
    with coaching.write("editor") as change:
        kept = keep_framework(change, framework=FRAMEWORK, roles=ROLES, evidence_counts={})
    stored = {"framework": kept.framework, "roles": kept.roles}
    assert kept.findings == [] and stored == versions(coaching)
    assert stored == {"framework": content_hash(FRAMEWORK), "roles": content_hash(ROLES)}

    renamed = edited(FRAMEWORK, lambda f: first(f)["name"].update(en="Talking and listening"))
    with coaching.write("editor") as change:
        tried = keep_framework(change, framework=renamed, evidence_counts={}, only_check=True)
    assert versions(coaching) == stored
    with coaching.write("editor") as change:
        kept = keep_framework(change, framework=renamed, evidence_counts={"communication": 3})
    second = {"framework": kept.framework, "roles": kept.roles}
    assert kept == tried and second["framework"] != stored["framework"] and second["roles"] == stored["roles"]
    with coaching.read() as connection:
        assert organisation.content(connection, "framework", "default", stored["framework"])["groups"]
    with coaching.write("editor") as change:
        again = keep_framework(change, framework=renamed, evidence_counts={})
    assert again == kept and versions(coaching) == second

    smaller = edited(renamed, lambda f: f["groups"][0]["competencies"].pop(0))
    off_scale = edited(ROLES, lambda r: r["roles"][0]["expectations"]["junior"].update(learning=[9, 3]))
    for edits, says in (
        # Evidence rests on it, and every role still asks for it.
        ({"framework": smaller}, "3 pieces of evidence"),
        ({"framework": renamed, "roles": off_scale}, "The expected level is 9"),
        ({"roles": off_scale}, "The expected level is 9"),
    ):
        with pytest.raises(InputError, match=says), coaching.write("editor") as change:
            keep_framework(change, **edits, evidence_counts={"communication": 3})
        assert versions(coaching) == second
    with pytest.raises(InputError, match="no competency “communication”"), coaching.write("editor") as change:
        keep_framework(change, framework=smaller, evidence_counts={})


def test_a_criterion_in_use_keeps_its_competency(coaching):
    with coaching.write("editor") as change:
        for rubric in PACKS["rubrics"]["rubrics"]:
            organisation.keep_content(change, "rubric", rubric["id"], rubric)
    smaller = edited(FRAMEWORK, lambda f: f["groups"].pop(0))
    bare = {"tiers": ROLES["tiers"], "roles": []}
    with pytest.raises(InputError, match="Rubric “customer_visit”"), coaching.write("editor") as change:
        keep_framework(change, framework=smaller, roles=bare, evidence_counts={})
