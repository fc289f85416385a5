"""What stands in one cell: a released number, or the symbol for why there is none."""

from __future__ import annotations

from html import escape
from math import isfinite

from impact_eval.disclosure import Finding, Released
from impact_eval.wording import decimals_of, numbers, text


def estimate(released: Released, finding: Finding | None) -> str:
    """Return the number alone."""
    return symbol(finding) or _number(released, finding, "estimate")


def with_interval(released: Released, finding: Finding | None) -> str:
    """Return the number and its interval in brackets."""
    if hidden := symbol(finding):
        return hidden
    shown = _number(released, finding, "estimate")
    if finding is None or not isfinite(finding.conf_low) or finding.suppressed:
        return shown
    return f'{shown} <span class="ie-range">({interval(released, finding)})</span>'


def estimate_or_range(released: Released, finding: Finding | None) -> str:
    """Return the range where only that is known, else the number alone."""
    shown = interval(released, finding)
    if finding is None or shown == absent():
        return estimate(released, finding)
    return f'<span class="ie-range">{shown}</span>'


def interval(released: Released, finding: Finding | None, *, of: str = "conf") -> str:
    """Return an interval alone: `of` is `conf` or `simultaneous`."""
    if finding is None:
        return symbol(None)
    if not isfinite(getattr(finding, f"{of}_low")):
        return symbol(finding) or absent()
    low = _number(released, finding, f"{of}_low")
    high = _number(released, finding, f"{of}_high")
    return text("tables.low_to_high", low=low, high=high)


def field(released: Released, finding: Finding, column: str, *, decimals: int) -> str:
    """Any other number of the finding."""
    value = getattr(finding, column)
    if hidden := symbol(finding):
        return hidden
    return (
        numbers.marked(finding.finding_id, value, decimals=decimals)
        if isfinite(value)
        else absent()
    )


def coded(finding: Finding) -> str:
    """Return a percentage that is only published to its bound."""
    low = finding.suppressed == "coded_low"
    bound = (
        numbers.marked(finding.finding_id, finding.conf_high, form="at_most")
        if low
        else numbers.marked(finding.finding_id, finding.conf_low, form="at_least")
    )
    return text(f"tables.{finding.suppressed}", bound=bound)


def people(finding: Finding | None, field: str) -> str:
    """Return a count of people that stands in a column of the finding."""
    if finding is None or not isfinite(getattr(finding, field)) or finding.suppressed:
        return symbol(finding) or absent()
    return numbers.marked(finding.finding_id, getattr(finding, field), decimals=0)


def before_and_after(finding: Finding) -> str:
    """Numbers of people in the two waves."""
    if finding.suppressed:
        return symbol(finding)
    return text(
        "tables.before_and_after", before=people(finding, "n_pre"), after=people(finding, "n_post")
    )


def symbol(finding: Finding | None) -> str:
    """Return what stands where there is no number; empty where there is one."""
    if finding is None:
        return absent()
    if finding.suppressed in {"coded_low", "coded_high"}:
        return ""
    if finding.suppressed:
        words = escape(text("tables.hidden_means"))
        return f'<abbr title="{words}">{escape(text("tables.hidden"))}</abbr>'
    return "" if isfinite(finding.estimate) or isfinite(finding.conf_low) else absent()


def absent() -> str:
    """Return the dash for a number that does not exist."""
    return escape(text("tables.absent"))


def _number(released: Released, finding: Finding | None, field: str) -> str:
    if finding is None:
        return absent()
    if field == "estimate" and finding.suppressed.startswith("coded"):
        return coded(finding)
    value = getattr(finding, field)
    if not isfinite(value):
        return absent()
    decimals = decimals_of(released.facts, finding)
    if finding.unit == "days" and value == round(value):
        decimals = 0
    return numbers.marked(finding.finding_id, value, decimals=decimals)
