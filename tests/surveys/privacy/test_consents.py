"""Consent and assent: all rules are needed, a refusal withdraws, counts are by rule."""

from __future__ import annotations

import pytest
from canaries import everything_written, plant
from survey_project import SOURCE, Project, fates, form

from impact_eval.errors import StudyError

RULES = """
[[sources.consents]]
column = "parent"
accepted = ["yes", "да"]
who = "parent"

[[sources.consents]]
column = "assent"
accepted = ["agree"]
when = "during"

[[sources.consents]]
column = "still"
accepted = ["yes"]
when = "after"
withdraws = true
"""
GIVEN = {"parent": "Yes", "assent": " AGREE ", "still": ""}


@pytest.fixture
def ruled(project: Project) -> Project:
    plain = SOURCE.replace('consent = "consent"\n', "").replace('consent_values = ["yes"]\n', "")
    project.source = plain + RULES
    return project


def missing(tables) -> dict[str, int]:
    table = tables.privacy[tables.privacy["measure"] == "consents_missing"]
    return dict(zip(table["detail"], table["number"], strict=True))


def test_all_consents_are_needed(ruled: Project) -> None:
    tables = ruled.prepare_forms(
        form(code_1="1", **GIVEN),
        form(code_1="2", **GIVEN | {"parent": "да"}),
        form(code_1="3", **GIVEN | {"parent": "no"}),
        form(code_1="4", **GIVEN | {"assent": ""}),
        form(code_1="5", **GIVEN | {"assent": "", "parent": ""}),
    )
    assert fates(tables) == {("used", ""): 2, ("no_consent", "no_consent"): 3}
    assert missing(tables) == {
        "parent_survey_before": 2,
        "respondent_survey_during": 2,
        "respondent_survey_after": 0,
    }


def test_nothing_is_kept_of_who_did_not_consent(ruled: Project) -> None:
    ruled.prepare_forms(
        form(code_1="1", **GIVEN),
        form(code_1="qqsecret", school="south", k1="qqanswer", **GIVEN | {"assent": "no"}),
    )
    tables = ruled.prepare()
    assert set(tables.counts.loc[tables.counts["fate"] == "no_consent", "school_id"]) == {""}
    assert len(tables.links) == 1
    written = everything_written(ruled.root)
    assert "qqsecret" not in written
    assert "qqanswer" not in written
    assert "south" not in str(tables.submissions.to_dict())


def test_later_refusal_withdraws_every_form(ruled: Project) -> None:
    tables = ruled.prepare_forms(
        form(code_1="1", **GIVEN),
        form(code_1="1", wave="after", **GIVEN | {"still": "no"}),
        form(code_1="2", **GIVEN),
        form(code_1="2", wave="after", **GIVEN | {"still": "yes"}),
        form(code_1="1", school="south", **GIVEN),
    )
    assert fates(tables) == {
        ("no_consent", "no_consent"): 1,
        ("withdrawn", "withdrawn"): 1,
        ("used", ""): 3,
    }


def test_short_form_is_counted(project: Project) -> None:
    tables = project.prepare_forms(form(), form(code_1="8", consent="no"))
    assert missing(tables) == {"consent": 1}


@pytest.mark.parametrize("layout", ["spss", "wide", "odk"])
def test_rules_hold_in_every_layout(project: Project, layout: str) -> None:
    plant(project, layout)
    project.source = project.source.replace('consent = "consent"\n', "").replace(
        'consent_values = ["yes"]\n', ""
    )
    project.source += '[[sources.consents]]\ncolumn = "consent"\naccepted = ["yes"]\n'
    tables = project.prepare()
    lacking = [number for (fate, _), number in fates(tables).items() if fate == "no_consent"]
    assert missing(tables) == {"respondent_survey_before": sum(lacking)}
    assert sum(lacking) > 0


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('when = "during"', 'who = "parent"', "sources[1].consents[2].purpose"),
        ('accepted = ["agree"]', "accepted = []", "sources[1].consents[2].accepted"),
        ('who = "parent"', 'who = "aunt"', "sources[1].consents[1].who"),
    ],
)
def test_study_is_refused(ruled: Project, old: str, new: str, place: str) -> None:
    ruled.source = ruled.source.replace(old, new)
    with pytest.raises(StudyError) as caught:
        ruled.study()
    assert place in {fault.place.split(", ")[-1] for fault in caught.value.faults}


def test_short_form_and_rules_are_not_mixed(project: Project) -> None:
    project.source = SOURCE + RULES
    with pytest.raises(StudyError) as caught:
        project.study()
    assert any("columns.consent" in fault.place for fault in caught.value.faults)
