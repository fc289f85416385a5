"""Tables of gaps between groups of people: before, after, and whether they changed."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    capital,
    group_label,
    interval_note,
    outcome_label,
    outcome_unit,
    reason_notes,
    site_noun,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import asked_twice, best, by_group
from impact_eval.tables.subgroups import DISCOVERY
from impact_eval.wording import (
    caution_sentences,
    gap_word,
    group_labels,
    numbers,
    sentence,
    text,
)

OF_GAPS = ("gap_at_ceiling", "gap_at_floor")
ALL_AT_ONCE = "joint"


def gap_table(
    released: Released, *, subgroup: str, wave_from: str, wave_to: str
) -> ReportTable | None:
    """Gaps between two groups in two waves, by how much they changed, and what can be said.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    subgroup
        The id of a subgroup that the study declares.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome, or for each level of it where there are more than two; None if no
        gap was compared.
    """
    changes = gap_changes(released, subgroup=subgroup, wave_from=wave_from, wave_to=wave_to)
    single = [row for row in changes if row.estimator != ALL_AT_ONCE]
    if not single:
        return None
    first, second = group_labels(released, single[0])
    many = any(row.estimator == ALL_AT_ONCE for row in changes)
    waves = released.facts.waves
    columns = (
        Column("before", text("tables.gap_after", wave=waves[wave_from])),
        Column("after", text("tables.gap_after", wave=waves[wave_to])),
        Column("change", text("tables.gap_change")),
        Column("said", text("tables.gap_said"), align="left"),
        Column("role", text("tables.role"), align="left"),
    )
    first = text("tables.levels") if many else capital(first)
    second = text("tables.gap_others") if many else second
    return build(
        released,
        [_row(released, row, many=many) for row in changes],
        columns,
        caption=text(
            "tables.gap_caption",
            first=first,
            second=second,
            before=waves[wave_from],
            after=waves[wave_to],
        ),
        row_heading=text("tables.outcome"),
        notes=[
            interval_note(released),
            escape(_about_gaps(released)),
            *((escape(text("tables.gap_levels_note")),) if many else ()),
            *cautions_of_gaps(released, single),
            *reason_notes(released, changes),
        ],
    )


def _about_gaps(released: Released) -> str:
    """Say what a gap and its change are; places are held fixed where they stay the same."""
    if released.facts.design == "cross_sections":
        return text("tables.gap_rounds_note")
    return text("tables.gap_note", sites=site_noun(released))


def gap_changes(
    released: Released, *, subgroup: str, wave_from: str, wave_to: str
) -> list[Finding]:
    """Return the changes of the gaps of a subgroup, one estimand each, in the study's order."""
    rows = released.where(
        quantity="subgroup_difference", level="programme", wave_from=wave_from, wave_to=wave_to
    ).findings()
    mine = [
        row
        for row in rows
        if row.subgroup.partition(":")[0] == subgroup and row.estimator != DISCOVERY
    ]
    chosen = best(mine, key=lambda row: (row.audience, row.outcome, row.phase, row.subgroup))
    order = [ALL_AT_ONCE]
    asked = [row for row in chosen if asked_twice(row)]
    asked = sorted(asked, key=lambda row: row.estimator not in order)
    return by_group(released, asked)


def gap_of(released: Released, change: Finding, wave: str, *, side: str = "") -> Finding | None:
    """Return the gap in one wave, and on one side if asked, that belongs to a change of a gap."""
    rows = released.where(
        quantity="gap",
        outcome=change.outcome,
        audience=change.audience,
        subgroup=f"{change.subgroup}+arm:{side}" if side else change.subgroup,
        wave_from=wave,
    ).findings()
    return next((row for row in rows if row.phase == change.phase), None)


def _row(released: Released, change: Finding, *, many: bool) -> Row:
    group = group_label(released, change)
    detail = outcome_unit(released, change, (change.wave_from, change.wave_to))
    role = escape(text(f"tables.roles.{change.role or 'exploratory'}"))
    if change.estimator == ALL_AT_ONCE:
        return Row(
            text(
                "tables.gap_alone",
                label=outcome_label(released, change),
                what=text("tables.gap_joint").lower(),
            ),
            {"change": cells.symbol(change), "said": _all_at_once(change), "role": role},
            group,
            detail=detail,
        )
    before, after = (gap_of(released, change, w) for w in (change.wave_from, change.wave_to))
    word = gap_word(change, before, after)
    label = outcome_label(released, change)
    if many:
        own = group_labels(released, change)[0]
        label = text("tables.gap_alone", label=label, what=own)
    return Row(
        label,
        {
            "before": cells.with_interval(released, before),
            "after": cells.with_interval(released, after),
            "change": cells.with_interval(released, change),
            "said": escape(text(f"gaps.{word}")) if word else cells.symbol(change),
            "role": role,
        },
        group,
        detail=detail,
    )


def _all_at_once(joint: Finding) -> str:
    """Say whether all groups changed alike, with the p-value of it."""
    if hidden := cells.symbol(joint):
        return hidden
    word = "all_differ" if joint.p_value < 1 - joint.conf_level else "all_alike"
    said = {"p": numbers.p_value(joint.finding_id, joint.p_value)}
    return f"{escape(text(f'gaps.{word}'))} ({sentence('tables.gap_joint_p', said)})"


def cautions_of_gaps(released: Released, changes: list[Finding]) -> list[str]:
    """Return the cautions of changes of gaps, each once with the outcomes that it concerns."""
    concerned: dict[str, list[str]] = {}
    for row in changes:
        others = [one for one in row.caution_ids if one not in OF_GAPS]
        for words in caution_sentences(released, row, leave_out=others):
            who = f"{group_label(released, row)}, {outcome_label(released, row)}"
            concerned.setdefault(str(words), []).append(who)
    return [f"{escape('; '.join(dict.fromkeys(who)))}: {words}" for words, who in concerned.items()]
