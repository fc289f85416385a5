"""Errors by leaving out one cluster: against R, against refits, and where they take CR2's place."""

from __future__ import annotations

import numpy as np
import pytest

from impact_eval.estimators.cr2 import fit_cr2
from impact_eval.estimators.designs import adjusted_difference
from impact_eval.estimators.jackknife_error import (
    jackknife_error,
    most_at_one_end,
    no_narrower_than_jackknife,
)


@pytest.mark.parametrize("kind", ["plain", "weighted", "strata"])
def test_against_r(a12_wide, reference, kind):
    # vcovCR(lm(capped ~ treat + pre), type = "CR3") times (G - 1) / G
    d, r = a12_wide, reference("jackknife")[kind]
    capped = d.post.clip(upper=d.post.median()).to_numpy()
    columns, school = np.column_stack([d.treat, d.pre]), np.unique(d.school, return_inverse=True)[1]
    outside = np.eye(2)[(school > 6).astype(int)] if kind == "strata" else np.ones((len(d), 1))
    weights = 1 + (np.arange(1, len(d) + 1) % 5) / 4 if kind == "weighted" else None
    design = np.column_stack([columns, outside])
    error = jackknife_error(capped, design, school, coefficient=0, weights=weights)
    assert error == pytest.approx(r["se"], rel=1e-8)
    stratum = (school > 6).astype(int) if kind == "strata" else None
    own = columns if kind == "strata" else design
    found = fit_cr2(capped, own, school, coefficient=0, school=stratum, weights=weights)
    wider = no_narrower_than_jackknife(
        found, capped, own, school, coefficient=0, stratum=stratum, weights=weights
    )
    assert found.estimate == wider.estimate == pytest.approx(r["b"], rel=1e-8)
    assert (wider.std_error, wider.df) == pytest.approx((r["se"], found.df), rel=1e-8)


def test_by_refitting_without_each_cluster():
    rng = np.random.default_rng(3)
    cluster = np.repeat(np.arange(11), np.arange(2, 13))
    design = np.column_stack([cluster % 2, rng.normal(size=cluster.size), np.ones(cluster.size)])
    y = rng.normal(size=cluster.size) + rng.normal(size=11)[cluster]
    whole = np.linalg.lstsq(design, y, rcond=None)[0][0]
    without = [
        np.linalg.lstsq(design[cluster != g], y[cluster != g], rcond=None)[0][0] for g in range(11)
    ]
    expected = np.sqrt(10 / 11 * ((np.array(without) - whole) ** 2).sum())
    error = jackknife_error(y, design, cluster, coefficient=0, weights=None)
    assert error == pytest.approx(expected)


def test_a_cluster_that_alone_is_a_stratum_changes_nothing():
    rng = np.random.default_rng(4)
    cluster = np.repeat(np.arange(13), 6)
    y, arm = rng.normal(size=cluster.size), cluster % 2
    stratum = np.where(cluster == 12, 6, cluster // 2)
    design = np.column_stack([arm, np.eye(7)[stratum]])
    with_it = jackknife_error(y, design, cluster, coefficient=0, weights=None)
    kept = cluster < 12
    without = jackknife_error(y[kept], design[kept, :7], cluster[kept], coefficient=0, weights=None)
    assert with_it * np.sqrt(13 / 12) == pytest.approx(without * np.sqrt(12 / 11))


@pytest.mark.parametrize("clusters", [8, 9, 10, 200, 201])
def test_where_it_stands_in(clusters):
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(clusters), 3)
    y, design = rng.normal(size=cluster.size), np.column_stack([cluster % 2, np.ones(cluster.size)])
    found = fit_cr2(y, design, cluster, coefficient=0)
    wider = no_narrower_than_jackknife(found, y, design, cluster, coefficient=0)
    assert (wider.std_error > found.std_error) == (10 <= clusters <= 200)
    assert ("leaving out one cluster" in wider.method) == (10 <= clusters <= 200)


def test_two_in_five_at_one_end():
    assert most_at_one_end(np.array([1, 2, 3, 5, 5]))
    assert most_at_one_end(np.array([1, 1, 3, 4, 5]))
    assert not most_at_one_end(np.array([1, 2, 3, 4, 5, 5]))
    assert not most_at_one_end(np.array([1, 2, 3, 3, 3, 5]))


def share_covered(surveys):
    """Draw lots of twelve unequal schools whose later scores mostly stand at the top."""
    rng = np.random.default_rng(6)
    school = np.repeat(np.arange(12), [3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 80, 150])
    crowd = rng.normal(size=1_000_000)
    later = np.sqrt(1.2) * crowd
    effect = np.minimum(later + 0.6, -0.25).mean() - np.minimum(later, -0.25).mean()
    hits, person_id = [], np.arange(school.size)
    for _ in range(surveys):
        level, shift = rng.normal(0, np.sqrt(0.2), (2, 12))
        person, noise = rng.normal(0, np.sqrt(0.8), (2, school.size))
        arm = rng.permutation(np.arange(12) % 2)[school]
        pre = np.minimum(level[school] + person, -0.25)
        post = (level + shift)[school] + 0.5 * person + np.sqrt(0.75) * noise + 0.6 * arm
        score = np.concatenate([pre, np.minimum(post, -0.25)])
        wave = np.repeat([0, 1], school.size)
        found = adjusted_difference(
            score, wave, np.tile(arm, 2), np.tile(school, 2), respondent=np.tile(person_id, 2)
        )
        hits.append(found.conf_low <= effect <= found.conf_high)
    return np.mean(hits)


def test_effects_are_covered_where_most_stand_at_the_top():
    assert share_covered(300) >= 0.94
