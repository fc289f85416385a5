"""Effects of one family tested together, by what decided who got the programme."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, nan

import numpy as np

from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.permutation_stepdown import permutation_stepdown
from impact_eval.estimators.romano_wolf import StepdownTest
from impact_eval.findings.beside.family_tests import with_p
from impact_eval.findings.beside.permutations import as_drawn
from impact_eval.findings.beside.sign_flips import SEED
from impact_eval.findings.data.arms import sides_of, strata_of
from impact_eval.findings.data.samples import draw_sample
from impact_eval.findings.data.study_data import Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of
from impact_eval.findings.outcomes.estimands import row_weights


def lot_stepdown(data: StudyData, mains: Sequence[Finding]) -> list[Estimate]:
    """Exchange what the lot drew between the sides, in all outcomes of a family at once.

    Notes
    -----
    The clusters count, and are exchanged, as in `permutation_effects`; one that an outcome lacks
    stays in the lot.
    """
    columns = []
    for main in mains:
        people = data.audiences[main.address.audience]
        sample = draw_sample(
            people,
            people.scores[main.address.outcome],
            phase=main.address.phase,
            contrast=contrast_of(main.address),
        )
        drawn = as_drawn(sample, row_weights(data, people, sample))
        sides = sides_of(data, people)
        stratum = strata_of(data, people)
        names = [people.cluster.labels[int(code)] for code in drawn.cluster]
        columns.append(
            {
                name: (number, weight, sides.programme[at], "" if stratum is None else stratum[at])
                for name, number, weight, at in zip(
                    names, drawn.number, drawn.weight, drawn.position, strict=True
                )
            }
        )
    labels = sorted({name for own in columns for name in own})
    known = {name: own[name] for own in columns for name in own}
    missing = (nan, nan, 0, "")
    values = np.array([[own.get(name, missing)[:2] for own in columns] for name in labels])
    strata = [str(known[name][3]) for name in labels]
    tested = permutation_stepdown(
        values[:, :, 0],
        [known[name][2] for name in labels],
        stratum=strata if any(strata) else None,
        weights=values[:, :, 1],
        generator=np.random.default_rng(SEED),
    )
    return shown(mains, tested, tested.p_adjusted)


def shown(mains: Sequence[Finding], tested: StepdownTest, p_values: Floats) -> list[Estimate]:
    """Put the p of each outcome beside its effect, or say why there is none."""
    reason = tested.reason or "no order that the lot could have drawn changes it"
    return [
        with_p(main, float(p), tested.method)
        if isfinite(p)
        else refused([main], reason, tested.method)[0]
        for main, p in zip(mains, p_values, strict=True)
    ]


def refused(mains: Sequence[Finding], reason: str, method: str) -> list[Estimate]:
    """Say of each effect why its family is not tested together."""
    return [
        not_estimable(
            reason,
            n=main.estimate.n,
            n_clusters=main.estimate.n_clusters,
            method=method,
            conf_level=main.estimate.conf_level,
        )
        for main in mains
    ]
