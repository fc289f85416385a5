"""Tables for a reader who wants the statistics: errors, degrees of freedom, effect sizes."""

from __future__ import annotations

from html import escape

from impact_eval.disclosure import Finding, Released
from impact_eval.tables import cells
from impact_eval.tables.build import (
    build,
    estimand_label,
    group_outcome,
    group_outcome_unit,
    interval_note,
    reason_notes,
)
from impact_eval.tables.classing import over_aligned_notes
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import asked_twice, by_group
from impact_eval.vocabulary import Quantity
from impact_eval.wording import numbers, text

UNCONDITIONAL, CONDITIONAL = "g_unconditional", "g_conditional"


def technical_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Every way of estimating each change of the programme, with its standard error and test.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome, estimand and estimator; None if nothing was compared.
    """
    sides = bool(released.facts.arms)
    quantities: tuple[Quantity, ...] = (
        ("effect", "modelled_effect", "effect_odds_ratio")
        if sides
        else ("change", "modelled_change")
    )
    own = released.where(level="programme", subgroup="", wave_from=wave_from, wave_to=wave_to)
    changes = by_group(
        released, [row for quantity in quantities for row in own.findings(quantity=quantity)]
    )
    changes = [change for change in changes if asked_twice(change)]
    long = [change for change in changes if _of_odds(change) and not change.known]
    changes = [change for change in changes if change not in long]
    columns = (
        Column("change", text("tables.effect" if sides else "tables.change")),
        Column("se", text("tables.std_error")),
        Column("df", text("tables.df")),
        Column("p", text("tables.no_difference_p" if sides else "tables.p_value")),
        Column("simultaneous", text("tables.simultaneous")),
        Column("linked", text("tables.linked_people")),
        Column("role", text("tables.role"), align="left"),
    )
    return build(
        released,
        [_row(released, change) for change in changes],
        columns,
        caption=text(
            "tables.effect_technical_caption" if sides else "tables.technical_caption",
            after=released.facts.waves[wave_to],
        ),
        row_heading=text("tables.estimand"),
        notes=[
            interval_note(released),
            escape(text("tables.simultaneous_note")),
            *_withheld(changes),
            *_of_models(changes),
            *([escape(text("tables.ordinal_note"))] if any(map(_of_odds, changes)) else []),
            *_methods(changes),
            *reason_notes(released, [*changes, *long]),
        ],
    )


def effect_size_table(released: Released, *, wave_from: str, wave_to: str) -> ReportTable | None:
    """Return changes in standard deviations, each with the deviation that it was divided by.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome and estimand; None if there is none.
    """
    sizes = released.where(
        quantity="effect_size", level="programme", wave_from=wave_from, wave_to=wave_to
    ).findings()
    grouped: dict[str, dict[str, Finding]] = {}
    for size in by_group(released, sizes):
        grouped.setdefault(size.parent_id or size.finding_id, {})[size.variant] = size
    risen = [one for one in released.findings(quantity="risen_share") if one.parent_id in grouped]
    for share in risen:
        grouped[share.parent_id]["risen"] = share
    of_lot = any(CONDITIONAL in variants for variants in grouped.values())
    of = "effect_g" if released.facts.arms else "effect_size"
    rows = []
    for variants in grouped.values():
        first = next(iter(variants.values()))
        found = {name: cells.with_interval(released, size) for name, size in variants.items()}
        rows.append(Row(_estimand(released, first), found, group_outcome(released, first)))
    columns = (
        Column("d_pre", text("tables.d_pre")),
        Column("d_av", text("tables.d_av")),
        Column("g", text("tables.g")),
        Column(UNCONDITIONAL, text("tables.g_unconditional")),
        Column(CONDITIONAL, text("tables.g_conditional")),
        Column("risen", text("tables.risen")),
    )
    return build(
        released,
        rows,
        columns,
        caption=text(f"tables.{of}_caption", after=released.facts.waves[wave_to]),
        row_heading=text("tables.estimand"),
        notes=[
            interval_note(released),
            escape(text(f"tables.{of}_note")),
            *([escape(text("tables.g_of_lot_note"))] if of_lot else []),
            *([escape(text("tables.risen_note"))] if risen else []),
            *over_aligned_notes(released),
        ],
    )


def _row(released: Released, change: Finding) -> Row:
    known = change.known and not change.suppressed
    found = {
        "change": cells.with_interval(released, change),
        "se": cells.field(released, change, "std_error", decimals=3),
        "df": cells.field(released, change, "df", decimals=1),
        "p": numbers.p_value(change.finding_id, change.p_value) if known else cells.absent(),
        "simultaneous": cells.interval(released, change, of="simultaneous"),
        "linked": cells.people(change, "n_linked"),
        "role": escape(text(f"tables.roles.{change.role or 'exploratory'}")),
    }
    return Row(_estimand(released, change), found, group_outcome_unit(released, change))


def _estimand(released: Released, finding: Finding) -> str:
    estimand = estimand_label(released, finding)
    if finding.quantity in ("change", "effect") and finding.variant:
        return f"{estimand}, {_variant(released, finding)}"
    if _of_odds(finding):
        part = finding.variant or finding.estimator
        return f"{estimand}, {text(f'tables.estimators.{part}')}"
    if finding.estimator == "stacked":
        return estimand
    return f"{estimand}, {text(f'tables.estimators.{finding.estimator}')}"


def _variant(released: Released, finding: Finding) -> str:
    """Say what was done otherwise; of a lot drawn again, what was exchanged."""
    key = f"tables.variants.{finding.variant}"
    if finding.variant != "permutation":
        return text(key)
    return text(key, clusters=released.facts.cluster_nouns[finding.audience][1])


def _of_odds(finding: Finding) -> bool:
    return finding.quantity == "effect_odds_ratio"


def _withheld(changes: list[Finding]) -> list[str]:
    """Return why a test has no interval, if one was withheld to protect few people."""
    found = any("limits_of_few" in change.caution_ids for change in changes)
    return [escape(text("tables.limits_withheld"))] if found else []


def _of_models(changes: list[Finding]) -> list[str]:
    """Return what to know of the mixed models: what they are, and what some could not estimate."""
    notes = {
        "modelled": any(change.estimator == "mixed_model" and change.known for change in changes),
        "modelled_effect": any(
            change.quantity == "modelled_effect" and change.known for change in changes
        ),
        "modelled_singular": any("singular_fit" in change.caution_ids for change in changes),
        "modelled_beyond": any("more_df_than_clusters" in change.caution_ids for change in changes),
    }
    return [escape(text(f"tables.{name}")) for name, found in notes.items() if found]


def _methods(changes: list[Finding]) -> list[str]:
    """Return the methods used, each once."""
    names = dict.fromkeys(change.method for change in changes if change.method)
    return [escape(text("tables.methods", methods="; ".join(names)))] if names else []
