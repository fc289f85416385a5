"""Gaps between groups of people, and whether they changed."""

from __future__ import annotations

import numpy as np
import pytest
from small_study import Truth, draw_tables, only, open_study, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.errors import StudyError
from impact_eval.findings import compute_findings
from impact_eval.study import Study

QUANTITIES = ("gap", "subgroup_difference", "change")
SIX = Truth(schools=(2, 18), students=10, teachers=3)
PROVINCE = """
[[subgroups]]
id = "region"
label = "province"
roster_column = "province"
levels = { sindh = "Sindh", punjab = "Punjab", balochistan = "Balochistan" }
"""


def with_regions(root, more=PROVINCE, **declared):
    open_study(root, schools=SIX.schools, **declared)
    file = root / "studies" / "small" / "study.toml"
    file.write_text(file.read_text("utf-8") + more, encoding="utf-8")
    return Study.open("small", start=root)


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    return with_regions(tmp_path_factory.mktemp("regions"))


@pytest.fixture(scope="module")
def drawn():
    return draw_tables(7, SIX)


@pytest.fixture(scope="module")
def found(regions, drawn):
    return compute_findings(regions, drawn, quantities=QUANTITIES)


AT = {"audience": "student", "outcome": "knowledge", "phase": "phase_2"}


def test_gaps_are_differences_of_means(tables, findings):
    gap = only(findings, quantity="gap", subgroup="sex:female-male", wave_from="pre", **AT)
    means = [
        only(findings, quantity="mean", subgroup=f"sex:{level}", wave_from="pre", **AT)["estimate"]
        for level in ("female", "male")
    ]
    assert gap["estimate"] == pytest.approx(means[0] - means[1])
    assert gap["conf_low"] < gap["estimate"] < gap["conf_high"]
    assert gap["role"] == "exploratory"
    assert gap["plan_status"] == ""


def test_without_school_effects_the_change_is_that_of_the_gap(tmp_path):
    study = open_study(tmp_path, schools=(2, 10), design="cross_sections", link="none")
    tables = draw_tables(5, Truth(schools=(2, 10), students=8, teachers=3))
    tables.links["respondent_id"] = ""
    found = compute_findings(study, tables, quantities=QUANTITIES)
    at = {"audience": "student", "outcome": "knowledge", "subgroup": "sex:female-male"}
    before, after = (only(found, quantity="gap", wave_from=wave, **at) for wave in ("pre", "post"))
    change = only(found, quantity="subgroup_difference", wave_to="post",
                  estimand="schools_like_these", **at)  # fmt: skip
    assert change["estimate"] == pytest.approx(after["estimate"] - before["estimate"])


def test_more_than_two_levels_stand_against_the_rest_and_all_at_once(found):
    of = where(found, quantity="subgroup_difference", wave_to="post",
               estimand="schools_like_these", **AT)  # fmt: skip
    mine = of[of["subgroup"].str.startswith("region:")]
    assert set(mine["subgroup"]) == {
        "region:sindh-*", "region:punjab-*", "region:balochistan-*", "region:*"
    }  # fmt: skip
    joint = mine[mine["estimator"] == "joint"].iloc[0]
    assert 0 < joint["p_value"] < 1
    assert np.isnan(joint["conf_low"])
    assert set(mine["role"]) == {"exploratory"}
    assert set(of.loc[of["subgroup"] == "sex:female-male", "role"]) == {"secondary"}


def test_every_gap_is_recomputed(regions, drawn, found):
    mine = found[found["quantity"].isin(QUANTITIES[:2])]
    assert disagreements(regions, drawn, mine) == []


def test_a_narrower_gap_with_a_group_at_the_top_says_so(study, tables):
    scores = tables.scores.merge(
        tables.submissions[["submission_id", "sex", "wave"]], on="submission_id"
    )
    high = (scores["sex"] == "female") & (scores["outcome"] == "knowledge")
    values = scores["score"].where(~high, (scores["score"] + 5).clip(upper=12))
    values = values.where(~(scores["sex"] == "male"), scores["score"].clip(lower=0, upper=11))
    rising = (scores["sex"] == "male") & (scores["wave"] != "pre")
    scores["score"] = values.where(~rising, (values + 2).clip(upper=11))
    at_top = type(tables)(**{**vars_of(tables), "scores": scores[list(tables.scores.columns)]})
    found = compute_findings(study, at_top, quantities=QUANTITIES)
    change = only(found, quantity="subgroup_difference", wave_to="post",
                  estimand="schools_like_these", **AT)  # fmt: skip
    assert change["estimate"] < 0
    assert "gap_at_ceiling" in change["cautions"].split(";")


def vars_of(tables):
    return {name: getattr(tables, name) for name in tables.__dataclass_fields__}


def test_a_level_of_one_school_is_hidden_with_a_partner(regions, drawn):
    facts = regions.facts()
    few = {**facts.school_levels["region"], "sindh": ("p2-000",)}
    facts = type(facts)(**{**vars_of(facts), "school_levels": {"region": few}})
    frame = release(compute_findings(regions, drawn, quantities=("mean", *QUANTITIES)), facts).frame
    hidden = frame[(frame["quantity"] == "mean") & (frame["phase"] == "phase_2")]
    hidden = hidden[hidden["subgroup"].str.startswith("region:") & (hidden["suppressed"] != "")]
    assert "region:sindh" in set(hidden["subgroup"])
    assert hidden["subgroup"].nunique() >= 2
    against = frame[frame["subgroup"].str.contains("*", regex=False)]
    assert against.loc[against["phase"] == "phase_2", "estimate"].isna().all()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (PROVINCE.replace('"province"\nlevels', '"nowhere"\nlevels'), "column of the roster"),
        (PROVINCE.replace("punjab =", "elsewhere =").replace('"Punjab"', '"Elsewhere"'),
         "level of a school"),
    ],
)  # fmt: skip
def test_faults_of_a_subgroup_of_schools(tmp_path, more, said):
    with pytest.raises(StudyError, match=said):
        with_regions(tmp_path, more)


def test_a_planned_subgroup_of_schools_needs_no_column_in_a_survey(tmp_path):
    open_study(tmp_path, schools=SIX.schools)
    file = tmp_path / "studies" / "small" / "study.toml"
    text = file.read_text("utf-8").replace('subgroups = ["sex"]', 'subgroups = ["sex", "region"]')
    file.write_text(text + PROVINCE, encoding="utf-8")
    study = Study.open("small", start=tmp_path)
    assert study.plan_content["subgroups.region.roster_column"] == "province"
