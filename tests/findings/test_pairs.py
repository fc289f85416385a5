"""Parents and their children: the same question from both sides."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import OF_PAIRS, Truth, draw_tables, only, open_study, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.errors import StudyError
from impact_eval.findings import compute_findings
from impact_eval.findings.data.dyads import find_dyads
from impact_eval.pages import pairs
from impact_eval.study import Study
from impact_eval.table_columns import DYADS, DYADS_SUMMARY
from impact_eval.tables import agreement_table, pair_table
from impact_eval.wording import text
from impact_eval.wording.lint import lint_page

PAIR = """
[[pairs]]
id = "dares"
label = "whether the child dares to say it"
audience = "teacher"
item = "d01"
child_item = "c01"
"""
SIZE = Truth(schools=(2, 14), students=10, teachers=10)


def with_pairs(root, more=PAIR):
    """The small study, whose teachers are the parents of its students."""
    open_study(root, schools=SIZE.schools)
    folder = root / "studies" / "small"
    file = folder / "study.toml"
    text = file.read_text("utf-8").replace(
        'id = "teacher"', 'id = "teacher"\nchild_audience = "student"'
    )
    file.write_text(text + more, encoding="utf-8")
    codebook = folder / "codebook.csv"
    rows = pd.read_csv(codebook, dtype="str").fillna("")
    row = dict.fromkeys(rows.columns, "") | {
        "item_id": "d01", "audience": "teacher", "label": "My child dares", "type": "rating",
        "minimum": "1", "maximum": "5",
    }  # fmt: skip
    pd.concat([rows, pd.DataFrame([row])]).to_csv(codebook, index=False)
    return Study.open("small", start=root)


def draw(seed, *, copied=0.5):
    """Every coded teacher is the parent of the student of that number; some give one answer."""
    tables = draw_tables(seed, SIZE)
    rng = np.random.default_rng(seed)
    forms = tables.submissions.merge(tables.links, on="submission_id")
    number = forms["respondent_id"].str.partition("-")[2]
    child = forms[(forms["audience"] == "student") & (number != "")].assign(number=number)
    answer = child.set_index(["number", "wave"])["c01"].rename("own")
    parent = forms[forms["audience"] == "teacher"].assign(number=number)
    mine = parent.join(answer, on=["number", "wave"])
    own = np.where(rng.random(len(mine)) < copied, mine["own"], rng.integers(1, 6, len(mine)))
    given = pd.Series(own, index=mine["submission_id"])
    submissions = tables.submissions.assign(d01=tables.submissions["submission_id"].map(given))
    known = mine[(mine["number"] != "") & mine["number"].isin(child["number"])]
    dyads = pd.DataFrame(
        {
            "parent_respondent_id": known["respondent_id"],
            "child_respondent_id": "student-" + known["number"],
            "school_id": known["school_id"],
            "method": "exact",
        }
    ).drop_duplicates(ignore_index=True)
    return replace(tables, submissions=submissions, dyads=dyads[list(DYADS)])


@pytest.fixture(scope="module")
def paired(tmp_path_factory):
    return with_pairs(tmp_path_factory.mktemp("pairs"))


@pytest.fixture(scope="module")
def drawn():
    return draw(3)


@pytest.fixture(scope="module")
def found(paired, drawn):
    return compute_findings(paired, drawn, quantities=OF_PAIRS)


AT = {"phase": "phase_2", "variant": "dares", "wave_to": "pre"}


def test_parents_who_are_not_linked_are_paired_form_by_form(paired, drawn, tmp_path):
    """The same answers stand beside each other, though no form tells whose it is."""
    study = with_pairs(tmp_path)
    teacher = study.audience("teacher").model_copy(update={"link": "none"})
    study = study.model_copy(update={"audiences": (study.audience("student"), teacher)})
    assert study.audience("teacher").link == "none"
    forms = drawn.submissions.merge(drawn.links, on="submission_id")
    ids = "form " + forms["submission_id"].astype("str")
    form_of = forms[["respondent_id"]].assign(form=ids)[forms["audience"] == "teacher"]
    dyads = drawn.dyads.merge(form_of, left_on="parent_respondent_id", right_on="respondent_id")
    dyads = dyads.assign(parent_respondent_id=dyads["form"])[list(DYADS)]
    teachers = (forms["audience"] == "teacher").to_numpy()
    links = drawn.links.assign(respondent_id=drawn.links["respondent_id"].where(~teachers, ""))
    unlinked = replace(drawn, links=links, dyads=dyads)
    pair = paired.facts().pairs["dares"]
    known = find_dyads(paired, drawn, pair)
    found = find_dyads(study, unlinked, pair)
    assert len(known) > 0
    assert np.array_equal(found.first, known.first)
    assert np.array_equal(found.second, known.second)


def test_both_sides_and_their_difference(found):
    parent = only(found, quantity="pair_mean", item_id="d01", **AT)
    child = only(found, quantity="pair_mean", item_id="c01", **AT)
    difference = only(found, quantity="pair_difference", **AT)
    assert difference["estimate"] == pytest.approx(parent["estimate"] - child["estimate"])
    assert difference["n"] == parent["n"] == child["n"] > 20
    assert difference["conf_low"] < difference["estimate"] < difference["conf_high"]


def test_copied_answers_agree_and_others_do_not(paired, found):
    at = {"quantity": "pair_kappa", "estimator": "weighted_kappa", **AT}
    assert only(found, **at)["conf_low"] > 0
    strangers = compute_findings(paired, draw(3, copied=0.0), quantities=OF_PAIRS)
    none = only(strangers, **at)
    assert none["conf_low"] < 0 < none["conf_high"]


def test_two_schools_have_no_interval_and_a_change_says_why(found):
    few = where(found, phase="phase_1", variant="dares")
    once = few[few["wave_from"] == few["wave_to"]]
    assert once["conf_low"].isna().all()
    assert once["estimate"].notna().all()
    changes = few[few["wave_from"] != few["wave_to"]]
    assert changes["reason"].str.contains("too little is known of others").all()


def test_every_number_is_recomputed(paired, drawn, found):
    mine = found[found["quantity"].isin(OF_PAIRS)]
    assert len(mine) > 20
    assert disagreements(paired, drawn, mine) == []


def test_nothing_is_a_headline_or_planned(found):
    found = found[found["quantity"].isin(OF_PAIRS)]
    assert set(found["role"]) == {"exploratory"}
    assert not found["headline_ok"].any()


def test_few_pairs_are_hidden(paired, drawn):
    two = replace(drawn, dyads=drawn.dyads.groupby("school_id").head(1))
    found = compute_findings(paired, two)
    frame = release(found, paired.facts()).frame
    pairs = frame[frame["quantity"].isin(OF_PAIRS) & (frame["phase"] == "phase_1")]
    assert len(pairs)
    assert pairs["estimate"].isna().all()
    assert pairs["n"].isna().all()
    people = frame[(frame["quantity"] == "surveyed") & (frame["audience"] == "teacher")]
    assert people["estimate"].notna().any()


def test_tables_say_both_questions(paired, drawn):
    released = release(compute_findings(paired, drawn), paired.facts())
    for make in (pair_table, agreement_table):
        html = make(released, pair="dares")._repr_mimebundle_()["text/html"]
        assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
        assert "dares to say it" in html
        assert ("needs at least 4 clusters" in html) == (make is agreement_table)
    table = pair_table(released, pair="dares")
    assert "My child dares" in table._repr_mimebundle_()["text/html"]


def given_up(drawn, schools, *, pairs=40):
    """Pairs of these schools taken away, as `prepare` does where children's codes are common."""
    row = dict.fromkeys(DYADS_SUMMARY, 0) | {"audience": "teacher", "expected_false": 0.0}
    rows = [row | {"school_id": one, "refused_exact": pairs} for one in schools]
    rows += [row | {"school_id": "b14", "refused": 7, "linked_exact": 3}]
    kept = drawn.dyads[~drawn.dyads["school_id"].isin(schools)].reset_index(drop=True)
    return replace(drawn, dyads=kept, dyads_summary=pd.DataFrame(rows)[list(DYADS_SUMMARY)])


def said_of(paired, tables):
    found = compute_findings(paired, tables, quantities=OF_PAIRS)
    released = release(found, paired.facts())
    html = "".join(piece._repr_mimebundle_()["text/html"] for piece in pairs(released).pieces)
    assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
    return found, html


def test_schools_where_codes_are_too_common_are_counted_on_the_page(paired, drawn):
    second = sorted(drawn.schools.loc[drawn.schools["phase"] == "phase_2", "school_id"])
    tables = given_up(drawn, second[:3])
    found, html = said_of(paired, tables)
    counts = where(found, quantity="schools_without_pairs").set_index("phase")["estimate"]
    assert counts.to_dict() == {"phase_2": 3.0}
    mine = where(found, quantity="schools_without_pairs")
    assert disagreements(paired, tables, mine) == []
    for finding_id in mine["finding_id"]:
        assert re.search(rf'<p>Codes are so common in <data data-finding="{finding_id}"', html)
    assert "whether the child dares to say it" in html
    _, without = said_of(paired, drawn)
    assert "so common" not in without


def test_where_all_pairs_are_given_up_the_page_says_that_alone(paired, drawn):
    _, html = said_of(paired, given_up(drawn, sorted(set(drawn.schools["school_id"]))))
    assert "so common" in html
    assert "<table" not in html
    assert text("pages.empty.pairs") not in html


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (PAIR.replace('"teacher"', '"student"'), "child_audience"),
        (PAIR.replace('"c01"', '"c99"'), "an item of student"),
        (PAIR.replace('"c01"', '"s_k01"'), "ratings or frequencies"),
        (PAIR + PAIR, "unique"),
    ],
)
def test_faults(tmp_path, more, said):
    with pytest.raises(StudyError, match=said):
        with_pairs(tmp_path, more)


def test_nobody_paired_is_no_table(paired, drawn):
    alone = replace(drawn, dyads=drawn.dyads.iloc[:0])
    found = compute_findings(paired, alone, quantities=OF_PAIRS)
    assert not found["quantity"].isin(OF_PAIRS).any()
