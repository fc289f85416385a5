"""Without any effect of a programme, a rise is called beyond no more often than it may be."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_study import MAIN, Truth, draw_tables, open_study, where

from impact_eval.findings import compute_findings
from impact_eval.simulate import draw
from impact_eval.study import Study

SECULAR = """smallest_effect = 0.5
secular = [0.25, 0.65]
secular_source = "other studies"
"""
NO_SECULAR = """smallest_effect = 0.5
secular = [0.0, 0.0]
secular_source = "other studies"
"""
SIZES = {"schools": (2, 16), "students": 16, "teachers": 6, "items": False}
# What each case declares, what happens, and how often a rise beyond may be called in a family of
# three at 95 %: a one-sided error of 2.5 %, and of 5 % where the truth lies on the limit itself.
CASES = {
    "secular change, and leavers": (SECULAR, Truth(secular=0.45, leavers=0.3, **SIZES)),
    "no secular change, and leavers": (NO_SECULAR, Truth(secular=0.0, leavers=0.3, **SIZES)),
    "the largest change that counts as none": (SECULAR, Truth(secular=1.15, **SIZES)),
}


def open_bare(tmp_path, truth, declared=SECULAR):
    """Open the small study without subgroups, provinces and schools, which take time to compute."""
    return bare(open_study(tmp_path, schools=truth.schools, declared=declared))


def bare(study):
    """Keep a study's whole-programme findings only."""
    whole = tuple(one.model_copy(update={"report_level": "programme"}) for one in study.audiences)
    plan = study.plan.model_copy(update={"subgroups": ()})
    return study.model_copy(update={"audiences": whole, "subgroups": (), "plan": plan})


def share_of_rises(tmp_path, case, seeds):
    """How often any knowledge outcome of the primary family is called a rise beyond."""
    declared, truth = CASES[case]
    study = open_bare(tmp_path, truth, declared)
    called = []
    for seed in seeds:
        findings = compute_findings(study, draw_tables(seed, truth), quantities=("change",))
        main = where(findings, family="main", outcome="knowledge")
        assert len(main) == 2
        assert set(main["verdict"]) - {""}
        called.append((main["verdict"] == "rise_beyond").any())
    return float(np.mean(called))


@pytest.mark.parametrize("case", ["secular change, and leavers", "no secular change, and leavers"])
def test_no_effect_is_no_rise(tmp_path, case):
    assert share_of_rises(tmp_path, case, range(10)) == 0


@pytest.mark.simulation
@pytest.mark.parametrize("case", list(CASES))
def test_a_rise_is_called_beyond_at_no_more_than_the_nominal_rate(tmp_path, case):
    n_seeds = 200
    share = share_of_rises(tmp_path, case, range(n_seeds))
    noise = 3 * np.sqrt(0.05 * 0.95 / n_seeds)
    assert share <= 0.05 + noise


@pytest.mark.simulation
def test_the_interval_covers_the_change_that_happened(tmp_path):
    truth = Truth(secular=0.45, effect=0.6, **SIZES)
    study = open_bare(tmp_path, truth)
    covered = []
    for seed in range(200):
        findings = compute_findings(study, draw_tables(seed, truth), quantities=("change",))
        change = where(findings, **MAIN).iloc[0]
        covered.append(change["conf_low"] <= 1.05 <= change["conf_high"])
    assert 0.90 <= np.mean(covered) <= 0.99


def test_a_true_rise_is_called_beyond(tmp_path):
    truth = Truth(secular=0.45, effect=2.0, **SIZES)
    study = open_study(tmp_path, schools=truth.schools)
    findings = compute_findings(study, draw_tables(1, truth), quantities=("change",))
    assert where(findings, **MAIN).iloc[0]["verdict"] == "rise_beyond"


def families_with_a_verdict(seeds):
    """How often each family of the shipped programme calls a rise, and a fall, of no effect at all.

    The simulated programme then has secular change, and leavers who differ by delivery.
    """
    study = bare(Study.open("zindagi_trust", start=Path(__file__).parents[2]))
    named = {
        (audience, outcome)
        for family in study.plan.families
        for audience, outcomes in family.outcomes.items()
        for outcome in outcomes
    }
    called = []
    for seed in seeds:
        tables = draw(study, scenario="no_effect", seed=seed, outcomes=sorted(named))
        planned = compute_findings(study, tables, quantities=("change",)).query("family != ''")
        assert set(planned["family"]) == {family.id for family in study.plan.families}
        verdicts = planned.groupby("family")["verdict"]
        called += [
            (direction, family, found.str.startswith(direction).any(), "rise_beyond" in set(found))
            for family, found in verdicts
            for direction in ("rise", "fall")
        ]
    table = pd.DataFrame(called, columns=["direction", "family", "called", "beyond"])
    return table.groupby(["direction", "family"])[["called", "beyond"]].mean()


def test_the_shipped_programme_without_effect_is_no_rise():
    assert families_with_a_verdict(range(5))["beyond"].max() == 0


@pytest.mark.simulation
def test_the_shipped_programme_without_effect_is_a_verdict_at_no_more_than_the_nominal_rate():
    share = families_with_a_verdict(range(200))
    noise = 3 * np.sqrt(0.05 * 0.95 / 200)
    assert share["beyond"].max() <= 0.05
    assert share["called"].max() <= 0.05 + noise
