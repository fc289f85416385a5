"""Gaps between groups of people on two sides, and whether the programme's side moved them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import two_sides
from small_study import only, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.tables import side_gap_table, subgroup_table
from impact_eval.wording import side_gap_word
from impact_eval.wording.lint import lint_page

QUANTITIES = ("mean", "gap", "subgroup_difference", "effect")
SEX = """
[[subgroups]]
id = "sex"
label = "sex"
levels = { female = "girls", male = "boys" }
"""
BY_SCHOOL = """
[[subgroups]]
id = "region"
label = "province"
roster_column = "province"
levels = { north = "North", south = "South" }
"""


def with_groups(root, more=SEX, *, planned=False, **options):
    """A study with two sides that knows of groups."""
    two_sides.open_study(root, **options)
    file = root / "studies" / "sides" / "study.toml"
    text = file.read_text("utf-8").replace('answered_on = "on"', 'answered_on = "on", sex = "sex"')
    if planned:
        text = text.replace("[plan]", '[plan]\nsubgroups = ["sex"]')
    file.write_text(text + more, encoding="utf-8")
    return Study.open("sides", start=root)


def with_sex(tables, *, moved=0.0):
    """Every second student is a girl; girls of the programme gain `moved` more."""
    forms = tables.submissions
    number = forms.merge(tables.links, on="submission_id")["respondent_id"].str[1:].astype(int)
    sex = np.where(number % 2 == 0, "female", "male")
    arm = forms["school_id"].map(tables.schools.set_index("school_id")["arm"])
    more = moved * ((sex == "female") & (arm == "with") & (forms["wave"] == "post"))
    return type(tables)(
        **{
            **{name: getattr(tables, name) for name in tables.__dataclass_fields__},
            "submissions": forms.assign(sex=sex),
            "scores": tables.scores.assign(score=(tables.scores["score"] + more).clip(upper=12)),
        }
    )


@pytest.fixture(scope="module")
def drawn():
    return with_sex(two_sides.draw_tables(5, two_sides.Truth(effect=0.3), strata=True), moved=0.9)


@pytest.fixture(scope="module", params=["comparison", "randomised"])
def study(request, tmp_path_factory):
    return with_groups(
        tmp_path_factory.mktemp(request.param),
        design=request.param,
        planned=True,
        strata=request.param == "randomised",
    )


@pytest.fixture(scope="module")
def found(study, drawn):
    return compute_findings(study, drawn, quantities=QUANTITIES)


def test_each_side_has_its_gap_in_each_wave(found):
    for side in ("programme", "comparison"):
        at = {"wave_from": "pre", "outcome": "knowledge"}
        gap = only(found, quantity="gap", subgroup=f"sex:female-male+arm:{side}", **at)
        means = [
            only(found, quantity="mean", subgroup=f"sex:{level}+arm:{side}", **at)["estimate"]
            for level in ("female", "male")
        ]
        assert gap["estimate"] == pytest.approx(means[0] - means[1])
        assert gap["conf_low"] < gap["estimate"] < gap["conf_high"]
        assert gap["role"] == "exploratory"
    assert len(where(found, quantity="gap")) == 4


def test_the_girls_who_gained_more_are_found(found):
    row = where(found, quantity="subgroup_difference", estimand="schools_like_these").iloc[0]
    assert row["contrast"] == "programme-comparison"
    assert row["conf_low"] > 0
    assert row["conf_low"] < 0.9 < row["conf_high"]
    assert row["role"] == "secondary"
    assert row["plan_status"] == "planned"
    assert not row["headline_ok"]
    assert row["verdict"] == ""


def test_what_no_plan_names_is_exploratory(tmp_path, drawn):
    found = compute_findings(with_groups(tmp_path), drawn, quantities=QUANTITIES)
    rows = where(found, quantity="subgroup_difference")
    assert set(rows["role"]) == {"exploratory"}
    assert set(rows["plan_status"]) == {"not_planned"}
    assert set(rows["estimand"]) == {"participants", "schools_like_these"}


@pytest.mark.parametrize("weights", ["respondent", "school"])
@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_every_number_is_recomputed(tmp_path, drawn, design, weights):
    study = with_groups(tmp_path, design=design, weights=weights, strata=design == "randomised")
    found = compute_findings(study, drawn, quantities=QUANTITIES)
    mine = found[found["quantity"].isin(QUANTITIES[:3])]
    assert len(mine) > 10
    assert disagreements(study, drawn, mine) == []
    moved = mine[mine["quantity"] == "subgroup_difference"]
    moved = moved.assign(estimate=moved["estimate"] + 0.01)
    assert len(disagreements(study, drawn, moved)) == len(moved)


def test_few_schools_on_a_side_are_a_reason(tmp_path):
    truth = two_sides.Truth(schools=(3, 8))
    tables = with_sex(two_sides.draw_tables(4, truth))
    study = with_groups(tmp_path, schools=(3, 8))
    found = compute_findings(study, tables, quantities=QUANTITIES)
    row = only(found, quantity="subgroup_difference", estimand="schools_like_these")
    assert "and one has 3" in row["reason"]
    assert np.isnan(row["estimate"])
    assert where(found, quantity="gap")["estimate"].notna().all()


def test_a_small_group_of_one_side_is_hidden_with_what_gives_it_back(study, drawn):
    forms = drawn.submissions
    arm = forms["school_id"].map(drawn.schools.set_index("school_id")["arm"])
    girls = (arm == "without") & (forms["sex"] == "female")
    few = girls & (forms.groupby([girls, "wave"]).cumcount() >= 4)
    tables = type(drawn)(
        **{
            **{name: getattr(drawn, name) for name in drawn.__dataclass_fields__},
            "submissions": forms[~few],
            "scores": drawn.scores[~few.to_numpy()],
            "links": drawn.links[~few.to_numpy()],
        }
    )
    found = compute_findings(study, tables, quantities=QUANTITIES)
    frame = release(found, study.facts()).frame
    gap = frame[(frame["quantity"] == "gap") & frame["subgroup"].str.endswith("comparison")]
    assert (gap["suppressed"] != "").all()
    assert gap["estimate"].isna().all()
    means = frame[(frame["quantity"] == "mean") & (frame["wave_from"] == "pre")]
    means = means.set_index("subgroup")["suppressed"]
    assert means["sex:female+arm:comparison"] == "small"
    # boys of the side, or the side itself, and girls of the other side, or all girls
    assert "" in set(means)
    assert means["sex:male+arm:comparison"] or means["arm:comparison"]
    assert means["sex:female+arm:programme"] or means["sex:female"]
    differences = frame[frame["quantity"] == "subgroup_difference"]
    assert differences["estimate"].isna().all()


def test_a_level_of_one_school_of_a_side_is_hidden(tmp_path):
    study = with_groups(tmp_path, SEX)
    tables = with_sex(two_sides.draw_tables(3))
    schools = tables.schools.assign(province=["north"] + ["south"] * 9 + ["north", "south"] * 5)
    folder = tmp_path / "studies" / "sides"
    schools.to_csv(folder / "roster.csv", index=False)
    file = folder / "study.toml"
    file.write_text(file.read_text("utf-8") + BY_SCHOOL, encoding="utf-8")
    study = Study.open("sides", start=tmp_path)
    tables.schools["province"] = schools["province"]
    found = compute_findings(study, tables, quantities=QUANTITIES)
    row = only(
        found, quantity="subgroup_difference", subgroup="region:north-south",
        estimand="schools_like_these",
    )  # fmt: skip
    assert "and one has 1" in row["reason"]
    frame = release(found, study.facts()).frame
    gaps = frame[(frame["quantity"] == "gap") & frame["subgroup"].str.startswith("region")]
    assert gaps.loc[gaps["subgroup"].str.endswith("programme"), "estimate"].isna().all()


@pytest.mark.parametrize(
    ("change", "before", "word"),
    [
        ((0.2, 0.9), (-0.9, -0.2), "behind"),
        ((0.2, 0.9), (0.2, 0.9), "ahead"),
        ((0.2, 0.9), (-0.3, 0.2), "apart"),
        ((-0.2, 0.9), (0.2, 0.9), "cannot_tell"),
        ((np.nan, np.nan), (0.2, 0.9), ""),
    ],
)
def test_words_of_a_gap_need_a_clear_gap_before(study, found, change, before, word):
    released = release(found, study.facts())

    def like(quantity, limits):
        row = released.findings(quantity=quantity)[0]
        low, high = limits
        return replace(row, estimate=(low + high) / 2, conf_low=low, conf_high=high)

    assert side_gap_word(like("subgroup_difference", change), like("gap", before)) == word


def test_the_table_shows_both_sides(study, found):
    released = release(found, study.facts())
    for make, of in ((side_gap_table, "sex"), (subgroup_table, "sex:female-male")):
        table = make(released, subgroup=of, wave_from="pre", wave_to="post")
        html = table._repr_mimebundle_()["text/html"]
        assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
        assert "workshop schools" in html
        assert "comparison schools" in html
