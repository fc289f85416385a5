"""Groups by whether people say that they met the programme, from tables to words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import OF_EXPOSURE, Truth, draw_tables, only, open_study, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.errors import StudyError
from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.tables import exposed_table, exposure_table
from impact_eval.wording.lint import lint_page

EXPOSURE = """
[[exposures]]
id = "took_part"
label = "students who say that they took part"
audience = "student"
item = "s_part"
"""
SIZE = Truth(schools=(2, 12), students=20, teachers=4)
AT = {"phase": "phase_2", "wave_to": "post"}


def with_exposure(root, more=EXPOSURE, *, outcome="", **declared):
    """The small study, whose students are asked whether they took part."""
    open_study(root, schools=SIZE.schools, **declared)
    folder = root / "studies" / "small"
    file = folder / "study.toml"
    file.write_text(file.read_text("utf-8") + more, encoding="utf-8")
    codebook = folder / "codebook.csv"
    rows = pd.read_csv(codebook, dtype="str").fillna("")
    row = dict.fromkeys(rows.columns, "") | {
        "item_id": "s_part", "audience": "student", "label": "Did you take part", "type": "choice",
        "correct": "yes", "outcome": outcome,
    }  # fmt: skip
    pd.concat([rows, pd.DataFrame([row])]).to_csv(codebook, index=False)
    return Study.open("small", start=root)


def draw(seed, *, yes=0.4, unsure=0.1, gap=0.0, chooser=0.0):
    """Words at random; those who say yes score higher by `gap` after, and by `chooser` always."""
    tables = draw_tables(seed, SIZE)
    rng = np.random.default_rng(seed)
    forms = tables.submissions
    chance = rng.random(len(forms))
    words = np.where(chance < yes, "yes", np.where(chance < 1 - unsure, "no", "dont_know"))
    words = np.where(forms["audience"] == "student", words, "")
    said = pd.Series(words, index=forms["submission_id"])
    later = pd.Series((forms["wave"] != "pre").to_numpy(), index=forms["submission_id"])
    scores = tables.scores
    own = scores["submission_id"].map(said) == "yes"
    more = own * (chooser + gap * scores["submission_id"].map(later))
    return replace(
        tables,
        submissions=forms.assign(took_part=pd.Series(words, dtype="str"), s_part=words == "yes"),
        scores=scores.assign(score=scores["score"] + more),
    )


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    return with_exposure(tmp_path_factory.mktemp("exposure"))


@pytest.fixture(scope="module")
def drawn():
    return draw(4, chooser=0.5)


@pytest.fixture(scope="module")
def found(asked, drawn):
    return compute_findings(asked, drawn)


def test_difference_is_that_of_the_two_means(found):
    at = {"outcome": "knowledge", **AT}
    yes = only(found, quantity="exposed_mean", subgroup="took_part:yes", **at)
    no = only(found, quantity="exposed_mean", subgroup="took_part:no", **at)
    gap = only(found, quantity="exposure_gap", subgroup="took_part:yes-no", **at)
    assert gap["estimate"] == pytest.approx(yes["estimate"] - no["estimate"])
    assert gap["n"] == yes["n"] + no["n"]
    assert gap["conf_low"] < gap["estimate"] < gap["conf_high"]


def test_people_who_chose_themselves_differ_in_every_wave(found):
    gaps = where(found, quantity="exposure_gap", outcome="knowledge", phase="phase_2")
    assert set(gaps["wave_to"]) == {"pre", "post", "follow_up"}
    assert (gaps["conf_low"] < 0.5).all()
    assert (gaps["conf_high"] > 0.5).all()


def test_shares_are_of_all_who_said_anything(drawn, found):
    share = only(found, quantity="exposure_share", subgroup="took_part:yes", **AT)
    unsure = only(found, quantity="exposure_share", subgroup="took_part:dont_know", **AT)
    forms = drawn.submissions
    own = forms[(forms["phase"] == "phase_2") & (forms["wave"] == "post")]
    said = own["took_part"][own["took_part"] != ""]
    assert share["n"] == len(said)
    assert share["estimate"] == pytest.approx(100 * (said == "yes").mean())
    assert unsure["estimate"] == pytest.approx(100 * (said == "dont_know").mean())
    assert share["conf_low"] < 40 < share["conf_high"]


def test_two_schools_have_no_interval(found):
    few = where(found, quantity="exposure_gap", phase="phase_1")
    assert few["conf_low"].isna().all()
    assert few["cautions"].str.contains("no_interval_few_clusters").all()


@pytest.mark.parametrize(
    "declared", [{}, {"weights": "school"}, {"design": "cross_sections", "link": "none"}], ids=str
)
def test_every_number_is_recomputed(tmp_path, declared, drawn):
    study = with_exposure(tmp_path, **declared)
    found = compute_findings(study, drawn, quantities=OF_EXPOSURE)
    mine = found[found["quantity"].isin(OF_EXPOSURE)]
    assert len(mine) > 20
    assert disagreements(study, drawn, mine) == []


def test_no_verdict_no_plan_no_headline(found):
    mine = found[found["quantity"].isin(OF_EXPOSURE)]
    assert set(mine["role"]) == {"exploratory"}
    assert set(mine["verdict"]) == {""}
    assert set(mine["plan_status"]) == {""}
    assert not mine["headline_ok"].any()


def test_an_outcome_that_holds_the_question_is_not_compared(tmp_path, drawn):
    study = with_exposure(tmp_path, outcome="knowledge")
    found = compute_findings(study, drawn, quantities=OF_EXPOSURE)
    mine = found[found["quantity"].isin(OF_EXPOSURE) & (found["outcome"] == "knowledge")]
    assert set(mine["quantity"]) == {"exposure_gap"}
    assert mine["reason"].str.contains("this very question").all()
    table = exposure_table(release(found, study.facts()), exposure="took_part")
    assert "this very question" in table.html


def test_few_who_said_yes_hide_everything_and_few_unsure_only_themselves(asked):
    rare = draw(4, yes=0.02, unsure=0.02)
    frame = release(compute_findings(asked, rare), asked.facts()).frame
    mine = frame[frame["quantity"].isin(OF_EXPOSURE)]
    counts = rare.submissions.groupby(["phase", "wave"])["took_part"].value_counts()
    for (phase, wave), rows in mine.groupby(["phase", "wave_to"]):
        said = counts[phase, wave]
        if said.get("yes", 0) < 10:
            assert rows["estimate"].isna().all()
            assert rows["n"].isna().all()
        unsure = rows[rows["subgroup"] == "took_part:dont_know"]
        if said.get("dont_know", 0) < 10:
            assert unsure["estimate"].isna().all()
    assert mine["estimate"].isna().any()
    surveyed = frame[(frame["quantity"] == "surveyed") & (frame["level"] == "programme")]
    assert surveyed["estimate"].notna().any()


def test_sizes_are_in_tens_so_that_few_unsure_cannot_be_counted(asked):
    few = draw(4, unsure=0.01)
    frame = release(compute_findings(asked, few), asked.facts()).frame
    shown = frame[frame["quantity"].isin(("exposed_mean", "exposure_gap"))]["n"].dropna()
    assert len(shown)
    assert (shown % 10 == 0).all()
    unsure = frame[(frame["subgroup"] == "took_part:dont_know") & (frame["phase"] == "phase_2")]
    assert unsure["estimate"].isna().all()


def test_tables_say_who_chose_and_pass_the_lint(asked, found):
    released = release(found, asked.facts())
    for make in (exposed_table, exposure_table):
        html = make(released, exposure="took_part").html
        assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
    assert "chose themselves" in html
    assert "no verdict" in html
    assert "has no verdict" in exposed_table(released, exposure="took_part").html


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (EXPOSURE.replace('"student"', '"pupil"'), "must be a declared audience"),
        (EXPOSURE.replace("s_part", "s_parts"), "must be an item of student"),
        (EXPOSURE.replace("s_part", "c01"), "is a choice"),
        (EXPOSURE.replace('"took_part"', '"sex"'), "must be no item and no subgroup"),
        (EXPOSURE + EXPOSURE, "must be unique"),
    ],
)
def test_faults(tmp_path, more, said):
    with pytest.raises(StudyError, match=said):
        with_exposure(tmp_path, more)


def test_nobody_asked_is_no_finding(asked):
    none = draw_tables(4, SIZE)
    found = compute_findings(asked, none, quantities=OF_EXPOSURE)
    assert not found["quantity"].isin(OF_EXPOSURE).any()
