"""Exposure as a dose where nobody is linked, and exposure on two sides: tables to words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from small_study import OF_EXPOSURE, only, where
from test_explain import disagreements
from test_exposures import EXPOSURE, draw, with_exposure
from two_sides import Truth as Sides
from two_sides import draw_tables as draw_sides
from two_sides import open_study as open_sides

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.pages import exposure as exposure_section
from impact_eval.study import Study
from impact_eval.tables import (
    exposed_change_table,
    exposed_table,
    exposure_table,
    side_exposed_table,
    side_exposure_table,
)
from impact_eval.wording.lint import lint_page

OFTEN = """
[[doses]]
id = "posters"
label = "posters that students say they saw"
audience = "student"
item = "s_often"
"""
AT = {"outcome": "knowledge", "phase": "", "wave_to": "post", "audience": "student"}
ALL = (*OF_EXPOSURE, "change", "mean", "surveyed")


def apart(tables):
    """The same tables, as if each round had asked other people."""
    return replace(tables, links=tables.links.assign(respondent_id="", method="none"))


def with_number(root, **declared):
    """The small study, whose students also say how many posters they saw."""
    study = with_exposure(root, design="cross_sections", link="none", **declared)
    file = study.folder / "study.toml"
    file.write_text(file.read_text("utf-8") + OFTEN, encoding="utf-8")
    codebook = study.folder / "codebook.csv"
    rows = pd.read_csv(codebook, dtype="str").fillna("")
    row = dict.fromkeys(rows.columns, "") | {
        "item_id": "s_often", "audience": "student", "label": "How many posters", "type": "rating",
        "minimum": "0", "maximum": "4",
    }  # fmt: skip
    pd.concat([rows, pd.DataFrame([row])]).to_csv(codebook, index=False)
    return Study.open("small", start=root)


def how_often(tables, seed=10):
    """Numbers of posters at random, for students; some give none."""
    rng = np.random.default_rng(seed)
    forms = tables.submissions
    number = rng.integers(0, 5, len(forms)).astype(float)
    number[rng.random(len(forms)) < 0.05] = np.nan
    number[(forms["audience"] != "student").to_numpy()] = np.nan
    return replace(tables, submissions=forms.assign(s_often=number))


@pytest.fixture(scope="module")
def rounds(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rounds")
    study = with_number(folder)
    tables = how_often(apart(draw(4, chooser=0.5, unsure=0.1)))
    return study, tables, compute_findings(study, tables, quantities=ALL)


@pytest.fixture(scope="module")
def two_sides(tmp_path_factory):
    study = open_sides(tmp_path_factory.mktemp("sides"), link="none")
    file = study.folder / "study.toml"
    more = EXPOSURE.replace("s_part", "seen_it")
    file.write_text(file.read_text("utf-8") + more, encoding="utf-8")
    columns = ("item_id", "audience", "outcome", "label", "type", "minimum", "maximum", "correct")
    row = dict.fromkeys(columns, "") | {
        "item_id": "seen_it", "audience": "student", "label": "Did you see it", "type": "choice",
        "correct": "yes",
    }  # fmt: skip
    pd.DataFrame([row]).to_csv(study.folder / "codebook.csv", index=False)
    text = file.read_text("utf-8").replace(
        'roster = "roster.csv"', 'roster = "roster.csv"\ncodebook = "codebook.csv"'
    )
    file.write_text(text, encoding="utf-8")
    study = Study.open("sides", start=study.root)
    tables = draw_sides(3, Sides(students=25), linked=False)
    rng = np.random.default_rng(8)
    forms = tables.submissions
    chance = np.where(forms["school_id"] < "s10", 0.6, 0.25)
    words = np.where(rng.random(len(forms)) < chance, "yes", "no")
    words[rng.random(len(forms)) < 0.08] = "dont_know"
    tables = replace(tables, submissions=forms.assign(took_part=words, seen_it=words == "yes"))
    return study, tables, compute_findings(study, tables, quantities=(*ALL, "effect"))


@pytest.fixture(scope="module")
def shown(rounds, two_sides):
    """What is released of both studies."""
    return [(study, release(found, study.facts())) for study, _, found in (rounds, two_sides)]


def test_changes_with_and_without_are_differences_of_means(rounds):
    _, _, found = rounds
    before = only(found, quantity="mean", level="programme", subgroup="",
                  **AT | {"wave_to": "pre"})  # fmt: skip
    for word in ("yes", "no"):
        mean = only(found, quantity="exposed_mean", subgroup=f"took_part:{word}", **AT)
        change = only(found, quantity="exposure_change", subgroup=f"took_part:{word}", **AT)
        assert change["estimate"] == pytest.approx(mean["estimate"] - before["estimate"])
        assert change["conf_low"] < change["estimate"] < change["conf_high"]


def test_slopes_of_words_and_numbers_are_those_that_were_drawn(rounds):
    _, _, found = rounds
    words = only(found, quantity="exposure_slope", subgroup="took_part:yes-no", **AT)
    assert words["conf_low"] < 0.5 < words["conf_high"]
    assert words["estimator"] == "within_schools"
    numbers = only(found, quantity="exposure_slope", subgroup="posters:more-least", **AT)
    assert numbers["conf_low"] < 0 < numbers["conf_high"]
    share = only(found, quantity="exposure_share", subgroup="posters:more",
                 wave_to="post")  # fmt: skip
    assert share["conf_low"] < 80 < share["conf_high"]
    assert where(found, quantity="exposure_change", subgroup="posters:more").empty
    assert len(where(found, quantity="exposure_change", subgroup="posters:least"))


def test_every_number_is_recomputed(rounds, two_sides):
    for study, tables, found in (rounds, two_sides):
        mine = found[found["quantity"].isin(OF_EXPOSURE)]
        assert {"exposure_slope", "exposure_change"} <= set(mine["quantity"])
        assert disagreements(study, tables, mine) == []


def test_nothing_of_it_is_planned_judged_or_leads(rounds, two_sides):
    for _, _, found in (rounds, two_sides):
        mine = found[found["quantity"].isin(OF_EXPOSURE)]
        assert set(mine["role"]) == {"exploratory"}
        assert set(mine["verdict"]) == {""}
        assert not mine["headline_ok"].any()


def test_sides_differ_by_what_was_drawn(two_sides):
    _, _, found = two_sides
    at = {"quantity": "exposure_share", "wave_to": "post"}
    shares = [
        only(found, subgroup=f"took_part:yes+arm:{side}", contrast="", **at)["estimate"]
        for side in ("programme", "comparison")
    ]
    apart_by = only(found, subgroup="took_part:yes", contrast="programme-comparison", **at)
    assert apart_by["estimate"] == pytest.approx(shares[0] - shares[1])
    assert apart_by["conf_low"] < 100 * 0.35 * 0.92 < apart_by["conf_high"]
    gaps = where(found, quantity="exposure_gap", contrast="programme-comparison")
    assert len(gaps) == 2
    assert (gaps["conf_low"] < 0).all()
    assert (gaps["conf_high"] > 0).all()


def test_few_who_said_yes_on_one_side_hide_the_difference_of_both(two_sides):
    study, tables, _ = two_sides
    forms = tables.submissions
    other = forms["school_id"] >= "s10"
    few = forms["took_part"].mask(other & (forms["wave"] == "post"), "no")
    few = few.mask(few.index == few.index[other & (forms["wave"] == "post")][0], "yes")
    rare = replace(tables, submissions=forms.assign(took_part=few))
    found = compute_findings(study, rare, quantities=(*ALL, "effect"))
    frame = release(found, study.facts()).frame
    mine = frame[frame["quantity"].isin(OF_EXPOSURE)]
    late = mine["wave_to"] == "post"
    own = mine["subgroup"].str.endswith("arm:programme")
    assert mine.loc[late & ~own, "estimate"].isna().all()
    assert mine.loc[late & own, "estimate"].notna().any()
    unsure = mine["subgroup"].str.contains("dont_know")
    assert mine.loc[~late & ~unsure, "estimate"].notna().all()


def test_few_who_saw_any_hide_the_slope(rounds):
    study, tables, _ = rounds
    seen = tables.submissions["s_often"].where(tables.submissions["s_often"].isna(), 0.0)
    seen.iloc[np.flatnonzero(seen.notna())[:3]] = 4.0
    rare = replace(tables, submissions=tables.submissions.assign(s_often=seen))
    frame = release(compute_findings(study, rare, quantities=ALL), study.facts()).frame
    mine = frame[frame["subgroup"].str.startswith("posters:")]
    assert len(mine)
    assert mine["estimate"].isna().all()


def test_sizes_of_those_who_said_anything_are_in_tens(shown):
    for _, released in shown:
        frame = released.frame
        sizes = frame[frame["quantity"] == "exposure_slope"]["n"].dropna()
        assert len(sizes)
        assert (sizes % 10 == 0).all()


def tables_of(study, released):
    pair = {"wave_from": "pre", "wave_to": "post"}
    for name in (*study.facts().exposures, *study.facts().doses):
        if study.arms:
            yield side_exposed_table(released, exposure=name)
            yield side_exposure_table(released, exposure=name)
        else:
            yield exposed_table(released, exposure=name)
            yield exposure_table(released, exposure=name)
        yield exposed_change_table(released, exposure=name, **pair)


def test_tables_say_associated_and_pass_the_lint(shown):
    for study, released in shown:
        for table in tables_of(study, released):
            page = f"<html><body><main>{table.html}</main></body></html>"
            assert lint_page(page, released) == []
        assert "who looks for it differs" in table.html
        assert "effect" not in table.html.lower()
    section = exposure_section(shown[0][1])
    assert "associated with higher scores" in "".join(piece.html for piece in section.pieces)


def test_nobody_asked_is_no_finding(rounds):
    study, tables, _ = rounds
    none = replace(tables, submissions=tables.submissions.drop(columns=["took_part"]).assign(
        s_often=np.nan))  # fmt: skip
    found = compute_findings(study, none, quantities=ALL)
    assert not found["quantity"].isin(OF_EXPOSURE).any()
