"""Shares of planned outcomes as odds: single items and the mark, beside percentage points."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from impact_eval.estimators.designs.adjusted_share_odds import adjusted_cox, adjusted_share_odds
from impact_eval.estimators.designs.shares import cox_of_changes
from impact_eval.estimators.estimate import Estimate, not_estimable
from impact_eval.estimators.mcnemar import mcnemar_change
from impact_eval.estimators.share_odds import METHOD, share_odds
from impact_eval.findings.address import Address
from impact_eval.findings.data.arms import sides_of
from impact_eval.findings.data.samples import Sample, draw_sample, part_of, seen_twice
from impact_eval.findings.data.study_data import AudienceData, Floats, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of, scales_differ
from impact_eval.findings.outcomes.items import counted_items
from impact_eval.findings.outcomes.means import mastered
from impact_eval.findings.plan.families import memberships
from impact_eval.findings.sides.effects import CROSSED_OVER, crossed_over

GEE: Final = "gee_logit"
COX: Final = "cox_index"
MCNEMAR: Final = "mcnemar"
_COUNTED: Final = 50.0  # shares are 0 and 100


@dataclass(frozen=True, slots=True)
class _Share:
    """What counts of a planned outcome in two waves, with the finding that it stands beside."""

    people: AudienceData
    sample: Sample
    main: Finding


def share_odds_findings(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the log odds ratio of each share of a planned outcome, and what else belongs to it.

    Parameters
    ----------
    data
        The study.
    done
        All findings, judged.

    Yields
    ------
    Finding
        For the items and the mark of each outcome that the plan names: the log odds ratio by
        estimating equations; where sides are compared Cox's index too; where there is a single
        school, in place of what speaks of others, McNemar's test of the linked. In a staggered
        roll-out none, since its schools pass from side to side.
    """
    for share in () if data.staggered else _shares(data, done):
        at = share.main.address
        here = replace(
            at, quantity="share_odds_ratio", estimator=GEE, estimand="schools_like_these"
        )
        yield _beside(share, here, _odds(data, share), unit="")
        if data.has_arms:
            here = replace(here, quantity="cox_index", estimator=COX)
            yield _beside(share, here, _cox(data, share), unit="SD")
        elif np.unique(share.sample.school).size == 1 and share.sample.n_linked:
            linked = share.sample.linked
            found = mcnemar_change(
                linked.pre > _COUNTED, linked.post > _COUNTED, conf_level=data.conf_level
            )
            found = replace(found, estimate=100 * found.estimate)
            here = replace(at, estimator=MCNEMAR, estimand="participants")
            yield _beside(share, here, found, unit="points")


def _shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[_Share]:
    """Yield the items, then the mark, of what the plan names, where both waves have answers."""
    planned = {
        (at.audience, at.outcome, at.phase, at.wave_from, at.wave_to): at
        for at in (member.address for member in memberships(data.study).values())
    }
    beside = {
        (at.audience, at.outcome, at.phase, at.wave_from, at.wave_to, at.item_id): one
        for one in done.values()
        for at in (one.address,)
        if at.quantity == "item_change" and not one.parent_id
    }
    items = list(counted_items(data)) if planned else []
    for place, at in planned.items():
        for item in items:
            own = item.address
            if (own.audience, own.outcome, own.phase) == place[:3]:
                main = beside.get((*place, own.item_id))
                yield from _share(data, item.people, item.values, at, main)
        people = data.audiences[at.audience]
        outcome = data.study.outcome(at.audience, at.outcome)
        if outcome.mastery is not None and not scales_differ(outcome, contrast_of(at)):
            main = done.get(_of_mark(data, at).finding_id)
            yield from _share(data, people, mastered(people, outcome), at, main)


def _of_mark(data: StudyData, at: Address) -> Address:
    """Find what the mark's odds stand beside: the change of its share, or the effect."""
    return at if data.has_arms else replace(at, quantity="mastery_change")


def _share(
    data: StudyData, people: AudienceData, values: Floats, at: Address, main: Finding | None
) -> Iterator[_Share]:
    sample = draw_sample(people, values, phase=at.phase, contrast=contrast_of(at))
    if main is None or not sample.n_pre or not sample.n_post:
        return
    if data.has_arms:
        known = sides_of(data, people).programme[sample.position] >= 0
        sample = part_of(sample, known, np.ones(sample.n_linked, bool))
    elif not data.rounds_differ:
        sample = seen_twice(sample)
    if sample.n_post:
        yield _Share(people, sample, main)


def _beside(share: _Share, at: Address, estimate: Estimate, *, unit: str) -> Finding:
    return finding_of(
        at,
        estimate,
        share.sample,
        unit=unit,
        parent_id=share.main.finding_id,
        cautions=tuple(one for one in share.main.cautions if one == "reversed_item"),
    )


def _odds(data: StudyData, share: _Share) -> Estimate:
    """Estimate the odds by the clusters that the change speaks of."""
    sample = share.sample
    if not data.has_arms:
        reached = sample.score > _COUNTED
        return share_odds(reached, sample.wave, sample.cluster, conf_level=data.conf_level)
    if crossed_over(data, share.main.address.wave_to):
        return _refused(data, sample, METHOD)
    if data.by_lot:
        return _of_lot(data, share, adjusted_share_odds)
    side = sides_of(data, share.people).programme[sample.position]
    columns = np.column_stack([sample.wave * side, sample.wave, side])
    reached = sample.score > _COUNTED
    return share_odds(reached, columns, sample.cluster, conf_level=data.conf_level)


def _cox(data: StudyData, share: _Share) -> Estimate:
    sample = share.sample
    if crossed_over(data, share.main.address.wave_to):
        return _refused(data, sample, "Cox index of two shares, CR2")
    if data.by_lot:
        return _of_lot(data, share, adjusted_cox)
    side = sides_of(data, share.people).programme[sample.position]
    return cox_of_changes(
        sample.score > _COUNTED, sample.wave, side, sample.cluster, conf_level=data.conf_level
    )


def _of_lot(data: StudyData, share: _Share, estimate: Callable[..., Estimate]) -> Estimate:
    """Compare later answers, earlier ones and strata allowed for."""
    of, sample = sides_of(data, share.people), share.sample
    return estimate(
        sample.score > _COUNTED,
        sample.wave,
        of.programme[sample.position],
        sample.school,
        respondent=None if share.people.audience.link == "none" else sample.respondent,
        stratum=None if of.stratum is None else of.stratum[sample.position],
        cluster=sample.cluster,
        conf_level=data.conf_level,
    )


def _refused(data: StudyData, sample: Sample, method: str) -> Estimate:
    return not_estimable(
        CROSSED_OVER,
        n=sample.score.size,
        n_clusters=np.unique(sample.cluster).size,
        method=method,
        conf_level=data.conf_level,
    )
