"""What is no mistake in a study's forms, but may have been forgotten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from impact_eval.errors import Fault
from impact_eval.instruments import Instrument, Question
from impact_eval.study.check_retrospective import NO_BASELINE
from impact_eval.study.codebook import RIGHT_OR_WRONG
from impact_eval.study.consent import SURVEY
from impact_eval.study.source import ColumnRule, Source
from impact_eval.study.study import Study

_ANSWERED: Final = ("select_one", "select_multiple", "rank", "integer", "decimal", "range")


def remarks(study: Study) -> tuple[Fault, ...]:
    """Waves and questions that nothing reads, codes and translations that lack, and warnings.

    Parameters
    ----------
    study : Study
        A study without mistakes.

    Returns
    -------
    tuple of Fault
        Waves that look back first, then consents, missing codes and topics, then in the order of
        the forms; empty if there is nothing.
    """
    named = {name for source in study.sources for name in _columns(source)}
    named |= set(study.items["item_id"])
    named |= {
        source.item_column(item, wave) or ""
        for source in study.sources
        for wave in source.wave_columns
        for item in study.items["item_id"]
    }
    of_forms = (remark for form in study.forms for remark in _of_form(form, named))
    return (
        *_of_looking_back(study),
        *_of_consents(study),
        *_of_missing_codes(study),
        *_of_topics(study),
        *of_forms,
    )


def _of_consents(study: Study) -> Iterator[Fault]:
    """Say of a consent for something beside the survey that a No to it takes out the whole form."""
    for place, source in enumerate(study.sources, start=1):
        for number, consent in enumerate(source.consents, start=1):
            if consent.of_form and consent.purpose != SURVEY and not consent.withdraws:
                where = f"sources[{place}].consents[{number}]"
                rule, found = "without it nothing of the form is used", f'"{consent.purpose}"'
                remedy = (
                    'If a No is to take less away, say what: covers = ["texts"] or ["linking"].'
                )
                yield Fault("study.toml", where, rule, found, remedy)


def _of_missing_codes(study: Study) -> Iterator[Fault]:
    """Say of which quizzes nobody can say "don't know" and be wrong, though there are codes."""
    for outcome in study.outcomes:
        items = study.items_of(outcome.audience, outcome.id)
        asked = items["type"].isin(RIGHT_OR_WRONG) & (items["missing_codes"] != "")
        told = (items["dont_know_codes"] != "") | (items["refused_codes"] != "")
        untold = items.loc[asked & ~told, "item_id"]
        if len(untold):
            place = f"outcomes, {outcome.audience}, {outcome.id}"
            rule = "does not say which missing codes mean don't know, so none is a wrong answer"
            remedy = "Name those that do in dont_know_codes, and a refusal in refused_codes."
            yield Fault("study.toml", place, rule, _some(untold), remedy)


def _some(names: Iterable[str]) -> str:
    first, further = (listed := list(names))[:8], len(listed) > 8
    return ", ".join(first) + (", ..." if further else "")


def _of_topics(study: Study) -> Iterator[Fault]:
    """Say which items of an outcome have no topic beside others that do, and of a single topic."""
    for outcome in study.outcomes if study.topics else ():
        items = study.items_of(outcome.audience, outcome.id)
        without = items.loc[items["topic"] == "", "item_id"]
        place = f"outcomes, {outcome.audience}, {outcome.id}"
        if 0 < len(without) < len(items):
            rule, found = "results by topic leave some of its items out", ", ".join(without)
            yield Fault("study.toml", place, rule, found, "Give them a topic, or leave it.")
        if items.loc[items["topic"] != "", "topic"].nunique() == 1:
            rule, found = "has one topic, so nothing is given by topic", items["topic"].max()
            yield Fault("study.toml", place, rule, f'"{found}"', "Add a second one, or leave it.")


def _of_looking_back(study: Study) -> Iterator[Fault]:
    """Say of a wave that looks back that nothing can be compared with it, where that is so."""
    later = {contrast[1] for contrast in study.plan.contrasts}
    for wave in study.retrospective:
        if wave.asked_in not in later:
            rule = "is compared with nothing: the plan names no survey before the one it belongs to"
            remedy = f"The difference of the two answers on one form is not given: {NO_BASELINE}."
            yield Fault("study.toml", f"waves.{wave.id}", rule, f'"{wave.asked_in}" alone', remedy)


def _of_form(form: Instrument, named: set[str]) -> Iterator[Fault]:
    for warning in form.warnings:
        remedy = "KoboToolbox and ODK may say the same."
        yield Fault(form.file, "", "the conversion to an XForm warns", warning.rstrip("."), remedy)
    for question in form.questions:
        if question.type in _ANSWERED and question.name not in named:
            rule = "is neither scored nor named by a source, so its answers are not read"
            found = f'"{question.name}" without outcome and item_type'
            remedy = 'Score it, write item_type "note" to describe it, or leave it.'
            yield Fault(form.file, _place(question), rule, found, remedy)
    for item in form.items:
        if item.cells["label"] in form.question(item.cells["item_id"]).labels.values():
            place = f"sheet {item.sheet}, row {item.row}, column short_label"
            remedy = "Add a short label, or leave it."
            rule = "pages show the whole text of the question"
            yield Fault(form.file, place, rule, f'"{item.cells["item_id"]}" without one', remedy)
    for language in form.languages:
        lacking = [
            one.name for one in form.questions if one.labels and not one.labels.get(language)
        ]
        if lacking:
            rule = f"questions have a label in {language}"
            yield Fault(form.file, "", rule, f"none of {_some(lacking)}", "Translate them.")


def _place(question: Question) -> str:
    return "" if question.row is None else f"row {question.row}"


def _columns(source: Source) -> Iterator[str]:
    """Headings that a source names, apart from those of items."""
    columns = source.columns
    for one in (columns.school, columns.workshop, columns.respondent):
        yield from [one] if one else []
    for one in (columns.started_at, columns.ended_at, columns.duration):
        yield from [one] if one else []
    for one in (columns.device, columns.interviewer):
        yield from [one] if one else []
    for by_wave in (columns.answered_on, columns.consent, columns.form_id):
        yield from by_wave.values() if isinstance(by_wave, dict) else [by_wave or ""]
    yield from columns.code
    yield from columns.subgroups.values()
    yield from (rule.column for rule in source.consents)
    for rule in (source.wave, source.phase, source.audience):
        if isinstance(rule, ColumnRule):
            yield rule.column
