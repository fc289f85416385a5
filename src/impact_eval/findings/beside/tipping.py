"""Tipping points: how large a bias would have to be for a planned verdict to fall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import inf, isfinite, isnan
from typing import Final, Literal, get_args

import numpy as np

from impact_eval.estimators.attrition import attrition_range
from impact_eval.estimators.estimate import Estimate, describe, from_interval, not_estimable
from impact_eval.estimators.robustness import (
    loss_that_undoes,
    shift_that_undoes,
)
from impact_eval.findings.beside.trends_before import IN_SD, IN_STEPS, IN_UNIT, trend_points
from impact_eval.findings.data.arms import sides_of
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import AudienceData, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of
from impact_eval.findings.plan.families import Membership, memberships
from impact_eval.findings.plan.readings import Yardstick, yardstick_of

Bias = Literal["secular", "trend", "response_shift", "loss", "loss_one_side", "loss_both_sides"]
BIASES: Final[tuple[Bias, ...]] = get_args(Bias)
_ONE_GROUP: Final[tuple[Bias, ...]] = ("secular", "response_shift", "loss")
_TWO_SIDES: Final[tuple[Bias, ...]] = ("secular", "response_shift", *BIASES[4:])
_ROLL_OUT: Final[tuple[Bias, ...]] = ("secular", "trend", "response_shift", "loss")
NO_RATER: Final = (
    "answers are right or wrong or a ready score, so there is no rater whose standard moves"
)
NO_ONE_SHARE: Final = (
    "schools pass from waiting to having begun, so there is no one share of people who were lost;"
    " the worst cases for those not seen again say how much they could matter"
)


def tipping_points(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield for each planned change how large each bias would have to be to undo its verdict.

    Parameters
    ----------
    data
        The study.
    done
        All findings, judged.

    Yields
    ------
    Finding
        In the outcome's unit and in standard deviations of the earlier scores; a row with the
        reason where there is no verdict to undo, or no such bias in this design.
    """
    for finding_id, member in memberships(data.study).items():
        main = done.get(finding_id)
        if main is None:
            continue
        at = member.address
        people = data.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        for bias in biases_of(data):
            yield from _of_bias(data, people, sample, main, member, bias)


def biases_of(data: StudyData) -> tuple[Bias, ...]:
    """List the biases that a design can have."""
    if data.staggered:
        return _ROLL_OUT
    return _TWO_SIDES if data.has_arms else _ONE_GROUP


def shift_of(main: Finding, yardstick: Yardstick) -> float:
    """Smallest bias of a planned change, in its unit, that its verdict does not bear; nan if none.

    Examples
    --------
    A rise beyond 0.65 points that may come anyway and 0.5 points that matter has the floor 1.15:
    with a lower limit of 1.4 it bears 0.25 points.
    """
    found = yardstick.limits(main.estimate.estimate, main.estimate.std_error, main.estimate.df)
    low, high = found.low, found.high
    expected_low, expected_high = found.secular
    smallest = found.smallest
    floor, ceiling = {
        "rise_beyond": (expected_high + smallest, inf),
        "rise_size_open": (expected_high, inf),
        "fall_beyond": (-inf, expected_low - smallest),
        "fall_size_open": (-inf, expected_low),
        "within": (expected_high - smallest, expected_low + smallest),
    }[main.verdict]
    if main.verdict == "within":
        low, high = found.narrow_low, found.narrow_high
    return shift_that_undoes(low, high, floor=floor, ceiling=ceiling)


def _of_bias(
    data: StudyData,
    people: AudienceData,
    sample: Sample,
    main: Finding,
    member: Membership,
    bias: Bias,
) -> Iterator[Finding]:
    """Yield a tipping point in the unit and in standard deviations, or both with the reason."""
    yardstick = yardstick_of(data, member)
    reason = _no_verdict(main, yardstick) or _no_bias(data, people, sample, main, bias)
    at = replace(main.address, quantity="tipping_point", variant=bias, estimator=IN_UNIT)
    finding = Finding(
        address=at,
        estimate=_refused(main, reason),
        unit=main.unit,
        parent_id=main.finding_id,
    )
    in_sd = replace(finding, address=replace(at, estimator=IN_SD), unit="SD")
    if reason or yardstick is None:
        in_steps = replace(finding, address=replace(at, estimator=IN_STEPS), unit="times")
        yield from (finding, in_sd, in_steps) if bias == "trend" else (finding, in_sd)
        return
    shift = shift_of(main, yardstick)
    if bias == "trend":
        spread = float(sample.score[sample.wave == 0].std(ddof=1))
        yield from trend_points(data, people, main, shift, spread=spread)
        return
    estimate = _estimate(data, people, sample, main, bias, shift, yardstick)
    yield replace(finding, estimate=estimate)
    spread = float(sample.score[sample.wave == 0].std(ddof=1))
    scaled = {
        name: getattr(estimate, name) / spread for name in ("estimate", "conf_low", "conf_high")
    }
    yield replace(in_sd, estimate=replace(estimate, **scaled))


def _no_verdict(main: Finding, yardstick: Yardstick | None) -> str:
    if not main.verdict or yardstick is None:
        return "there is no verdict that could be undone"
    if main.verdict == "cannot_tell":
        return "the verdict is that nobody can tell, so there is nothing to undo"
    if isnan(shift_of(main, yardstick)):
        return "the verdict does not rest on this interval"
    return ""


def _no_bias(
    data: StudyData, people: AudienceData, sample: Sample, main: Finding, bias: Bias
) -> str:
    """Say why a bias cannot be, or cannot be reckoned, in this study; empty if it can."""
    outcome = data.study.outcome(main.address.audience, main.address.outcome)
    if not bias.startswith("loss"):
        moves = bias != "response_shift" or outcome.kind == "scale"
        return "" if moves else NO_RATER
    if data.rounds_differ:
        return "each round asked other people, so nobody was to be asked again"
    if people.audience.link == "none":
        return "nobody is recognised from one wave to the next, so it is not known who was lost"
    if people.audience.complete_only:
        return "the files hold only people who answered every time, so it is not known who was lost"
    if data.staggered:
        return NO_ONE_SHARE
    shares = _lost_shares(data, people, sample, bias)
    return "" if shares[1] > 0 else "nobody was lost, or no more on one side than on the other"


def _estimate(
    data: StudyData,
    people: AudienceData,
    sample: Sample,
    main: Finding,
    bias: Bias,
    shift: float,
    yardstick: Yardstick,
) -> Estimate:
    n, n_clusters = main.estimate.n, main.estimate.n_clusters
    if bias == "response_shift":
        method = "how far the raters' standard would have to move between the waves"
        return describe(shift, n=n, n_clusters=n_clusters, method=method)
    if bias == "secular":
        method = "how far scores would have to move without any programme"
        value = shift + yardstick.secular[1 if shift > 0 else 0]
        return describe(value, n=n, n_clusters=n_clusters, method=method)
    fewest, most = _lost_shares(data, people, sample, bias)
    nearest = loss_that_undoes(shift, most)
    farthest = loss_that_undoes(shift, fewest)
    method = "how far the later scores of the lost would have to lie from those of the seen"
    if not isfinite(farthest) or farthest == nearest:
        return describe(nearest, n=n, n_clusters=n_clusters, method=method)
    low, high = sorted((nearest, farthest))
    return from_interval(nearest, low, high, n=n, n_clusters=n_clusters, method=method)


def _lost_shares(
    data: StudyData, people: AudienceData, sample: Sample, bias: Bias
) -> tuple[float, float]:
    """Smallest and largest share that may have been lost; of two sides as the bias says.

    Of people known by a school's own number it is one share. Of two sides: the larger of both
    shares, or by how much they differ.
    """
    if bias == "loss":
        return _lost_of(people, sample, np.ones(sample.score.size, bool))
    programme = sides_of(data, people).programme[sample.position]
    own = [_lost_of(people, sample, programme == side) for side in (1, 0)]
    if bias == "loss_one_side":
        return min(low for low, _ in own), max(high for _, high in own)
    (low_1, high_1), (low_0, high_0) = own
    apart = max(high_1 - low_0, high_0 - low_1)
    return max(0.0, low_1 - high_0, low_0 - high_1), max(0.0, apart)


def _lost_of(people: AudienceData, sample: Sample, rows: np.ndarray) -> tuple[float, float]:
    known = sample.respondent[rows]
    wave = sample.wave[rows]
    before, after = known[wave == 0], known[wave == 1]
    linked = np.intersect1d(before[np.isfinite(before)], after[np.isfinite(after)]).size
    found = attrition_range(before.size, after.size, linked)
    if people.audience.link == "roster_id":
        return found.rate_high, found.rate_high
    return found.rate_low, found.rate_high


def _refused(main: Finding, reason: str) -> Estimate:
    return not_estimable(
        reason, n=main.estimate.n, n_clusters=main.estimate.n_clusters, method="tipping point"
    )
