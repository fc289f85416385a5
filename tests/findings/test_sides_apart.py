"""What each of two sides has by itself: spread of schools, ratings in pairs, and the figure."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from test_explain import disagreements
from test_rating_effects import rated
from two_sides import Truth, draw_tables, open_study

from impact_eval.disclosure import release
from impact_eval.estimators.superiority import school_superiority
from impact_eval.figures import school_changes
from impact_eval.findings import compute_findings
from impact_eval.pages import schools as schools_section
from impact_eval.pages.single_ratings import ratings
from impact_eval.wording.lint import lint_page

SPREAD = ("schools_mean_change", "between_school_sd", "prediction_interval")
AMONG = ("change", "effect", "mean", "surveyed", *SPREAD)
SIDES = ("arm:programme", "arm:comparison")


@pytest.fixture(scope="module")
def drawn():
    return draw_tables(9, Truth(effect=1.5, secular=0.5, change_sd=0.5, students=40))


@pytest.fixture(scope="module", params=["comparison", "randomised"])
def two_sides(request, tmp_path_factory, drawn):
    study = open_study(tmp_path_factory.mktemp(request.param), design=request.param)
    return study, drawn, compute_findings(study, drawn, quantities=AMONG)


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    study, tables = rated(tmp_path_factory.mktemp("rated"), effect=1.0)
    return study, tables, compute_findings(study, tables)


def test_each_side_has_its_own_mean_and_spread_of_changes(two_sides):
    _, _, found = two_sides
    mine = found[found["quantity"].isin(SPREAD)].set_index(["quantity", "subgroup"])
    assert set(mine.index.get_level_values("subgroup")) == set(SIDES)
    apart = [mine.loc[("schools_mean_change", side), "estimate"] for side in SIDES]
    assert 1.5 - 0.8 < apart[0] - apart[1] < 1.5 + 0.8
    for side in SIDES:
        spread = mine.loc[("between_school_sd", side)]
        assert spread["conf_low"] < 0.5 < spread["conf_high"]
        assert spread["n_clusters"] == 10
    assert "shrunken_change" not in set(found["quantity"])
    assert set(mine["role"]) == {"exploratory"}


def test_only_the_programmes_side_says_where_further_changes_are_expected(two_sides):
    _, _, found = two_sides
    ranges = found[found["quantity"] == "prediction_interval"]
    assert set(ranges["subgroup"]) == {"arm:programme"}
    assert ranges["cautions"].str.contains("range_of_changes").all()


def test_spreads_are_recomputed(two_sides):
    study, tables, found = two_sides
    mine = found[found["quantity"].isin(SPREAD)]
    assert len(mine) == 5
    assert disagreements(study, tables, mine) == []


def test_hidden_schools_that_a_side_would_give_back_hide_its_spread(two_sides, drawn):
    study, _, _ = two_sides
    forms = drawn.submissions
    few = forms[(forms["school_id"] == "s03") & (forms["wave"] == "post")].index[4:]
    kept = forms.drop(index=few)
    tables = type(drawn)(
        **{name: getattr(drawn, name) for name in drawn.__dataclass_fields__}
        | {"submissions": kept}
    )
    frame = release(compute_findings(study, tables, quantities=AMONG), study.facts()).frame
    schools = frame[frame["quantity"].eq("change") & frame["level"].eq("school")]
    gone = schools.loc[schools["estimate"].isna(), "unit_id"]
    hidden = {side: int((gone < "s10").eq(side == SIDES[0]).sum()) for side in SIDES}
    assert sum(hidden.values()) == 5  # the fifth because the side's own change would give one back
    assert hidden[SIDES[0]] > 0
    for side, number in hidden.items():
        own = frame[frame["quantity"].isin(SPREAD) & frame["subgroup"].eq(side)]
        assert own["estimate"].isna().all() == (0 < number < 4)


def test_schools_of_the_two_sides_are_told_apart_by_shape_and_key(two_sides):
    study, _, found = two_sides
    released = release(found, study.facts())
    rows = released.where(quantity="change", level="school", wave_to="post")
    between = released.where(quantity=SPREAD)
    ax = school_changes(rows, between=between)
    shapes = {line.get_marker() for line in ax.lines if line.get_marker() not in ("None", "")}
    assert shapes == {"o", "s"}
    labels = ax.get_legend_handles_labels()[1]
    for words in ("workshop schools", "comparison schools", "mean of workshop schools"):
        assert words in labels
    assert sum("changes expected" in label for label in labels) == 1
    (figure,) = schools_section(released).pieces
    for words in ("round for workshop schools", "square for comparison schools"):
        assert words in figure.alt
    assert "no effects" in figure.caption


def test_each_sides_pairs_and_their_difference(moved):
    study, tables, found = moved
    mine = found[found["quantity"] == "item_superiority"]
    pairs = mine[mine["estimator"] == "superiority"]
    forms = tables.submissions
    own = []
    for side, with_it in zip(SIDES, (True, False), strict=True):
        of = forms[(forms["school_id"] < "s10") == with_it]
        expected = school_superiority(
            of["r1"], of["wave"] != "pre", of["school_id"], school=of["school_id"]
        )
        (row,) = [one for _, one in pairs[pairs["subgroup"] == side].iterrows()]
        assert row["estimate"] == pytest.approx(100 * expected.estimate)
        own.append(row)
    (apart,) = [one for _, one in pairs[pairs["contrast"] != ""].iterrows()]
    assert apart["estimate"] == pytest.approx(own[0]["estimate"] - own[1]["estimate"])
    assert apart["std_error"] == pytest.approx(np.hypot(own[0]["std_error"], own[1]["std_error"]))
    assert apart["conf_low"] > 0
    fewest = min(one["df"] for one in own)
    assert fewest <= apart["df"] <= own[0]["df"] + own[1]["df"]
    assert set(mine["role"]) == {"exploratory"}
    assert disagreements(study, tables, mine) == []


def test_pairs_of_the_sides_stand_on_the_page_and_pass_the_lint(moved):
    study, _, found = moved
    released = release(found, study.facts())
    html = "".join(piece.html for piece in ratings(released).pieces)
    assert "Difference, points" in html
    assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []


def shares_of_no_difference(draws):
    """How often the difference of the sides' pairs is called one where there is none."""
    rng = np.random.default_rng(4)
    school = np.repeat(np.arange(16), 30)
    wave = np.tile(np.repeat([0, 1], 15), 16)
    hits = 0
    for _ in range(draws):
        lies = rng.normal(0, 0.4, 16)[school] + wave * (0.4 + rng.normal(0, 0.25, 16)[school])
        answer = np.digitize(lies + rng.logistic(size=school.size), [-1.5, 0, 1.5])
        one, other = (
            school_superiority(answer[of], wave[of], school[of], school=school[of])
            for of in (school < 8, school >= 8)
        )
        parts = [(own.std_error**2, own.df) for own in (one, other)]
        variance = sum(part for part, _ in parts)
        df = variance**2 / sum(part**2 / own for part, own in parts)
        hits += 2 * stats.t.sf(abs(one.estimate - other.estimate) / variance**0.5, df) < 0.05
    return hits / draws


def test_a_difference_of_pairs_that_is_not_there_is_hardly_found():
    assert 0.015 <= shares_of_no_difference(300) <= 0.085
