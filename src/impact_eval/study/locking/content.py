"""What a lock holds: every declaration that can move a planned result, and nothing else."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

import pandas as pd

from impact_eval.study.arms import assigned
from impact_eval.study.codebook import RIGHT_OR_WRONG, split_list
from impact_eval.study.declaration import Declaration
from impact_eval.study.part import Part

Value: TypeAlias = bool | int | float | str | list[Any]
Content: TypeAlias = Mapping[str, Value]

# What pages show or the evaluator sees, and no planned result depends on. A key that is not named
# here is held, so that a new key of study.toml cannot escape the lock.
_SHOWN: Final[Mapping[str, frozenset[str]]] = {
    "phases": frozenset({"label", "claimed", "started_on"}),
    "waves": frozenset({"label"}),
    "audiences": frozenset({"label", "child_audience", "report_level"})
    | frozenset({"cluster_noun", "site_noun"}),
    "outcomes": frozenset({"audience", "label", "unit", "mastery_label"})
    | frozenset({"secular_source", "decimals", "over_aligned"}),
    "families": frozenset({"label"}),
    "plan": frozenset({"declared_on", "families"}),
    "items": frozenset({"item_id", "audience", "outcome", "label"})
    | frozenset({"dont_know_codes", "refused_codes", "topic"}),
}
_CODES: Final = ("correct", "missing_codes", "options", "waves")
_ANY_ORDER: Final = ("contrasts", "estimators", "subgroups", "exclude", "phases")


def planned_content(
    declared: Declaration, items: pd.DataFrame, roster: pd.DataFrame | None = None
) -> dict[str, Value]:
    """Everything that a lock holds of a study, a line for each declaration.

    Parameters
    ----------
    declared : Declaration
        study.toml.
    items : DataFrame
        Columns `study.codebook.ITEMS`, from codebook and forms alike.
    roster : DataFrame, optional
        The schools, of which a design with arms locks who is in which arm and stratum, and a
        staggered roll-out before which survey each had its workshop.

    Returns
    -------
    dict of str to Value
        Sorted by key, such as `outcomes.student.knowledge.mastery`. A declaration that says what
        holds without it is left out, so that neither writing a default down nor a new key with a
        default changes anything.

    Notes
    -----
    Held are the design; ids and order of phases and waves; each audience's cluster and linking;
    each outcome with its items, keys, ranges, marks, smallest effect and secular change; the plan
    with its families; which codes are the "don't know" of a question of knowledge, and so wrong;
    the levels of planned subgroups; and, where the plan leaves forms out, the cut-offs by which it
    does. A design with arms adds these, how they were assigned, and every school's arm and stratum,
    or the survey before which it had its workshop. Labels, units, languages, forms, files, pages,
    other columns of the roster and waves that look back, which no plan may name, are not held, nor
    are topics, by which nothing planned is computed.
    """
    lines: dict[str, Value] = {"design": declared.design}
    surveys = tuple(wave for wave in declared.waves if not wave.looks_back)
    looking_back = frozenset(wave.id for wave in declared.waves if wave.looks_back)
    for section, entries in (("phases", declared.phases), ("waves", surveys)):
        lines[section] = [entry.id for entry in entries]
        for entry in entries:
            lines |= _lines(f"{section}.{entry.id}", entry)
    lines |= _arm_lines(declared, roster)
    for audience in declared.audiences:
        lines[f"audiences.{audience.id}.cluster"] = audience.cluster
        lines |= _lines(f"audiences.{audience.id}", audience)
    for outcome in declared.outcomes:
        lines |= _lines(f"outcomes.{outcome.audience}.{outcome.id}", outcome)
    lines |= dict(_item_lines(items, waves=lines["waves"], not_held=looking_back))
    lines |= _lines("plan", declared.plan)
    for family in declared.plan.families:
        lines |= _lines(f"families.{family.id}", family)
    for subgroup in declared.subgroups:
        if subgroup.id in declared.plan.subgroups:
            lines[f"subgroups.{subgroup.id}"] = sorted(subgroup.levels)
            if subgroup.roster_column is not None:
                lines[f"subgroups.{subgroup.id}.roster_column"] = subgroup.roster_column
    if declared.plan.exclude:
        lines |= _exclusion_lines(declared, items)
    return dict(sorted(lines.items()))


def _arm_lines(declared: Declaration, roster: pd.DataFrame | None) -> dict[str, Value]:
    """Lines of the arms, and of which school is in which arm and stratum."""
    if not declared.arms:
        return {}
    lines: dict[str, Value] = {f"arms.{arm.id}.programme": arm.programme for arm in declared.arms}
    lines |= {
        f"arms.{arm.id}.workshop_before": arm.workshop_before
        for arm in declared.arms
        if arm.workshop_before
    }
    lines |= {"assigned_by": declared.assigned_by} if declared.assigned_by else {}
    lines |= {"randomised_by": declared.randomised_by} if declared.randomised_by else {}
    for column, schools in assigned(roster).items():
        lines |= {f"assignment.{school}.{column}": cell for school, cell in schools.items()}
    return lines


def content_hash(content: Content) -> str:
    """SHA-256 of a content as JSON with sorted keys, in 64 hexadecimal digits.

    Examples
    --------
    >>> content_hash({"a": 1.0, "b": ["x"]}) == content_hash({"b": ["x"], "a": 1.0})
    True
    """
    canonical = json.dumps(dict(content), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _lines(prefix: str, part: Part) -> dict[str, Value]:
    """Lines of a table of study.toml, without what pages show and without defaults."""
    shown = {"id", *_SHOWN.get(prefix.partition(".")[0], ())}
    dumped = part.model_dump(mode="json", exclude=shown, exclude_defaults=True)
    return dict(_flat(prefix, dumped))


def _flat(prefix: str, value: Any) -> Iterator[tuple[str, Value]]:  # noqa: ANN401 (JSON)
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in ("id", "label"):
                yield from _flat(f"{prefix}.{name}", one)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for place, one in enumerate(value, start=1):
            yield from _flat(f"{prefix}.{one.get('id', place)}", one)
    elif isinstance(value, list):
        names = prefix.split(".")
        in_any_order = names[-1] in _ANY_ORDER or names[-2] == "specifications"
        in_any_order |= (names[0], names[-2]) == ("families", "outcomes")
        yield prefix, sorted(value) if in_any_order else value
    elif value is not None:
        yield prefix, value


def _item_lines(
    items: pd.DataFrame, *, waves: Value, not_held: frozenset[str]
) -> Iterator[tuple[str, Value]]:
    """Lines of every item that counts in an outcome; a ready-made score says it in its outcome."""
    scored = items[(items["outcome"] != "") & (items["type"] != "score")]
    for row in scored.to_dict("records"):
        prefix = f"outcomes.{row['audience']}.{row['outcome']}.items.{row['item_id']}"
        for column in (name for name in items.columns if name not in _SHOWN["items"]):
            value = _cell(str(column), row[column], waves, not_held)
            if value is not None:
                yield f"{prefix}.{column}", value
        if row["type"] in RIGHT_OR_WRONG and row["missing_codes"]:
            # also where there is none: under an older lock, without the line, every code was wrong
            codes = sorted(split_list(str(row["dont_know_codes"])))
            yield f"{prefix}.dont_know_codes", codes or "none"


def _cell(
    column: str,
    cell: Any,  # noqa: ANN401 (a cell)
    waves: Value,
    not_held: frozenset[str],
) -> Value | None:
    """Return what a cell of the codebook declares; None where that holds without it."""
    if column in _CODES:
        codes: list[Any] = sorted(split_list(str(cell)))
        if column == "waves":
            codes = [code for code in codes if code not in not_held]
        every = column == "waves" and isinstance(waves, list) and codes == sorted(waves)
        return codes if codes and not every else None
    if isinstance(cell, float):
        usual = math.isnan(cell) or (column == "weight" and cell == 1)
        return None if usual else cell
    return cell or None


def _exclusion_lines(declared: Declaration, items: pd.DataFrame) -> dict[str, Value]:
    """Lines of the rules by which forms are left out."""
    lines = dict(_flat("quality", declared.quality.model_dump(exclude_defaults=True, mode="json")))
    numbers = [key for key in lines if key.startswith("quality.numbers.")]
    for key in numbers:
        del lines[key]
    for rule in declared.quality.numbers:
        own = rule.model_dump(mode="json", exclude={"item", "audience", "last_digits"})
        lines |= dict(_flat(f"quality.numbers.{rule.audience}.{rule.item}", own))
    for row in items[items["type"] == "instructed"].to_dict("records"):
        key = f"quality.instructed.{row['audience']}.{row['item_id']}"
        lines[key] = sorted(split_list(str(row["correct"])))
    return lines
