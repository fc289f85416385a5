"""A No to one purpose takes away what it was about: texts, or links, or the form."""

from __future__ import annotations

import pandas as pd
import pytest
from canaries import everything_written, plant
from survey_project import CODEBOOK, SOURCE, Project, fates, form

from impact_eval.errors import StudyError
from impact_eval.study.remarks import remarks
from impact_eval.surveys.privacy.texts import load_texts

CONSENT = 'consent = "consent"\n', 'consent_values = ["yes"]\n'
RULES = """
[[sources.consents]]
column = "consent"
accepted = ["yes"]

[[sources.consents]]
column = "quote"
accepted = ["yes"]
purpose = "quoting"
covers = ["texts"]

[[sources.consents]]
column = "again"
accepted = ["yes"]
purpose = "panel"
covers = ["linking"]

[[sources.consents]]
column = "still"
accepted = ["yes"]
when = "after"
withdraws = true
"""
YES = {"quote": "yes", "again": "yes", "still": "", "t1": "qqword"}
QUOTING, PANEL = (
    f"respondent_{what}"
    for what in ("quoting_before_without_texts", "panel_before_without_linking")
)


@pytest.fixture
def covered(project: Project) -> Project:
    source = SOURCE
    for line in CONSENT:
        source = source.replace(line, "")
    project.source = source + RULES
    head, *rows = CODEBOOK.rstrip().splitlines()
    own = "t1,student,,In your own words,text,,,,,,,yes"
    project.codebook = "\n".join([f"{head},keep", *(f"{row}," for row in rows), own, ""])
    return project


def counted(tables, measure: str) -> dict[str, int]:
    table = tables.privacy[tables.privacy["measure"] == measure]
    return dict(zip(table["detail"], table["number"], strict=True))


def both(code: str, **answers: str) -> list[dict[str, str]]:
    """A person's forms of two waves, the answers to consents on the first."""
    return [form(code_1=code, **YES | answers), form(code_1=code, wave="after", **YES)]


def people(tables) -> pd.Series:
    """How many forms each person has who is recognised."""
    return tables.links["respondent_id"].replace("", pd.NA).value_counts()


@pytest.mark.parametrize("answer", ["no", "", "perhaps"])
def test_a_no_to_being_quoted_leaves_all_but_the_texts(covered: Project, answer: str) -> None:
    forms = [*both("1", quote=answer, t1="qqsecret"), *both("2")]
    tables = covered.prepare_forms(*forms)
    assert fates(tables) == {("used", ""): 4}
    assert sorted(people(tables)) == [2, 2]
    assert tables.scores["score"].notna().all()
    texts = load_texts(covered.study())
    assert texts["submission_id"].tolist() == [1, 2, 3]
    # neither in the tables nor in what is kept of the file that was read
    assert "qqword" in everything_written(covered.root)
    assert "qqsecret" not in everything_written(covered.root)
    assert counted(tables, "consents_limited") == {QUOTING: 1, PANEL: 0}
    assert counted(tables, "consents_missing") == {
        "respondent_survey_before": 0,
        "respondent_survey_after": 0,
    }


def test_a_no_to_being_recognised_leaves_the_form_alone(covered: Project) -> None:
    tables = covered.prepare_forms(*both("1", again="no"), *both("2"))
    assert fates(tables) == {("used", ""): 4}
    assert tables.links["method"].tolist()[0] == "none"
    assert tables.links["respondent_id"].tolist()[0] == ""
    assert sorted(people(tables)) == [1, 2]
    assert len(load_texts(covered.study())) == 4
    assert counted(tables, "consents_limited") == {QUOTING: 0, PANEL: 1}


def test_a_no_to_both(covered: Project) -> None:
    covered.source = covered.source.replace('covers = ["texts"]', 'covers = ["texts", "linking"]')
    tables = covered.prepare_forms(*both("1", quote="no", t1="qqsecret"), *both("2"))
    assert sorted(people(tables)) == [1, 2]
    assert "qqsecret" not in everything_written(covered.root)
    name = "respondent_quoting_before_without_linking_texts"
    assert counted(tables, "consents_limited") == {name: 1, PANEL: 0}


def test_a_no_to_the_survey_is_counted_as_that_alone(covered: Project) -> None:
    tables = covered.prepare_forms(*both("1", quote="no", consent="no", t1="qqsecret"))
    assert fates(tables) == {("used", ""): 1, ("no_consent", "no_consent"): 1}
    assert counted(tables, "consents_limited") == {QUOTING: 0, PANEL: 0}
    assert counted(tables, "consents_missing")["respondent_survey_before"] == 1
    assert "qqsecret" not in everything_written(covered.root)


def test_who_refuses_to_be_recognised_can_still_withdraw(covered: Project) -> None:
    first, later = both("1", again="no")
    tables = covered.prepare_forms(first, later | {"still": "no"}, *both("2"))
    assert fates(tables) == {
        ("used", ""): 2,
        ("withdrawn", "withdrawn"): 1,
        ("no_consent", "no_consent"): 1,
    }
    assert counted(tables, "consents_limited") == {QUOTING: 0, PANEL: 0}


def test_two_uploads_of_one_form_still_count_once(covered: Project) -> None:
    first, later = both("1", again="no")
    tables = covered.prepare_forms(first, first, later)
    assert fates(tables)["used", ""] == 2


def test_nothing_changes_where_everybody_agrees(covered: Project) -> None:
    forms = [*both("1"), *both("2")]
    with_rules = covered.prepare_forms(*forms)
    covered.source = SOURCE
    plain = covered.prepare()
    assert plain.links.equals(with_rules.links)
    assert plain.scores.equals(with_rules.scores)


@pytest.mark.parametrize("layout", ["spss", "wide", "odk"])
def test_it_holds_in_every_layout(project: Project, layout: str) -> None:
    plant(project, layout)
    for line in CONSENT:
        project.source = project.source.replace(line, "")
    everybody = project.prepare()
    assert people(everybody).max() > 1
    project.source += '[[sources.consents]]\ncolumn = "consent"\naccepted = ["nobody"]\n'
    project.source += 'covers = ["linking"]\n'
    tables = project.prepare()
    assert set(tables.links["method"]) == {"none"}
    assert fates(tables) == fates(everybody)
    assert counted(tables, "consents_limited")["respondent_survey_before_without_linking"] > 0


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('covers = ["texts"]', "covers = []", "sources[1].consents[2].covers"),
        ('covers = ["texts"]', 'covers = ["pictures"]', "sources[1].consents[2].covers[1]"),
        ('covers = ["texts"]', 'covers = ["texts", "texts"]', "sources[1].consents[2].covers"),
        ('covers = ["texts"]', 'covers = ["texts", "survey"]', "sources[1].consents[2].covers"),
        ("withdraws = true", 'withdraws = true\ncovers = ["texts"]',
         "sources[1].consents[4].withdraws"),
    ],
)  # fmt: skip
def test_study_is_refused(covered: Project, old: str, new: str, place: str) -> None:
    covered.source = covered.source.replace(old, new)
    with pytest.raises(StudyError) as caught:
        covered.study()
    assert place in {fault.place.split(", ")[-1] for fault in caught.value.faults}


def test_check_remarks_on_a_purpose_whose_no_takes_out_the_form(covered: Project) -> None:
    def remarked() -> list[str]:
        return [one.place for one in remarks(covered.study()) if "consents" in one.place]

    assert remarked() == []
    covered.source = covered.source.replace('covers = ["texts"]\n', "")
    assert remarked() == ["sources[1].consents[2]"]
    tables = covered.prepare_forms(*both("1", quote="no"))
    assert fates(tables) == {("used", ""): 1, ("no_consent", "no_consent"): 1}
