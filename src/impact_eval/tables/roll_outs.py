"""Tables of schools that begin at different dates: by surveys since, by group, and before."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Literal

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    group_outcome_unit,
    interval_note,
    outcome_label,
    reason_notes,
    unreliable_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.wording import cohort_label, since_of, text, time_label, trends_sentence
from impact_eval.wording.find import beside
from impact_eval.wording.roll_outs import group_of

BASE = -1


def since_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Differences from schools still waiting, by surveys before and after the workshop.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves between which the roll-out is looked at.

    Returns
    -------
    ReportTable or None
        A row for each outcome and time, the last survey before the workshop among them, from which
        all changes are counted; None where schools do not begin at different dates.
    """
    found = by_group(
        released,
        released.where(quantity="effect_since", wave_from=wave_from, wave_to=wave_to).findings(),
    )
    effects = {
        row.finding_id: row
        for row in released.where(
            quantity="effect", variant="", wave_from=wave_from, wave_to=wave_to
        ).findings()
    }
    parents = [effects[one] for one in dict.fromkeys(row.parent_id for row in found)]
    rows = [
        row
        for parent in parents
        for row in _times(released, [one for one in found if one.parent_id == parent.finding_id])
    ]
    words = [str(trends_sentence(released, parent)) for parent in parents]
    trends = [
        text("tables.trends_note", outcome=escape(outcome_label(released, parent)), words=said)
        for parent, said in zip(parents, words, strict=True)
        if said
    ]
    return build(
        released,
        rows,
        (
            Column("effect", text("tables.effect")),
            Column("schools", text("tables.clusters")),
            Column("n", text("tables.answers_used")),
        ),
        caption=text("tables.since_caption"),
        row_heading=text("tables.since"),
        notes=[
            interval_note(released),
            escape(text("tables.since_note")),
            *trends,
            *unreliable_notes(released, found),
        ],
    )


def _times(released: Released, found: list[Finding]) -> Iterable[Row]:
    """Return the rows of one outcome in the order of time, with the base between them."""
    by_time = {since_of(one): one for one in found}
    group = group_outcome_unit(released, found[0])
    for since in sorted({*by_time, BASE}):
        one = by_time.get(since)
        shown = (
            {"effect": escape(text("tables.since_base"))}
            if one is None
            else {
                "effect": cells.with_interval(released, one),
                "schools": cells.people(one, "n_clusters"),
                "n": cells.people(one, "n"),
            }
        )
        yield Row(capital(time_label(since)), shown, group)


def groups_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Differences of each group of schools from those still waiting, survey by survey.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves between which the roll-out is looked at.

    Returns
    -------
    ReportTable or None
        A row for each group and outcome, a column for each survey; None where there are none.
    """
    facts = released.facts
    found = by_group(
        released,
        released.where(quantity="effect_of_group", wave_from=wave_from, wave_to=wave_to).findings(),
    )
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for one in found:
        cohort, _, wave = one.variant.partition(":")
        key = group_outcome_unit(released, one), cohort
        rows.setdefault(key, {})[wave] = cells.with_interval(released, one)
    made = [
        Row(cohort_label(facts, cohort), shown, group) for (group, cohort), shown in rows.items()
    ]
    return build(
        released,
        made,
        [Column(wave, capital(label)) for wave, label in facts.waves.items()],
        caption=text("tables.groups_caption"),
        row_heading=text("tables.group_of_schools"),
        notes=[
            interval_note(released),
            escape(text("tables.groups_note")),
            *reason_notes(released, found),
        ],
    )


def group_means_table(
    released: Released, *, quantity: Literal["mean", "mastery_share"] = "mean"
) -> ReportTable | None:
    """Means, or shares at the mark, of each group of schools, those after its workshop in bold.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    quantity
        What is shown.

    Returns
    -------
    ReportTable or None
        A row for each outcome and group; None where schools do not begin at different dates.
    """
    facts = released.facts
    if not facts.cohorts:
        return None
    label = group_outcome_unit if quantity == "mean" else _mark_label
    waves = list(facts.waves)
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for cohort in facts.cohorts:
        means = released.where(quantity=quantity, subgroup=f"workshop_wave:{cohort}").findings()
        for one in by_group(released, means):
            begun = cohort in waves and waves.index(one.wave_from) >= waves.index(cohort)
            shown = cells.estimate(released, one)
            key = label(released, one), cohort
            marked = text("tables.after_workshop", number=shown) if begun else shown
            rows.setdefault(key, {})[one.wave_from] = marked
    ordered = sorted(
        rows, key=lambda key: list(dict.fromkeys(one for one, _ in rows)).index(key[0])
    )
    return build(
        released,
        [Row(cohort_label(facts, key[1]), rows[key], key[0]) for key in ordered],
        [Column(wave, capital(label)) for wave, label in facts.waves.items()],
        caption=text(f"tables.group_{quantity}_caption"),
        row_heading=text("tables.group_of_schools"),
        notes=[escape(text("tables.group_means_note"))],
    )


def _mark_label(released: Released, row: Finding) -> str:
    """Audience, outcome and its mark."""
    known = released.facts.outcome(row.audience, row.outcome)
    return text(
        "tables.group_outcome_unit",
        group=group_label(released, row),
        outcome=known.label,
        unit=known.mastery_label,
    )


def group_balance_table(
    released: Released, *, wave_from: str, wave_to: str, classed: dict[str, str]
) -> ReportTable | None:
    """Whether each group of schools was at first like those that began later.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves between which the roll-out is looked at.
    classed
        What each class is called, by finding id.

    Returns
    -------
    ReportTable or None
        A row for each outcome and group; None where there are none.
    """
    facts = released.facts
    found = by_group(
        released,
        released.where(
            quantity="baseline_difference", wave_from=wave_from, wave_to=wave_to
        ).findings(),
    )
    rows = [
        Row(
            cohort_label(facts, one.variant),
            {
                "mean": cells.estimate(
                    released,
                    beside(released, group_of(one, one.variant), "mean", wave=one.wave_from),
                ),
                "g": cells.with_interval(released, one),
                "class": classed.get(one.finding_id, ""),
            },
            group_outcome_unit(released, one),
        )
        for one in found
    ]
    return build(
        released,
        rows,
        (
            Column("mean", text("tables.group_mean")),
            Column("g", text("tables.balance_from_later")),
            Column("class", text("tables.balance_class"), align="left"),
        ),
        caption=text("tables.group_balance_caption", before=facts.waves[wave_from]),
        row_heading=text("tables.group_of_schools"),
        notes=[interval_note(released), escape(text("tables.balance_note"))],
    )
