"""What would change a finding, in sentences: biases, one school, other ways of computing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.wording.looking_back import measured_shift
from impact_eval.wording.natural import outcome_of, short_unit
from impact_eval.wording.numbers import Form, declared, marked
from impact_eval.wording.strings import DEFAULT, fitting_sentence, sentence, text

# Standard deviations, as published; the sentences in `robustness.published` say of whom.
PUBLISHED: Final[Mapping[tuple[str, str], tuple[float, float]]] = MappingProxyType(
    {
        ("secular", "index"): (0.10, 0.25),
        ("secular", "scale"): (-0.10, 0.15),
        ("loss", ""): (-0.20, -0.10),
        ("response_shift", ""): (-0.20, -0.10),
    }
)
BIASES: Final = ("secular", "trend", "response_shift", "loss", "loss_one_side", "loss_both_sides")
IN_UNIT, IN_SD, IN_STEPS = "in_unit", "in_sd", "in_steps_before"


def robustness_sentences(
    released: Released, change: Finding, *, language: str = DEFAULT
) -> tuple[Markup, ...]:
    """Say what would undo a planned change, or that nothing has to be undone.

    Parameters
    ----------
    released
        Where the tipping points, the range without one school and the counts of ways are.
    change
        A planned change or effect.
    language
        ISO 639-1 code.

    Returns
    -------
    tuple of Markup
        A sentence or two for each bias that this design can have, for schools left out one at a
        time, and for the other ways of computing; empty for a change that is not shown.
    """
    if change.suppressed or not change.known:
        return ()
    own = released.where(parent_id=change.finding_id)
    said = [*_biases(released, own, change, language)]
    said += [_one_school(released, own, change, language), _ways(released, own, change, language)]
    return tuple(one for one in said if one)


def _biases(released: Released, own: Released, change: Finding, language: str) -> Iterator[Markup]:
    """Yield what each bias would have to be; one sentence where there is nothing to undo."""
    points = {(row.variant, row.estimator): row for row in own.findings(quantity="tipping_point")}
    if not change.verdict or change.verdict == "cannot_tell":
        key = "nothing_known" if change.verdict else "no_verdict"
        noun = {"noun": _noun(released, language)}
        yield fitting_sentence(f"robustness.{key}", noun, language=language)
        return
    for bias in BIASES:
        point, in_sd = points.get((bias, IN_UNIT)), points.get((bias, IN_SD))
        if point is not None and in_sd is not None and point.known:
            said = _bias(released, change, point, in_sd, language)
            for shift in measured_beside(own) if bias == "response_shift" else ():
                said += Markup(" ") + measured_shift(released, shift, language=language)
            if bias == "trend":
                said += Markup(" ") + _times(points.get((bias, IN_STEPS)), language)
            yield said


def measured_beside(own: Released) -> list[Finding]:
    """Return the shifts that the study measured, of what stands beside a planned change."""
    rows = own.findings(quantity="response_shift")
    return [row for row in rows if row.estimator == "stacked" and row.known and not row.suppressed]


def _bias(
    released: Released, change: Finding, point: Finding, in_sd: Finding, language: str
) -> Markup:
    """Say one tipping point, and what others have seen of it."""
    bias = point.variant
    more = point.estimate > 0 if bias != "secular" else _shifts_up(released, change, point)
    sides = bool(released.facts.arms)
    direction = "more" if more else "less"
    key = f"robustness.{bias}{_between(released, bias)}_{direction}"
    form: Form = "signed" if bias == "secular" and not sides else "size"
    values: dict[str, object] = {
        "value": _number(released, point, "estimate", form, language),
        "sd": marked(in_sd.finding_id, in_sd.estimate, decimals=2, form=form, language=language),
        "unit": short_unit(released, change, language=language),
        "sites": released.facts.site_nouns.get(change.audience, ("", ""))[1],
        **_allowed(released, change, language),
    }
    words = fitting_sentence(key, values, language=language)
    if isfinite(point.conf_low):
        far = max((point.conf_low, point.conf_high), key=abs)
        column = "conf_low" if far == point.conf_low else "conf_high"
        values["far"] = _number(released, point, column, "size", language)
        words += Markup(" ") + fitting_sentence("robustness.fewest_lost", values, language=language)
    published = _published(released, change, in_sd, more=more, language=language)
    return words + Markup(" ") + published if published else words


def _between(released: Released, bias: str) -> str:
    """Part of a key that says between which schools a bias would have to lie."""
    if released.facts.cohorts and bias in ("secular", "response_shift"):
        return "_roll_out"
    return "_apart" if released.facts.arms and bias == "secular" else ""


def _times(point: Finding | None, language: str) -> Markup:
    """Hold a trend against the largest before the workshops."""
    if point is None or not point.known or point.suppressed:
        return sentence("robustness.trend_no_times", {}, language=language)
    values: dict[str, object] = {
        name: marked(point.finding_id, value, decimals=1, language=language)
        for name, value in (("times", point.estimate), ("least", point.conf_low))
    }
    return sentence("robustness.trend_times", values, language=language)


def _shifts_up(released: Released, change: Finding, point: Finding) -> bool:
    """Whether a verdict falls with more change of its own rather than with less."""
    outcome = outcome_of(released, change)
    if released.facts.arms or outcome is None or outcome.secular is None:
        return point.estimate > 0
    return point.estimate >= outcome.secular[1]


def _allowed(released: Released, change: Finding, language: str) -> dict[str, object]:
    outcome = outcome_of(released, change)
    if outcome is None or outcome.secular is None:
        return {}
    here = f"{change.audience}/{change.outcome}"
    low, high = outcome.secular
    return {
        "secular_low": declared(f"{here}/secular_low", low, form="signed", language=language),
        "secular_high": declared(f"{here}/secular_high", high, form="signed", language=language),
    }


def _published(
    released: Released, change: Finding, in_sd: Finding, *, more: bool, language: str
) -> Markup:
    """Set a tipping point beside what was published, where anything was."""
    outcome = outcome_of(released, change)
    bias = "loss" if in_sd.variant.startswith("loss") else in_sd.variant
    kind = outcome.kind if bias == "secular" and outcome is not None else ""
    seen = PUBLISHED.get((bias, kind))
    opposite = bias != "secular" and more
    if seen is None or (bias == "secular" and released.facts.arms):
        return Markup()
    key = f"robustness.published.{bias}{f'_{kind}' if kind else ''}"
    words = sentence(key, {}, language=language)
    if opposite:
        verdict = "opposite"
    else:
        beyond = in_sd.estimate > seen[1] if more else in_sd.estimate < seen[0]
        verdict = "beyond" if beyond else "not_beyond"
    return words + Markup(" ") + sentence(f"robustness.{verdict}", {}, language=language)


def _one_school(released: Released, own: Released, change: Finding, language: str) -> Markup:
    """Say the range of what the change is without one of its schools."""
    found = own.findings(quantity="without_one_school")
    if not found:
        return Markup()
    row = found[0]
    sites = released.facts.site_nouns.get(change.audience, ("", ""))[1]
    if row.suppressed or not isfinite(row.conf_low):
        return sentence("robustness.one_school_hidden", {"sites": sites}, language=language)
    values: dict[str, object] = {
        "sites": sites,
        "schools": marked(row.finding_id, row.n_clusters, language=language),
        "low": _number(released, row, "conf_low", "at_least", language),
        "high": _number(released, row, "conf_high", "at_most", language),
        "unit": short_unit(released, change, language=language),
        "noun": _noun(released, language),
    }
    key = "one_school_reads_otherwise" if row.caution_ids else "one_school_reads_alike"
    if not change.verdict:
        key = "one_school"
    return fitting_sentence(f"robustness.{key}", values, language=language)


def _ways(released: Released, own: Released, change: Finding, language: str) -> Markup:
    """Say in how many ways it was computed, and how far they agree."""
    counts = {row.variant: row for row in own.findings(quantity="specifications")}
    if "run" not in counts or counts["run"].suppressed:
        return Markup()
    shown = {
        name: marked(row.finding_id, row.estimate, language=language)
        for name, row in counts.items()
        if row.known
    }
    exploratory = counts["run"].role == "exploratory"
    said = [
        sentence(
            f"robustness.ways_{'exploratory' if exploratory else 'planned'}",
            {"run": shown["run"]},
            language=language,
        )
    ]
    of_all = counts["estimated"]
    values: dict[str, object] = {
        **shown,
        "unit": short_unit(released, change, language=language),
    }
    if of_all.estimate < counts["run"].estimate:
        said.append(fitting_sentence("robustness.ways_estimated", values, language=language))
    if isfinite(of_all.conf_low):
        values["low"] = _number(released, of_all, "conf_low", "at_least", language)
        values["high"] = _number(released, of_all, "conf_high", "at_most", language)
        said.append(fitting_sentence("robustness.ways_range", values, language=language))
    for key, names in (
        ("agree", ("same_direction", "beyond_zero")),
        ("verdict", ("same_verdict",)),
    ):
        if all(name in shown for name in names):
            every = all(counts[name].estimate == of_all.estimate for name in names)
            words = f"robustness.ways_{key}{'_all' if every else ''}"
            said.append(fitting_sentence(words, values, language=language))
    return Markup(" ").join(said)


def _noun(released: Released, language: str) -> str:
    """Name what was compared: a change, or a difference of two sides."""
    return text(
        f"robustness.{'difference' if released.facts.arms else 'change'}", language=language
    )


def _number(released: Released, finding: Finding, column: str, form: Form, language: str) -> Markup:
    """Write a number in the outcome's unit, with enough decimals to tell limits apart."""
    outcome = outcome_of(released, finding)
    decimals = max(2, outcome.decimals) if outcome is not None else 2
    return marked(
        finding.finding_id,
        getattr(finding, column),
        decimals=decimals,
        form=form,
        language=language,
    )
