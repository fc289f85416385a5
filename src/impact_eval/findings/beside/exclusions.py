"""Planned changes beside the ones that are given: without exclusions, or without flagged forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite, nan
from typing import TYPE_CHECKING, Final, Literal

from impact_eval.findings.address import Address
from impact_eval.findings.data.samples import Sample, draw_sample
from impact_eval.findings.data.study_data import StudyData, gather
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import contrast_of, finding_of
from impact_eval.findings.outcomes.estimands import stacked_change
from impact_eval.findings.plan.families import memberships
from impact_eval.findings.sides.effects import main_effect
from impact_eval.surveys.quality.exclusions import with_excluded, without_flagged

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables

Variant = Literal["no_exclusions", "without_flagged"]
VARIANTS: Final[tuple[Variant, ...]] = ("no_exclusions", "without_flagged")


def exclusion_changes(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield each planned change of the programme with other forms in it.

    Notes
    -----
    A plan that leaves forms out gets `no_exclusions`; another one gets `without_flagged`. There is
    none where the forms are the same, and none where fewer people than the disclosure threshold
    make the difference in a wave, because the two together would tell of them.
    """
    study = data.study
    variant: Variant = "no_exclusions" if study.plan.exclude else "without_flagged"
    tables = variant_tables(study, data.tables, variant)
    if len(tables.submissions) == len(data.tables.submissions):
        return
    other = gather(study, tables)
    for finding_id, member in memberships(study).items():
        main = done.get(finding_id)
        if main is None or not isfinite(main.estimate.estimate):
            continue
        at = member.address
        people = other.audiences[at.audience]
        sample = draw_sample(
            people, people.scores[at.outcome], phase=at.phase, contrast=contrast_of(at)
        )
        if not _enough_apart(main, sample, study.disclosure_threshold):
            continue
        estimate = (
            main_effect(other, people, sample, at)
            if other.has_arms
            else stacked_change(other, people, sample, estimand=member.family.estimand)
        )
        here = replace(at, variant=variant)
        found = finding_of(here, estimate, sample, unit=main.unit, parent_id=finding_id)
        yield replace(found, n_linked=nan)


def variant_tables(study: Study, tables: SurveyTables, variant: str) -> SurveyTables:
    """Tables with the forms of a variant in them; the tables themselves for any other one."""
    if variant == "no_exclusions":
        return with_excluded(tables, study)
    return without_flagged(tables) if variant == "without_flagged" else tables


def exclusions_matter(main: Finding, smallest: float | None, done: Mapping[str, Finding]) -> bool:
    """Whether a variant's change differs by over half the smallest change that matters."""
    if smallest is None:
        return False
    for variant in VARIANTS:
        beside = done.get(_at(main.address, variant).finding_id)
        if beside is not None:
            apart = abs(main.estimate.estimate - beside.estimate.estimate)
            return isfinite(apart) and apart > smallest / 2
    return False


def _at(address: Address, variant: Variant) -> Address:
    return replace(address, variant=variant)


def _enough_apart(main: Finding, sample: Sample, threshold: int) -> bool:
    sizes = (abs(main.n_pre - sample.n_pre), abs(main.n_post - sample.n_post))
    return any(sizes) and not any(0 < size < threshold for size in sizes)
