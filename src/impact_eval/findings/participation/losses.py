"""Who was lost between two waves, and how those who could be linked differ from the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from impact_eval.estimators.attrition import attrition_range, baseline_difference
from impact_eval.estimators.estimate import describe, from_interval
from impact_eval.findings.data.study_data import AudienceData, Contrast, StudyData
from impact_eval.findings.finding import Finding
from impact_eval.findings.outcomes.changes import comparisons
from impact_eval.findings.participation.people import place

if TYPE_CHECKING:
    from impact_eval.surveys import SurveyTables


def linked_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the percentage of a later wave's respondents who are linked to the earlier one."""
    del done
    for phase, people, (first, later) in _followed(data):
        n_pre, n_post, n_linked = _linked_counts(people, phase, (first, later))
        yield Finding(
            address=replace(
                place("linked_share", data, phase, people), wave_from=first, wave_to=later
            ),
            estimate=describe(
                100 * n_linked / n_post,
                n=n_post,
                n_clusters=0,
                method="linked people among those surveyed in the later wave",
            ),
            unit="percent",
            n_pre=n_pre,
            n_post=n_post,
            n_linked=n_linked,
        )


def false_link_shares(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the percentage of the links that chance would make among people of equal codes."""
    del done
    for phase, people, (first, later) in _followed(data):
        if people.audience.link != "code":
            continue
        *_, n_linked = _linked_counts(people, phase, (first, later))
        own = links_of(data.tables, phase, people.audience.id, (first, later))
        if n_linked == 0 or own["expected_false"].isna().all():
            continue
        yield Finding(
            address=replace(
                place("false_link_share", data, phase, people), wave_from=first, wave_to=later
            ),
            estimate=describe(
                100 * float(own["expected_false"].sum()) / n_linked,
                n=n_linked,
                n_clusters=0,
                method="expected pairs of different people with equal or nearly equal codes",
            ),
            unit="percent",
            n_linked=n_linked,
        )


def links_of(tables: SurveyTables, phase: str, audience: str, waves: Contrast) -> pd.DataFrame:
    """Find the rows of `links_summary` of one audience, two waves and the schools of a phase."""
    rows = tables.links_summary
    schools = tables.schools["school_id"][tables.schools["phase"].isin([phase, ""])]
    own = (rows["audience"] == audience) & rows["wave_from"].eq(waves[0])
    own &= rows["wave_to"].eq(waves[1]) & (rows["school_id"].isin(schools) | (phase == ""))
    return rows[own]


def attrition(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how many of those surveyed before were lost: a number, or a range where codes fail.

    Nothing where the files hold only people who answered every time.
    """
    del done
    for phase, people, (first, later) in _followed(data):
        if people.audience.complete_only:
            continue
        n_pre, n_post, n_linked = _linked_counts(people, phase, (first, later))
        bounds = attrition_range(n_pre, n_post, n_linked)
        if people.audience.link == "roster_id":
            share = 100 * bounds.rate_high
            estimate = describe(share, n=n_pre, n_clusters=0, method="not linked, by roster id")
        else:
            estimate = from_interval(
                np.nan,
                100 * bounds.rate_low,
                100 * bounds.rate_high,
                n=n_pre,
                n_clusters=0,
                method="range from the fewest to the most who can have left: codes fail too",
            )
        yield Finding(
            address=replace(
                place("attrition", data, phase, people), wave_from=first, wave_to=later
            ),
            estimate=estimate,
            unit="percent",
            n_pre=n_pre,
            n_post=n_post,
            n_linked=n_linked,
        )


def linked_unlinked_differences(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield how the linked differed from the others before, in standard deviations."""
    del done
    for people, outcome, address in comparisons(data):
        if people.audience.link == "none" or data.rounds_differ:
            continue
        values = people.scores[outcome.id]
        before = people.rows[address.phase, address.wave_from]
        before = before[np.isfinite(values[before])]
        first, _ = people.pairs[address.phase, address.wave_from, address.wave_to]
        linked = np.isin(before, first).astype(np.intp)
        if before.size == 0:
            continue
        yield Finding(
            address=replace(address, quantity="linked_unlinked_difference", estimator=""),
            estimate=baseline_difference(
                values[before], linked, people.cluster.codes[before], conf_level=data.conf_level
            ),
            unit="SD",
            n_pre=before.size,
            n_linked=int(linked.sum()),
        )


def _followed(data: StudyData) -> Iterator[tuple[str, AudienceData, Contrast]]:
    """Yield each phase, audience and contrast in which the same people could be met again."""
    for phase, people in data.surveyed():
        if people.audience.link == "none" or data.rounds_differ:
            continue
        for first, later in data.contrasts:
            if people.rows[phase, first].size and people.rows[phase, later].size:
                yield phase, people, (first, later)


def _linked_counts(people: AudienceData, phase: str, contrast: Contrast) -> tuple[int, int, int]:
    """People surveyed before, surveyed after, and linked between the two."""
    first, later = contrast
    n_linked = people.pairs[phase, first, later][0].size
    return people.rows[phase, first].size, people.rows[phase, later].size, n_linked
