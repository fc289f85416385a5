"""Estimators as a factor of the curve: as beside the result, crossed sensibly, in words."""

from __future__ import annotations

from dataclasses import replace
from math import isclose

import pytest
from small_study import Truth, draw_tables, open_study, where
from test_explain import disagreements
from two_sides import Truth as Sides
from two_sides import draw_tables as draw_sides
from two_sides import open_study as open_sides

from impact_eval.disclosure import release
from impact_eval.errors import StudyError
from impact_eval.findings import compute_findings
from impact_eval.findings.beside.ways import BY_THEMSELVES, ways_of
from impact_eval.study import Study
from impact_eval.study.plan import OtherEstimator, Specifications
from impact_eval.tables import ways_table
from impact_eval.wording import choice_words

SMALL = Truth(schools=(1, 8), students=8, teachers=4, effect=1.0)
PAIRS = Sides(effect=1.0, schools=(6, 6), students=8, lost=(0.1, 0.2))
NEEDED = ("change", "effect", "specification", "specifications")
BESIDE = ("modelled_change", "modelled_effect", "change_with_lost", "effect_with_lost")
TWINS = {
    "mixed_model": "mixed_model",
    "weighted": "retention_weights",
    "imputed": "imputation",
    "ancova": "ancova",
    "adjusted_gain": "adjusted_gain",
}


def declared(study: Study, **factors: tuple[str, ...]) -> Study:
    """Declare factors in the plan, as if they stood in study.toml."""
    plan = study.plan.model_copy(update={"specifications": Specifications(**factors)})
    return study.model_copy(update={"plan": plan})


def ways(findings):
    return findings[findings["quantity"] == "specification"]


def by(findings, estimator):
    return where(ways(findings), variant=f"estimators:{estimator}")


@pytest.fixture(scope="module")
def one_group(tmp_path_factory):
    study = open_study(
        tmp_path_factory.mktemp("one"), schools=SMALL.schools, link="roster_id", cluster="school_id"
    )
    study = declared(
        study,
        answers=("complete",),
        sample=("linked",),
        weights=("school",),
        estimators=("school_means", "mixed_model", "weighted", "imputed"),
    )
    tables = draw_tables(3, SMALL)
    return study, tables, compute_findings(study, tables, quantities=(*NEEDED, *BESIDE))


@pytest.fixture(scope="module", params=["comparison", "randomised"])
def two_sides(request, tmp_path_factory):
    study = open_sides(
        tmp_path_factory.mktemp("two"),
        design=request.param,
        schools=PAIRS.schools,
        strata=request.param == "randomised",
    )
    own = ("ancova", "adjusted_gain")
    own = own if request.param == "comparison" else ("difference_in_differences",)
    study = declared(study, estimators=("school_means", "mixed_model", "weighted", "imputed", *own))
    tables = draw_sides(2, PAIRS, strata=request.param == "randomised")
    return study, tables, compute_findings(study, tables, quantities=(*NEEDED, *BESIDE))


def stand_as_beside(findings):
    seen = set()
    for _, way in ways(findings).iterrows():
        name = way["variant"].removeprefix("estimators:")
        if name not in TWINS:
            continue
        twin = findings[
            (findings["estimator"] == TWINS[name])
            & findings["quantity"].isin(
                ["modelled_change", "modelled_effect", "change_with_lost", "effect_with_lost"]
                if name in ("mixed_model", "weighted", "imputed")
                else ["effect"]
            )
            & (findings["outcome"] == way["outcome"])
            & (findings["audience"] == way["audience"])
            & (findings["phase"] == way["phase"])
            & (findings["wave_to"] == way["wave_to"])
            & (findings["estimand"] == way["estimand"])
        ]
        (twin,) = [row for _, row in twin.iterrows()]
        if way["reason"]:
            assert twin["reason"] == way["reason"]
            continue
        assert (way["estimate"], way["std_error"], way["df"]) == (
            twin["estimate"],
            twin["std_error"],
            twin["df"],
        )
        seen.add(name)
    return seen


def test_what_stands_beside_one_group_is_the_same_in_the_curve(one_group):
    _, _, findings = one_group
    assert stand_as_beside(findings) == {"mixed_model", "weighted", "imputed"}


def test_what_stands_beside_two_sides_is_the_same_in_the_curve(two_sides):
    study, _, findings = two_sides
    both = {"mixed_model", "weighted", "imputed"}
    own = set() if study.randomised_by else {"ancova", "adjusted_gain"}
    assert stand_as_beside(findings) == both | own


def test_the_same_without_what_stands_beside(one_group):
    study, tables, findings = one_group
    alone = compute_findings(study, tables, quantities=NEEDED)
    columns = ["variant", "estimate", "std_error", "reason"]
    assert ways(alone)[columns].to_dict("list") == ways(findings)[columns].to_dict("list")


def are_recomputed(study, tables, findings):
    mine = ways(findings)
    mine = mine[mine["variant"].str.contains("estimators:") & (mine["outcome"] == "knowledge")]
    models = mine["variant"] == "estimators:mixed_model"
    mine = mine.assign(estimator=mine["estimator"].where(~models, "mixed_model"))
    return len(mine) >= 5 and disagreements(study, tables, mine) == []


def test_every_way_of_one_group_is_recomputed(one_group):
    assert are_recomputed(*one_group)


def test_every_way_of_two_sides_is_recomputed(two_sides):
    assert are_recomputed(*two_sides)


def test_school_means_of_schools_are_the_mean_by_schools(one_group):
    _, _, findings = one_group
    for _, way in by(findings, "school_means").iterrows():
        weighted = where(ways(findings), variant="weights:school", parent_id=way["parent_id"])
        assert isclose(way["estimate"], float(weighted["estimate"].iloc[0]))
        assert way["df"] == way["n_clusters"] - 1


def test_only_what_makes_the_scores_is_crossed(one_group):
    study, _, findings = one_group
    named = ways(findings)["variant"]
    crossed = named[named.str.contains("estimators:") & named.str.contains(",")]
    assert set(crossed) == {"answers:complete,estimators:school_means"}
    for name in BY_THEMSELVES:
        assert not (named.str.contains(f"estimators:{name}") & named.str.contains(",")).any()
    people, outcome = study.audiences[0], study.outcomes[0]
    held = ways_of(study, people, outcome, estimand="participants")
    assert {way.estimators for way in held} == {"planned", "weighted", "imputed"}


def test_declared_ways_are_as_planned_and_undeclared_ones_exploratory(one_group, tmp_path):
    study, tables, findings = one_group
    assert set(by(findings, "school_means")["role"]) == {"secondary"}
    assert set(by(findings, "school_means")["plan_status"]) == {"planned"}
    plain = study.model_copy(
        update={"plan": study.plan.model_copy(update={"specifications": None})}
    )
    found = compute_findings(plain, tables, quantities=NEEDED)
    assert set(by(found, "school_means")["role"]) == {"exploratory"}
    assert not ways(found)["headline_ok"].any()


@pytest.mark.parametrize(
    ("design", "own"),
    [("comparison", "ancova"), ("randomised", "difference_in_differences")],
)
def test_two_sides_without_a_declaration_get_the_other_of_the_two(tmp_path, design, own):
    study = open_sides(tmp_path, design=design, schools=PAIRS.schools)
    found = compute_findings(study, draw_sides(2, PAIRS), quantities=NEEDED)
    assert by(found, own)["estimate"].notna().all()
    assert by(found, "school_means")["estimate"].notna().all()
    assert set(ways(found)["role"]) == {"exploratory"}


def test_rounds_at_other_places_have_their_means_and_nothing_of_people(tmp_path):
    study = open_study(tmp_path, schools=(1, 8), design="cross_sections", link="none")
    study = declared(study, estimators=("school_means",))
    tables = draw_tables(3, SMALL)
    tables = replace(tables, links=tables.links.assign(respondent_id="", method="none"))
    found = compute_findings(study, tables, quantities=NEEDED)
    assert by(found, "school_means")["estimate"].notna().any()
    assert disagreements(study, tables, by(found, "school_means")) == []


def test_ways_are_released_on_a_grid_and_said(one_group):
    study, _, findings = one_group
    released = release(findings, study.facts())
    shown = [
        one
        for one in released.where(quantity="specification").findings()
        if "estimators:" in one.variant and one.known and not one.suppressed
    ]
    assert shown
    for one in shown:
        assert one.std_error != one.std_error
        exact = findings.set_index("finding_id").loc[one.finding_id, "estimate"]
        assert one.estimate != exact
    said = ways_table(released, shown[:1]).html
    name = shown[0].variant.rpartition(":")[2]
    assert choice_words("estimators", name).lower() in said.lower()


@pytest.mark.parametrize(
    ("design", "faulty"),
    [
        ("cross_sections", ("mixed_model", "ancova", "weighted", "imputed", "adjusted_gain")),
        ("one_group", ("ancova", "difference_in_differences", "adjusted_gain")),
        ("comparison", ("difference_in_differences",)),
        ("randomised", ("ancova", "adjusted_gain")),
    ],
)
def test_estimators_that_a_design_has_not_are_faults(tmp_path, design, faulty):
    opened = open_sides if design in ("comparison", "randomised") else open_study
    more = {"link": "none"} if design == "cross_sections" else {}
    study = opened(tmp_path, design=design, **more)
    file = study.folder / "study.toml"
    plain = file.read_text(encoding="utf-8")
    able, said = [], ""
    for name in OtherEstimator.__args__:
        own = f'[plan.specifications]\nestimators = ["{name}"]\n\n[[plan.families]]'
        file.write_text(plain.replace("[[plan.families]]", own, 1), encoding="utf-8")
        try:
            Study.open(study.id, start=tmp_path)
            able.append(name)
        except StudyError as fault:
            said += str(fault)
    expected = set(OtherEstimator.__args__) - set(faulty)
    expected -= {"difference_in_differences"} if design == "cross_sections" else set()
    assert set(able) == expected
    assert all(f'"{name}"' in said for name in faulty)
