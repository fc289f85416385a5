"""Whether two phases changed alike, and what no test of so few clusters could tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from math import isfinite

import numpy as np

from impact_eval.estimators.cluster_changes import cluster_changes
from impact_eval.estimators.equivalence import equivalence_interval
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.permutation import permutation_difference
from impact_eval.estimators.phases import phase_difference, phase_half_width
from impact_eval.findings.address import Address
from impact_eval.findings.beside.sign_flips import SEED, limits_of_few
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import ALL_PHASES, Codes, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, of_one_group, scales_differ

HALF_WIDTH = "half_width"
PERMUTATION = "permutation"
# where the smaller phase's clusters vary three times as much, 13 % of true nulls are rejected with
# 4 against 8 clusters and 20 % with 4 against 96 (docs/simulation.md)
TOO_UNEVEN = 2


@dataclass(frozen=True, slots=True)
class _Both:
    """The scores of two phases: 1 is the one whose change comes first."""

    score: Floats
    wave: Codes
    phase: Codes
    cluster: Codes
    school: Codes


def phase_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how much more one phase changed than a later one, or why that is not to be had.

    Notes
    -----
    With at least 4 clusters in each phase a permutation of clusters stands beside it; with fewer
    the half-width that any test would have at least.
    """
    del done
    phases = [phase for phase in data.phases if phase != ALL_PHASES]
    seen: set[Address] = set()
    for people, outcome, address in of_one_group(data):
        here = replace(
            address,
            quantity="phase_difference",
            phase="",
            estimand="schools_like_these",
            estimator="interaction",
        )
        if here in seen or data.rounds_differ or scales_differ(outcome, contrast_of(address)):
            continue
        seen.add(here)
        values = people.scores[outcome.id]
        for pair in combinations(phases, 2):
            first, later = (
                draw_sample(people, values, phase=phase, contrast=contrast_of(address))
                for phase in pair
            )
            if min(first.n_pre, first.n_post, later.n_pre, later.n_post) > 0:
                at = replace(here, contrast="-".join(pair))
                yield from _compare(data, first, later, at, outcome.unit)


def _compare(
    data: StudyData, first: Sample, later: Sample, address: Address, unit: str
) -> Iterator[Finding]:
    """Compare two phases' changes: the first named minus the other."""
    both = _Both(
        np.concatenate([first.score, later.score]),
        np.concatenate([first.wave, later.wave]),
        np.repeat([1, 0], [first.score.size, later.score.size]).astype(np.intp),
        np.concatenate([first.cluster, later.cluster]),
        np.concatenate([first.school, later.school]),
    )
    main = Finding(
        address=address,
        estimate=phase_difference(
            both.score,
            both.wave,
            both.phase,
            both.cluster,
            school=both.school,
            conf_level=data.conf_level,
        ),
        unit=unit,
        n_pre=first.n_pre + later.n_pre,
        n_post=first.n_post + later.n_post,
        n_linked=first.n_linked + later.n_linked,
    )
    smallest = data.facts.outcome(address.audience, address.outcome).smallest_effect
    yield replace(main, cautions=_said(main.estimate, smallest))
    beside = replace(main, parent_id=main.finding_id)
    at = replace(address, estimator=PERMUTATION)
    if main.estimate.reason:
        refused = replace(main.estimate, method="permutation of clusters")
        yield replace(beside, address=at, estimate=refused)
        half = phase_half_width(
            both.score, both.wave, both.phase, both.cluster, conf_level=data.conf_level
        )
        at = replace(address, estimator="pooled_t", variant=HALF_WIDTH)
        yield replace(beside, address=at, estimate=half)
        return
    tested, cautions = _permuted(data, both)
    yield replace(beside, address=at, estimate=tested, cautions=cautions)


def _permuted(data: StudyData, both: _Both) -> tuple[Estimate, tuple[str, ...]]:
    """Exchange clusters between two phases; every cluster counts the same."""
    found = cluster_changes(both.score, both.wave, both.cluster, school=both.school)
    home = np.zeros(int(both.cluster.max()) + 1, np.intp)
    home[both.cluster] = both.phase
    shared = any(
        np.unique(both.phase[both.cluster == code]).size > 1 for code in np.unique(both.cluster)
    )
    group = home[found.cluster.astype(np.intp)]
    reason = found.reason or ("a cluster belongs to both phases" if shared else "")
    reason = reason or _too_uneven(group)
    if reason:
        refused = not_estimable(
            reason,
            n=both.score.size,
            n_clusters=np.unique(both.cluster).size,
            method="permutation of clusters",
            conf_level=data.conf_level,
        )
        return refused, ()
    tested = permutation_difference(
        found.change,
        group,
        n=found.n,
        generator=np.random.default_rng(SEED),
        conf_level=data.conf_level,
    )
    fewest = min(int(found.n_pre.min()), int(found.n_post.min()))
    threshold = data.study.disclosure_threshold
    return tested, limits_of_few(fewest, found.change.size, threshold)


def _too_uneven(group: Codes) -> str:
    """Say why so different numbers of clusters cannot be exchanged; empty if they can."""
    fewer, more = sorted(np.bincount(group, minlength=2).tolist())
    if more < TOO_UNEVEN * fewer:
        return ""
    return (
        f"with {fewer} clusters against {more}, exchanging them is no test unless both phases'"
        " vary alike"
    )


def _said(estimate: Estimate, smallest: float | None) -> tuple[str, ...]:
    """Name what an interval says of two phases: apart, alike by the smallest change, or neither."""
    if estimate.reason or not isfinite(estimate.std_error):
        return ()
    narrow = equivalence_interval(estimate, alpha=1 - estimate.conf_level)
    if smallest is not None and narrow.conf_low >= -smallest and narrow.conf_high <= smallest:
        return ("phases_alike",)
    apart = estimate.conf_low > 0 or estimate.conf_high < 0
    return ("phases_apart",) if apart else ("phases_open",)
