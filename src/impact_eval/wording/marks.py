"""Marked numbers: each must be a released one, and be shown as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isclose, isfinite, nan
from typing import get_args

from impact_eval.disclosure import Finding, Released
from impact_eval.errors import Fault, UnknownNameError
from impact_eval.facts import StudyFacts
from impact_eval.wording.derived import derived_numbers
from impact_eval.wording.numbers import MINUS, SMALLEST_P, Form, shown, topic_key
from impact_eval.wording.page_text import Mark, PageText
from impact_eval.wording.without_exclusions import compare, counted

NUMBERS = (
    *("estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high", "conf_level"),
    *("n", "n_clusters", "n_pre", "n_post", "n_linked", "simultaneous_low", "simultaneous_high"),
)

ASKED_PARTS = {"schools": 4, "people": 5}  # places in the address of a planned number
_KEYS = ("data-finding", "data-declared", "data-planned", "data-asked", "data-counted")


def mark_faults(
    page_text: PageText,
    released: Released,
    *,
    page: str,
    planned: Callable[[str], float] | None = None,
    beside: Released | None = None,
) -> list[Fault]:
    """Hold every `<data>` of a page against the released findings and the declared numbers."""
    by_id = {finding.finding_id: finding for finding in released.findings()}
    counts: dict[str, float] = {}
    if beside is not None:
        by_id |= {finding.finding_id: finding for finding in beside.findings()}
        counts = counted(compare(released, beside))
    declared = declared_numbers(released.facts)
    asked = _asked(page_text)
    faults = []
    for mark in page_text.marks:
        if "data-planned" in mark.attributes:
            rule = _broken_plan(mark, planned)
        elif "data-asked" in mark.attributes:
            rule = _broken_question(mark, asked)
        elif "data-counted" in mark.attributes:
            rule = _broken_count(mark, counts)
        else:
            rule = _broken_rule(mark, by_id, declared)
        if rule:
            place = next((mark.attributes[key] for key in _KEYS if key in mark.attributes), "")
            remedy = "Make the number with `impact_eval.wording.numbers` from a released finding."
            faults.append(Fault(page, f"<data> of {place or 'nothing'}", rule, "", remedy))
    return faults


def declared_numbers(facts: StudyFacts) -> dict[str, float]:
    """Numbers that a study declares and that pages may say, by key.

    Returns
    -------
    dict of str to float
        `threshold`; `AUDIENCE/OUTCOME/FIELD` for minimum, maximum, mastery, smallest_effect,
        secular_low, secular_high and n_items; `AUDIENCE/OUTCOME/WAVE/FIELD` for the minimum and
        maximum of a wave that has a scale of its own; for topics see `topic_key`.
    """
    numbers: dict[str, float] = {"threshold": facts.threshold}
    for (audience, name), outcome in facts.outcomes.items():
        low, high = outcome.secular or (None, None)
        values: Mapping[str, float | None] = {
            "minimum": outcome.minimum,
            "maximum": outcome.maximum,
            "mastery": outcome.mastery,
            "smallest_effect": outcome.smallest_effect,
            "secular_low": low,
            "secular_high": high,
            "n_items": outcome.n_items,
        }
        for key, value in values.items():
            if value is not None:
                numbers[f"{audience}/{name}/{key}"] = float(value)
        for wave, (lowest, highest) in outcome.ranges.items():
            numbers[f"{audience}/{name}/{wave}/minimum"] = float(lowest)
            numbers[f"{audience}/{name}/{wave}/maximum"] = float(highest)
    for topic, items in facts.topic_items.items():
        numbers[topic_key(*topic)] = float(len(items))
    return numbers


def _broken_rule(mark: Mark, by_id: Mapping[str, Finding], declared: Mapping[str, float]) -> str:
    """Name the rule that a marked number breaks; empty if none."""
    attributes = mark.attributes
    try:
        value = float(attributes.get("value", ""))
    except ValueError:
        return "`value` must be a number"
    if "data-declared" in attributes:
        known = [declared[k] for k in [attributes["data-declared"]] if k in declared]
        missing = "`data-declared` must be a number that the study declares"
    else:
        finding = by_id.get(attributes.get("data-finding", ""))
        if finding is None:
            return "`data-finding` must be the id of a released finding"
        known = [getattr(finding, column) for column in NUMBERS]
        known += list(derived_numbers(finding).values())
        missing = "`value` must be a number of the released finding"
    if not any(
        isfinite(one) and isclose(one, value, rel_tol=1e-12, abs_tol=1e-15) for one in known
    ):
        return missing
    return "" if _is_shown_as_it_is(value, mark) else "the text must be `value`, rounded"


def _asked(page_text: PageText) -> dict[str, set[float]]:
    """Numbers of schools and of people that stand in the addresses of a page's planned numbers."""
    found: dict[str, set[float]] = {part: set() for part in ASKED_PARTS}
    for mark in page_text.marks:
        parts = mark.attributes.get("data-planned", "").split("/")
        for part, place in ASKED_PARTS.items():
            if len(parts) > place and parts[place].replace(".", "", 1).isdigit():
                found[part].add(float(parts[place]))
    return found


def _broken_question(mark: Mark, asked: Mapping[str, set[float]]) -> str:
    """Name the rule that a number breaks for which a plan was worked out; empty if none."""
    try:
        value = float(mark.attributes.get("value", ""))
    except ValueError:
        return "`value` must be a number"
    if value not in asked.get(mark.attributes["data-asked"], ()):
        return "`value` must be what a planned number of the page was worked out for"
    return "" if _is_shown_as_it_is(value, mark) else "the text must be `value`, rounded"


def _broken_count(mark: Mark, counts: Mapping[str, float]) -> str:
    """Name the rule that a number of findings breaks; empty if none."""
    if mark.attributes.get("value", "") != repr(counts.get(mark.attributes["data-counted"])):
        return "`value` must be how many findings there are, counted again"
    return (
        ""
        if _is_shown_as_it_is(float(mark.attributes["value"]), mark)
        else "the text must be `value`, rounded"
    )


def _broken_plan(mark: Mark, planned: Callable[[str], float] | None) -> str:
    """Name the rule that a number of a plan breaks; empty if none."""
    try:
        value = float(mark.attributes.get("value", ""))
        again = nan if planned is None else planned(mark.attributes["data-planned"])
    except (ValueError, UnknownNameError):
        return "`data-planned` must be the address of a number of a plan"
    if not isclose(again, value, rel_tol=1e-9, abs_tol=1e-12):
        return "`value` must be the planned number at that address, computed again"
    return "" if _is_shown_as_it_is(value, mark) else "the text must be `value`, rounded"


def _is_shown_as_it_is(value: float, mark: Mark) -> bool:
    """Whether the text is the value in its form, with as many decimals as the text has."""
    form = mark.attributes.get("data-form", "plain")
    if form not in get_args(Form) or (form == "below" and not 0 <= value < SMALLEST_P):
        return False
    digits = mark.shown.replace(MINUS, "").lstrip("+")
    decimals = len(digits.partition(".")[2])
    if not digits.replace(",", "").replace(".", "", 1).isdigit():
        return False
    return mark.shown == shown(value, decimals=decimals, form=form)  # type: ignore[arg-type]
