"""Numbers as readers see them, and the mark that ties each to its finding."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Literal

from babel.numbers import format_decimal
from markupsafe import Markup

from impact_eval.wording.strings import DEFAULT, sentence

Form = Literal["plain", "signed", "size", "at_most", "at_least", "below"]
SMALLEST_P = 0.001
AskedPart = Literal["schools", "people"]
MINUS = "\N{MINUS SIGN}"
ROUNDING = {"at_most": ROUND_CEILING, "at_least": ROUND_FLOOR}


def shown(value: float, *, decimals: int = 0, form: Form = "plain", language: str = DEFAULT) -> str:
    """Write a number rounded and written in a language's way.

    Parameters
    ----------
    value
        Finite.
    decimals
        Digits after the point.
    form
        `signed` has a plus before a rise; `size` has no sign; `at_most` rounds up and `at_least`
        down, so that a bound stays true; `below` is the smallest p-value that is written.

    Examples
    --------
    >>> shown(-0.4), shown(1234.56, decimals=1), shown(0.31, decimals=1, form="signed")
    ('0', '1,234.6', '+0.3')
    >>> shown(3.67, form="at_most"), shown(-1.25, decimals=2)
    ('4', '−1.25')
    """
    rounded = rounded_to(SMALLEST_P if form == "below" else value, decimals, form)
    digits = _digits(abs(rounded), decimals, language)
    if rounded < 0:
        return MINUS + digits
    return ("+" if form == "signed" and rounded > 0 else "") + digits


def _digits(rounded: Decimal, decimals: int, language: str) -> str:
    """Write a number without a sign; the language that Python writes itself without a detour."""
    if language == "en":
        return f"{rounded:,.{decimals}f}"
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(rounded, format=pattern, locale=language, decimal_quantization=False)


def rounded_to(value: float, decimals: int, form: Form) -> Decimal:
    """Round a value as it is shown; never minus zero."""
    exact = Decimal(repr(float(abs(value) if form == "size" else value)))
    step = Decimal(1).scaleb(-decimals)
    return exact.quantize(step, rounding=ROUNDING.get(form, ROUND_HALF_UP)) + 0


def marked(
    finding_id: str,
    value: float,
    *,
    decimals: int = 0,
    form: Form = "plain",
    language: str = DEFAULT,
) -> Markup:
    """Write a finding's number with the mark by which a check holds it against the finding.

    Examples
    --------
    >>> marked("f0123456789", 8.4123, decimals=1)
    Markup('<data data-finding="f0123456789" value="8.4123">8.4</data>')
    """
    return _data("finding", finding_id, value, decimals, form, language)


def declared(
    key: str,
    value: float,
    *,
    decimals: int | None = None,
    form: Form = "plain",
    language: str = DEFAULT,
) -> Markup:
    """Write a number that the study declares, with the key of `declared_numbers`.

    Without `decimals` as many are shown as the number has.

    Examples
    --------
    >>> declared("student/knowledge/smallest_effect", 0.5)
    Markup('<data data-declared="student/knowledge/smallest_effect" value="0.5">0.5</data>')
    """
    digits = _decimals_of(value) if decimals is None else decimals
    return _data("declared", key, value, digits, form, language)


def topic_key(audience: str, outcome: str, topic: str) -> str:
    """Key of the number of questions of an outcome that are about a topic.

    >>> topic_key("student", "knowledge", "privacy")
    'student/knowledge/topics/privacy/n_items'
    """
    return f"{audience}/{outcome}/topics/{topic}/n_items"


def planned(
    address: str,
    value: float,
    *,
    decimals: int = 0,
    form: Form = "plain",
    language: str = DEFAULT,
) -> Markup:
    """Write a number of a plan for a next phase with its address, to be computed again.

    Examples
    --------
    >>> planned("student/knowledge/one_group/cautious/40/25/0.8/schools", 40)
    Markup('<data data-planned="student/knowledge/one_group/cautious/40/25/0.8/schools" value="40.0">40</data>')
    """  # noqa: E501
    return _data("planned", address, value, decimals, form, language)


def asked(part: AskedPart, value: float) -> Markup:
    """Write what a plan on the same page was worked out for: a number of schools or of people.

    Examples
    --------
    >>> asked("people", 25)
    Markup('<data data-asked="people" value="25.0">25</data>')
    """
    return _data("asked", part, value, 0, "plain", DEFAULT)


def counted(of: str, value: float) -> Markup:
    """Write how many findings with and without exclusions are alike, with the key of the count.

    Examples
    --------
    >>> counted("same", 25)
    Markup('<data data-counted="same" value="25.0">25</data>')
    """
    return _data("counted", of, value, 0, "plain", DEFAULT)


def interval(low: str, high: str, level: float, *, language: str = DEFAULT) -> Markup:
    """Write limits that are marked already, with their level, in brackets.

    Examples
    --------
    >>> interval("0.6", "1.2", 0.95)
    Markup('(95 % interval 0.6 to 1.2)')
    """
    values = {"level": percent(level), "low": low, "high": high}
    return sentence("numbers.interval", values, language=language)


def percent(share: float) -> str:
    """Write a level such as 0.95 as `95 %`."""
    return f"{share * 100:.10g} %"


def p_value(finding_id: str, p: float, *, decimals: int = 3, language: str = DEFAULT) -> Markup:
    """Write a finding's p-value, marked: three decimals, never zero.

    Examples
    --------
    >>> p_value("f0123456789", 0.0123)
    Markup('p = <data data-finding="f0123456789" value="0.0123">0.012</data>')
    >>> p_value("f0123456789", 5e-8).striptags()
    'p < 0.001'
    """
    if not isfinite(p):
        return Markup("")
    if p < SMALLEST_P:
        small = _data("finding", finding_id, p, decimals, "below", language)
        return sentence("numbers.p_below", {"bound": small}, language=language)
    said = marked(finding_id, p, decimals=decimals, language=language)
    return sentence("numbers.p", {"p": said}, language=language)


def _data(mark: str, key: str, value: float, decimals: int, form: Form, language: str) -> Markup:
    kind = Markup("") if form == "plain" else Markup(' data-form="{}"').format(form)
    return Markup('<data data-{}="{}"{} value="{}">{}</data>').format(
        mark,
        key,
        kind,
        repr(float(value)),
        shown(value, decimals=decimals, form=form, language=language),
    )


def _decimals_of(value: float) -> int:
    """How many decimals a declared number was written with."""
    exponent = Decimal(repr(float(value))).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
