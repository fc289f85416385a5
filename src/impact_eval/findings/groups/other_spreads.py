"""The spread of school changes by Paule and Mandel's method, beside planned changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Final

import numpy as np

from impact_eval.estimators.random_effects import random_effects
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.groups.schools import changes_by_school, root
from impact_eval.findings.plan.families import memberships
from impact_eval.vocabulary import Quantity

PAULE_MANDEL: Final = "paule_mandel"
VARIANTS: Final = ("mean", "sd")
_OF: Final[tuple[Quantity, ...]] = ("schools_mean_change", "between_school_sd")


def other_spreads(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield mean and spread of planned changes by an estimator that needs no normality.

    Parameters
    ----------
    data
        The study.
    done
        All findings, judged.

    Yields
    ------
    Finding
        Beside the random-effects mean and standard deviation of restricted likelihood, where these
        have numbers, of what the plan names.
    """
    for member in memberships(data.study).values() if not data.has_arms else ():
        at = replace(
            member.address, quantity=_OF[0], estimand="schools_like_these",
            estimator="random_effects",
        )  # fmt: skip
        mains = [done.get(replace(at, quantity=quantity).finding_id) for quantity in _OF]
        if any(main is None or not isfinite(main.estimate.estimate) for main in mains):
            continue
        people = data.audiences[at.audience]
        changes = changes_by_school(data, people, people.scores[at.outcome], at).changes
        usable = np.isfinite(changes.variance) & (changes.variance > 0)
        number = changes.n_pre + changes.n_post - changes.n_linked
        found = random_effects(
            changes.change[usable],
            changes.variance[usable],
            variances_df=changes.variance_df[usable],
            tau2_method="paule_mandel",
            n_people=int(number[usable].sum()),
            conf_level=data.conf_level,
        )
        spread = replace(root(found.tau2), method="standard deviation of true school changes, Paule"
                         " and Mandel")  # fmt: skip
        for main, estimate, variant in zip(mains, (found.mean, spread), VARIANTS, strict=True):
            if main is not None:
                yield replace(
                    main,
                    address=replace(
                        main.address,
                        quantity="spread_by_moments",
                        estimator=PAULE_MANDEL,
                        variant=variant,
                    ),
                    estimate=estimate,
                    role="exploratory",
                    plan_status="",
                    parent_id=main.finding_id,
                )
