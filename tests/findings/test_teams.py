"""Teams that serve several schools are what is drawn, exchanged and counted, in every design."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import combinations, product

import numpy as np
import pytest
import roll_out_study
import two_sides
from test_explain import disagreements
from test_rating_effects import rated
from test_side_gaps import with_groups, with_sex

from impact_eval.disclosure import release
from impact_eval.estimators.designs.lee import lee_bounds
from impact_eval.estimators.permutation import permutation_difference
from impact_eval.findings import compute_findings
from impact_eval.findings.beside.permutations import adjusted_means, as_drawn
from impact_eval.findings.data.samples import Linked, Sample
from impact_eval.tables import technical_table

TRUTH = two_sides.Truth(schools=(10, 10), students=14, per_team=2, team_sd=0.3, lost=(0.1, 0.2))
DESIGNS = {
    "comparison": {"design": "comparison"},
    "randomised": {"design": "randomised"},
    "waiting_list": {
        "design": "waiting_list",
        "assigned_by": "lot",
        "follow_up": True,
        "workshop_before": "follow_up",
    },
}
OF_SCHOOLS = ("without_one_school", "attrition_difference")
LEFT = {"waiting_list": 0.5}


def drawn_for(design, **options):
    return two_sides.draw_tables(4, replace(TRUTH, left=LEFT.get(design)), **options)


@pytest.fixture(scope="module")
def computed(tmp_path_factory):
    """Each design's study, tables and findings, computed once."""

    @cache
    def compute(design, strata=False):
        study = two_sides.open_study(
            tmp_path_factory.mktemp(design), **DESIGNS[design], per_team=2, strata=strata
        )
        tables = drawn_for(design, strata=strata)
        return study, tables, compute_findings(study, tables)

    return compute


@pytest.mark.parametrize("design", DESIGNS)
def test_two_sides_count_teams(computed, design):
    _, _, found = computed(design)
    sides = found[(found["contrast"] != "") & (found["level"] == "programme")]
    sides = sides[~sides["quantity"].isin(OF_SCHOOLS) & (sides["n_clusters"] > 0)]
    sides = sides[sides["estimand"] != "participants"]
    assert {"effect", "effect_size", "baseline_difference", "specification"} <= set(
        sides["quantity"]
    )
    assert set(sides["n_clusters"]) == {10}
    known = sides[np.isfinite(sides["df"]) & (sides["quantity"] == "effect")]
    assert len(known) >= 2
    assert (known["df"] <= 8.01).all()


@pytest.mark.parametrize("mixed", [False, True], ids=["whole", "at two dates"])
def test_a_roll_out_counts_teams(tmp_path, mixed):
    truth = roll_out_study.Truth(
        cohorts=((1, 8), (2, 6), (None, 6)) if mixed else ((1, 2), (2, 8), (None, 10)),
        per_team=2,
        mixed_teams=mixed,
        students=6,
    )
    study = roll_out_study.write_study(tmp_path, truth)
    tables = roll_out_study.draw_tables(1, truth)
    found = compute_findings(study, tables)
    sides = found[(found["contrast"] != "") & (found["level"] == "programme")]
    sides = sides[~sides["quantity"].isin((*OF_SCHOOLS, "baseline_difference"))]
    sides = sides[np.isfinite(sides["estimate"]) | np.isfinite(sides["conf_low"])]
    sides = sides[sides["n_clusters"] > 0]
    assert {"effect", "effect_since", "equal_trends", "specification", "effect_with_lost"} <= set(
        sides["quantity"]
    )
    teams = 10 if mixed else 9  # the first group is of one team, and compared with nobody
    of_all = sides[sides["quantity"].isin(("effect", "specification", "effect_with_lost"))]
    assert set(of_all["n_clusters"]) == {teams}
    assert (sides["n_clusters"] <= teams).all()
    refused = found.loc[found["quantity"] == "effect_of_group", "reason"]
    assert refused.str.contains("belong to fewer than 2 trainer teams").any() != mixed
    (main,) = found[(found["quantity"] == "effect") & (found["variant"] == "")].to_dict("records")
    assert "CR2 by trainer teams" in main["method"]
    assert main["df"] < teams
    again = found[found["quantity"].isin(
        ("effect", "effect_of_group", "equal_trends", "specification", "baseline_difference",
         "effect_with_lost", "lost")
    )]  # fmt: skip
    assert disagreements(study, tables, again) == []


@pytest.mark.parametrize("design", ["comparison", "randomised"])
def test_groups_and_ratings_count_teams(tmp_path, design):
    options = {"design": design, "per_team": 2}
    study, tables = rated(tmp_path / "rated", effect=1.0, **options)
    tables = replace(tables, schools=two_sides.roster((10, 10), per_team=2))
    found = compute_findings(study, tables, quantities=("item_odds_ratio",))
    assert set(found.loc[found["item_id"] == "r1", "n_clusters"]) == {10}
    study = with_groups(tmp_path / "groups", planned=True, **options)
    found = compute_findings(
        study, with_sex(drawn_for(design)), quantities=("subgroup_difference", "effect")
    )
    rows = found[found["quantity"] == "subgroup_difference"]
    assert set(rows.loc[rows["estimand"] != "participants", "n_clusters"]) == {10}
    assert np.isfinite(rows["std_error"]).any()


def test_odds_of_an_ordered_score_count_teams(tmp_path):
    study = two_sides.open_study(tmp_path, design="randomised", per_team=2)
    tables = drawn_for("randomised")
    few = tables.scores.assign(score=(tables.scores["score"] / 3).round().clip(1, 4))
    found = compute_findings(study, replace(tables, scores=few))
    rows = found[found["quantity"] == "effect_odds_ratio"]
    assert np.isfinite(rows["estimate"]).any()
    assert set(rows["n_clusters"]) == {10}


@pytest.mark.parametrize("design", ["randomised", "waiting_list"])
@pytest.mark.parametrize("strata", [False, True], ids=["together", "within strata"])
def test_teams_are_exchanged_as_they_were_drawn(computed, design, strata):
    study, tables, found = computed(design, strata)
    (row,) = found[found["variant"] == "permutation"].to_dict("records")
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    forms = forms[forms["wave"].isin(["pre", "post"])].merge(tables.schools, on="school_id")
    means = forms.pivot_table(index="school_id", columns="wave", values="score")
    apart = means["pre"] - means["pre"].mean()
    number = means["post"] - np.polyfit(apart, means["post"], 1)[0] * apart
    roster = tables.schools.set_index("school_id").loc[means.index]
    size = forms[forms["wave"] == "post"].groupby("school_id").size()
    sums = (number * size).groupby(roster["trainer_team"]).sum()
    weight = size.groupby(roster["trainer_team"]).sum()
    arm = roster.groupby("trainer_team")["arm"].first().eq("with").to_numpy()
    blocks = [range(10)]
    if strata:
        pair = roster.groupby("trainer_team")["stratum"].first()
        blocks = [np.flatnonzero(pair == one) for one in sorted(set(pair))]
    ways = [list(combinations(own, int(arm[list(own)].sum()))) for own in blocks]

    def difference(own):
        top = bottom = 0.0
        for block in blocks:
            one = np.array([team for team in block if team in own])
            other = np.array([team for team in block if team not in own])
            counts = [weight.iloc[side].sum() for side in (one, other)]
            share = counts[0] * counts[1] / sum(counts)
            means = [sums.iloc[side].sum() for side in (one, other)] / np.array(counts)
            top, bottom = top + share * (means[0] - means[1]), bottom + share
        return top / bottom

    mine = difference(set(np.flatnonzero(arm)))
    all_ways = [difference({team for part in way for team in part}) for way in product(*ways)]
    assert row["estimate"] == pytest.approx(mine)
    extreme = np.abs(all_ways) >= abs(mine) * (1 - 1e-9)
    assert row["p_value"] == pytest.approx(extreme.mean())
    assert row["n_clusters"] == 10
    assert "permutation of trainer teams" in row["method"]
    assert disagreements(study, tables, found[found["variant"] == "permutation"]) == []
    html = technical_table(
        release(found, study.facts()), wave_from="pre", wave_to="post"
    )._repr_mimebundle_()["text/html"]
    assert "trainer teams exchanged as the lot could have drawn them" in html
    assert "schools exchanged" not in html


def test_lee_s_bounds_draw_whole_teams(computed):
    _, tables, found = computed("randomised")
    forms = tables.submissions.merge(tables.scores, on="submission_id")
    forms = forms.merge(tables.links, on="submission_id").merge(tables.schools, on="school_id")
    before = forms[forms["wave"] == "pre"]
    later = forms[forms["wave"] == "post"].set_index("respondent_id")["score"]
    call = before["respondent_id"].map(later), before["arm"].eq("with").astype(int)
    by_team, by_school = (
        lee_bounds(*call, before[column], seed=1).bounds for column in ("trainer_team", "school_id")
    )
    rows = found[(found["estimator"] == "lee") & (found["variant"] == "interval")]
    assert rows["conf_low"].item() == pytest.approx(by_team.conf_low)
    assert rows["conf_low"].item() != pytest.approx(by_school.conf_low)
    assert rows["method"].str.contains("bootstrap by trainer team").all()


def test_a_lot_that_drew_teams_finds_nothing_as_often_as_it_says():
    """Of 300 lots without an effect: teams exchanged as meant, schools exchanged too often."""
    rng, team = np.random.default_rng(3), np.repeat(np.arange(8), 3)
    school, wave = np.tile(np.repeat(np.arange(24), 6), 2), np.repeat([0, 1], 24 * 6)
    nobody = np.zeros(0, np.intp)
    alone = Linked(np.zeros(0), np.zeros(0), nobody, nobody, nobody)
    found = []
    for _ in range(300):
        arm = (rng.permutation(8) < 4).astype(int)
        moved = rng.normal(0, 0.4, 8)[team] + rng.normal(0, 0.2, 24)
        score = rng.normal(0, 0.5, 24)[school] + wave * moved[school] + rng.normal(0, 1, wave.size)
        sample = Sample(
            np.arange(wave.size), score, wave, school, team[school], school,
            np.full(wave.size, np.nan), alone,
        )  # fmt: skip
        drawn = as_drawn(sample, None)
        own = arm[sample.cluster[drawn.position]]
        one = permutation_difference(drawn.number, own, weight=drawn.weight)
        schools, numbers = adjusted_means(sample)
        other = permutation_difference(
            numbers, arm[team[schools]], n_draws=199, generator=np.random.default_rng(1)
        )
        found.append((one.p_value <= 0.05, other.p_value <= 0.05))
    by_team, by_school = np.mean(found, axis=0)
    assert by_team <= 0.08
    assert by_school >= 0.12


def test_a_team_on_its_own_side_gives_no_effect(tmp_path):
    study = two_sides.open_study(tmp_path, design="randomised", schools=(2, 6), per_team=2)
    truth = replace(TRUTH, schools=(2, 6))
    tables = two_sides.draw_tables(4, truth)
    found = compute_findings(study, tables, quantities=("effect",))
    assert found["reason"].ne("").all()
