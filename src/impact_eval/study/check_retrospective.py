"""Rules of waves in which people say afterwards how it had been before the programme."""

from __future__ import annotations

from typing import Final

from impact_eval.study.codebook import split_list
from impact_eval.study.csv_table import suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables
from impact_eval.study.structure import Wave

DESIGNS: Final = ("one_group", "comparison", "randomised", "waiting_list")
NO_BASELINE: Final = (
    "people who look back rate their earlier selves lower, also without any workshop"
)


def check_retrospective(draft: Draft, items: ItemTables | None) -> None:
    """Note waves that look back and could be taken for a survey, a baseline or a quiz."""
    for place, wave in draft.waves:
        if wave.looks_back:
            _check_wave(draft, place, wave)
        elif wave.asked_in is not None:
            remedy = 'Remove it, or write kind = "retrospective".'
            draft.fault(f"{place}.asked_in", "belongs to a wave that looks back", "", remedy)
    if draft.looking_back_ids:
        _check_plan(draft)
        _check_items(draft, items)
        _check_columns(draft, items)


def _check_wave(draft: Draft, place: str, wave: Wave) -> None:
    surveys, design = draft.survey_ids, draft.text("design")
    if wave.asked_in is None:
        rule = "a wave that looks back says on the form of which survey it was asked"
        remedy = f'Such as asked_in = "{surveys[-1] if surveys else "post"}".'
        draft.fault(f"{place}.asked_in", rule, "", remedy)
    elif wave.asked_in not in surveys:
        found, remedy = f'"{wave.asked_in}"', suggestion(wave.asked_in, surveys)
        rule = "must be a declared wave that does not look back itself"
        draft.fault(f"{place}.asked_in", rule, found, remedy)
    elif len(surveys) > 1 and wave.asked_in == surveys[0]:
        rule = "people look back after the programme, so not in the first survey"
        remedy = "Name the survey on whose form it was asked."
        draft.fault(f"{place}.asked_in", rule, f'"{wave.asked_in}"', remedy)
    if wave.same_day:
        rule = "a wave that looks back has no day of its own"
        draft.fault(f"{place}.same_day", rule, "", "Remove it: asked_in says when it was asked.")
    if design and design not in DESIGNS:
        rule = f"belongs to the designs {', '.join(DESIGNS)}"
        remedy = "Remove the wave: in this design there is no earlier self of the same people."
        draft.fault(f"{place}.kind", rule, f'design = "{design}"', remedy)


def _check_plan(draft: Draft) -> None:
    """Refuse contrasts with a wave that looks back, in the plan and in each of its families."""
    plan = draft.plan
    named = [("plan", plan.contrasts)] if plan is not None else []
    named += [(place, family.contrasts) for place, family in draft.families]
    for place, contrasts in named:
        for number, contrast in enumerate(contrasts, start=1):
            if {*contrast} & {*draft.looking_back_ids}:
                rule = f"names no wave that looks back: {NO_BASELINE}"
                remedy = "Remove it: it is set beside the true surveys without a plan."
                where, found = f"{place}.contrasts[{number}]", " and ".join(contrast)
                draft.fault(where, rule, found, remedy)


def _check_items(draft: Draft, items: ItemTables | None) -> None:
    """Only ratings are asked looking back: nobody can tell what they would have known."""
    scales = _scales(draft)
    for row, cells in items.rows if items else ():
        named = [one for one in split_list(cells.get("waves", "")) if one in draft.looking_back_ids]
        if items and named and (cells["audience"], cells["outcome"]) not in scales:
            rule = (
                "only ratings of a scale are asked looking back: right answers cannot be unlearnt"
            )
            remedy = f'Take "{named[0]}" out of the cell.'
            items.cell_fault(row, "waves", rule, f'"{named[0]}"', remedy)


def _check_columns(draft: Draft, items: ItemTables | None) -> None:
    """Columns named one by one hold whole scales, or a looked-back score had another meaning."""
    if items is None or not items.sound:
        return
    scales = _scales(draft)
    for place, source in draft.sources:
        for wave, columns in source.wave_columns.items():
            if wave not in draft.looking_back_ids or isinstance(columns, str):
                continue
            rows = [cells for _, cells in items.rows if source.audience == cells["audience"]]
            owner = {cells["item_id"]: (cells["audience"], cells["outcome"]) for cells in rows}
            where = f"{place}.wave_columns.{wave}"
            for item in columns:
                if item in owner and owner[item] not in scales:
                    rule = "only ratings of a scale are asked looking back"
                    draft.fault(f"{where}.{item}", rule, f'"{item}" is no rating', "Remove it.")
            for scale in dict.fromkeys(owner[item] for item in columns if item in owner):
                lacking = [one for one, of in owner.items() if of == scale and one not in columns]
                if scale in scales and lacking:
                    rule = f"all items of {scale[1]} or none: a score must mean the same"
                    remedy = "Name their columns too, or leave the scale out."
                    draft.fault(where, rule, f"no {', '.join(lacking)}", remedy)


def _scales(draft: Draft) -> set[tuple[str, str]]:
    return {(one.audience, one.id) for _, one in draft.outcomes if one.kind == "scale"}
