"""Tables of what was delivered, of changes by dose, and of groups by exposure."""

from __future__ import annotations

from collections.abc import Sequence
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
    unreliable_notes,
)
from impact_eval.tables.report_table import Column, ReportTable, Row
from impact_eval.tables.selection import by_group
from impact_eval.wording import dose_word, text

OF_SCHOOLS = "sessions_held"
TEAM = "trainer_team:"
DELIVERED = (
    "workshops",
    "sessions_planned",
    "sessions_held",
    "sessions_share",
    "people_per_workshop",
    "workshop_minutes",
)
WITH_SESSIONS = "with_sessions"


def delivery_table(released: Released, *, by_team: bool = False) -> ReportTable | None:
    """What was planned and held in each phase, or by each trainer team.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    by_team
        Whether a row is a trainer team, in the order of the roster and never by a number.

    Returns
    -------
    ReportTable or None
        None without an attendance file, and by team where no team may be shown.
    """
    rows = [
        row
        for row in by_group(released, released.where(quantity="workshops").findings())
        if row.subgroup.startswith(TEAM) == by_team and not row.variant
    ]
    if by_team:
        rows = [row for row in rows if not row.suppressed]
    columns = [Column(name, text(f"tables.delivered.{name}")) for name in DELIVERED]
    columns.insert(1, Column(WITH_SESSIONS, text("tables.delivered.with_sessions")))
    shares = [
        row
        for row in released.where(quantity="sessions_share").findings()
        if row.subgroup.startswith(TEAM) == by_team
    ]
    note = "tables.delivery_teams_note" if by_team else "tables.delivery_note"
    return build(
        released,
        [_delivered(released, row) for row in rows],
        columns,
        caption=text("tables.delivery_teams_caption" if by_team else "tables.delivery_caption"),
        row_heading=text("tables.delivery_team" if by_team else "tables.group_heading"),
        notes=[escape(text(note)), *reason_notes(released, shares)],
    )


def dose_table(released: Released, *, dose: str, wave_from: str, wave_to: str) -> ReportTable | None:
    """How changes went with the sessions that schools held, or with what people had of a dose.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    dose
        `sessions_held`, or the id of a declared dose.
    wave_from, wave_to
        Waves to compare.

    Returns
    -------
    ReportTable or None
        A row for each outcome; None if nothing was computed.
    """
    asked = released.where(quantity="dose_slope", wave_from=wave_from, wave_to=wave_to).findings()
    mine = [row for row in by_group(released, asked) if row.variant.partition(":")[0] == dose]
    parts = list(dict.fromkeys(row.variant.partition(":")[2] for row in mine))
    columns = [Column(part or dose, text(f"tables.dose.{part or dose}")) for part in parts]
    columns.append(Column("n", text("tables.dose.n")))
    columns += [Column("n_clusters", text("tables.dose.clusters"))]
    columns.insert(len(parts), Column("said", text("tables.dose.said"), align="left"))
    known = released.facts.doses.get(dose)
    what = text("tables.dose.sessions") if known is None else known.label
    after = released.facts.waves[wave_to]
    return build(
        released,
        [_slopes(released, of) for of in _worth_a_row(mine)],
        columns,
        caption=text("tables.dose.caption", what=capital(what), after=after),
        row_heading=text("tables.outcome"),
        notes=[
            escape(text("tables.dose.note")),
            escape(text("tables.dose.school_note" if known is None else "tables.dose.people_note")),
            interval_note(released),
            *unreliable_notes(released, mine),
            *reason_notes(released, mine),
        ],
    )


def exposed_table(released: Released, *, exposure: str) -> ReportTable | None:
    """How many say that they met the programme, wave by wave.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    exposure
        The id of a question about exposure that the study declares.

    Returns
    -------
    ReportTable or None
        A row for each wave; None if nobody was asked.
    """
    rows = _of_exposure(released, "exposure_share", f"{exposure}:yes")
    not_sure = _of_exposure(released, "exposure_share", f"{exposure}:dont_know")
    unsure = {_place(row): row for row in not_sure}
    columns = (
        Column("yes", text("tables.exposure.yes_share")),
        Column("dont_know", text("tables.exposure.unsure_share")),
        Column("n", text("tables.exposure.asked")),
    )
    known = released.facts.exposures[exposure]
    made = [
        Row(
            capital(released.facts.waves[row.wave_to]),
            {
                "yes": cells.with_interval(released, row),
                "dont_know": cells.estimate(released, unsure.get(_place(row))),
                "n": cells.people(row, "n"),
            },
            group_label(released, row),
        )
        for row in rows
    ]
    question = released.facts.items[known.audience, known.item]
    return build(
        released,
        made,
        columns,
        caption=text("tables.exposure.shares_caption", label=known.label),
        row_heading=text("tables.wave"),
        notes=[
            escape(text("tables.exposure.question", question=question)),
            escape(text("tables.exposure.shares_note")),
            interval_note(released),
        ],
    )


def exposure_table(released: Released, *, exposure: str) -> ReportTable | None:
    """How those who say that they met the programme answered beside those who say not.

    Parameters
    ----------
    released
        Released findings of a study, or a part of them.
    exposure
        The id of a question about exposure that the study declares.

    Returns
    -------
    ReportTable or None
        A row for each outcome and wave; None if nobody was asked.
    """
    gaps = _of_exposure(released, "exposure_gap", f"{exposure}:yes-no")
    columns = (
        Column("yes", text("tables.exposure.yes")),
        Column("n_yes", text("tables.exposure.people")),
        Column("no", text("tables.exposure.no")),
        Column("n_no", text("tables.exposure.people")),
        Column("gap", text("tables.exposure.gap")),
    )
    known = released.facts.exposures[exposure]
    return build(
        released,
        [_exposed(released, row, exposure) for row in gaps],
        columns,
        caption=text("tables.exposure.caption", label=known.label),
        row_heading=text("tables.wave"),
        notes=[
            escape(text("tables.exposure.note")),
            escape(text("tables.exposure.sizes_note")),
            interval_note(released),
            *reason_notes(released, gaps),
        ],
    )


def _delivered(released: Released, row: Finding) -> Row:
    found: dict[str, str] = {}
    for quantity in DELIVERED:
        same = released.where(
            quantity=quantity, audience=row.audience, subgroup=row.subgroup
        ).findings()
        own = [one for one in same if one.phase == row.phase]
        for one in own:
            key = WITH_SESSIONS if one.variant == WITH_SESSIONS else quantity
            found[key] = cells.estimate(released, one)
    team = row.subgroup.removeprefix(TEAM)
    facts = released.facts
    if row.subgroup:
        return Row(team, found, group_label(released, row))
    audience = capital(facts.audiences[row.audience])
    phase = facts.phases.get(row.phase) or text("tables.all_phases")
    return Row(audience, found, phase if len(facts.phases) > 1 else "")


def _worth_a_row(rows: Sequence[Finding]) -> list[list[Finding]]:
    """Slopes of one outcome together; those with a reason only if there are no others."""
    told = [row for row in rows if not row.reason]
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for row in told or rows:
        groups.setdefault((row.audience, row.phase, row.outcome), []).append(row)
    return list(groups.values())


def _slopes(released: Released, slopes: Sequence[Finding]) -> Row:
    row = slopes[0]
    found = {
        one.variant.partition(":")[2] or one.variant: cells.with_interval(released, one)
        for one in slopes
    }
    words = [dose_word(one) for one in slopes]
    said = [text(f"tables.dose.words.{word}") for word in dict.fromkeys(words) if word]
    alone = len(said) == 1
    parts = [
        text("tables.dose.part", part=text(f"tables.dose.short.{_part(one)}"), said=of_one)
        for one, word in zip(slopes, words, strict=True)
        if word
        for of_one in (text(f"tables.dose.words.{word}"),)
    ]
    found |= {
        "said": escape(said[0] if alone else "; ".join(parts)) or cells.symbol(row),
        "n": cells.people(row, "n"),
        "n_clusters": cells.people(row, "n_clusters"),
    }
    detail = outcome_unit(released, row, (row.wave_from, row.wave_to))
    return Row(outcome_label(released, row), found, group_label(released, row), detail=detail)


def _part(row: Finding) -> str:
    return row.variant.partition(":")[2] or "schools"


def _exposed(released: Released, gap: Finding, exposure: str) -> Row:
    found = {"gap": cells.with_interval(released, gap)}
    for word in ("yes", "no"):
        means = _of_exposure(released, "exposed_mean", f"{exposure}:{word}")
        own = next((one for one in means if _place(one) == _place(gap)), None)
        found |= {
            word: cells.estimate(released, own),
            f"n_{word}": cells.people(own, "n"),
        }
    group = text(
        "tables.group_outcome_unit",
        group=group_label(released, gap),
        outcome=released.facts.outcome(gap.audience, gap.outcome).label,
        unit=outcome_unit(released, gap, (gap.wave_from,)),
    )
    return Row(capital(released.facts.waves[gap.wave_to]), found, group)


def _of_exposure(released: Released, quantity: str, subgroup: str) -> list[Finding]:
    return by_group(released, released.where(quantity=quantity, subgroup=subgroup).findings())


def _place(row: Finding) -> tuple[str, str, str]:
    return row.phase, row.wave_to, row.outcome
