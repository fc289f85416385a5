"""Rules of answers that a study declares to exclude each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from impact_eval.instruments import Instrument
from impact_eval.study.codebook import split_list
from impact_eval.study.csv_table import suggestion
from impact_eval.study.draft import Draft
from impact_eval.study.item_tables import ItemTables
from impact_eval.study.quality import ImpossibleAnswers

_TYPES = ("choice", "rating", "frequency", "note")
_MOST_WORDS = 20

Cells = Mapping[str, str]
Choices = Mapping[tuple[str, str], Sequence[str]]


def check_impossible(draft: Draft, items: ItemTables | None, forms: Sequence[Instrument]) -> None:
    """Note questions that are none, and answers that nobody can give to them."""
    seen: set[str] = set()
    known = (
        {(cells["audience"], cells["item_id"]): cells for _, cells in items.rows} if items else {}
    )
    choices = _choices(forms)
    for place, rule in draft.quality_impossible:
        if rule.id in seen:
            draft.fault(f"{place}.id", "must be unique", f'"{rule.id}" again', "Rename one.")
        seen.add(rule.id)
        if rule.audience not in (audiences := draft.ids("audiences")):
            found, remedy = f'"{rule.audience}"', suggestion(rule.audience, audiences)
            draft.fault(f"{place}.audience", "must be a declared audience", found, remedy)
        elif items is None or items.sound:
            _check_answers(draft, place, rule, known, choices)


def _check_answers(
    draft: Draft,
    place: str,
    rule: ImpossibleAnswers,
    known: Mapping[tuple[str, str], Cells],
    choices: Choices,
) -> None:
    for item, values in rule.answers.items():
        where = f"{place}.answers.{item}"
        cells = known.get((rule.audience, item))
        if cells is None:
            of_audience = [one for audience, one in known if audience == rule.audience]
            words = f"must be an item of {rule.audience}"
            draft.fault(where, words, "", suggestion(item, of_audience))
            continue
        if cells["type"] not in _TYPES:
            remedy = "Of a question with several answers, name the item of one of its options."
            words = f"must be of a type among {', '.join(_TYPES)}"
            draft.fault(where, words, f"type {cells['type']}", remedy)
            continue
        for value in values:
            if problem := _problem(value, cells, choices.get((rule.audience, item), ())):
                draft.fault(where, problem[0], f'"{value}"', problem[1])


def _problem(value: str, cells: Cells, names: Sequence[str]) -> tuple[str, str] | None:
    """Rule that a value breaks and what to do; None if it is an answer to the question."""
    codes = split_list(cells.get("missing_codes", ""))
    if _is_among(value, codes):
        return "must be an answer, and no code for a missing one", "Remove it from the list."
    if names:
        if not _is_among(value, names):
            return "must be a choice of this question", suggestion(value, names[:_MOST_WORDS])
    elif cells["type"] in ("rating", "frequency"):
        low, high = cells.get("minimum", ""), cells.get("maximum", "")
        if not _is_within(value, low, high):
            return (
                f"must be a number from {low} to {high}, as it is written on the form",
                "Correct it.",
            )
    return None


def _is_among(value: str, words: Sequence[str]) -> bool:
    return value.casefold() in {word.casefold() for word in words}


def _is_within(value: str, low: str, high: str) -> bool:
    try:
        return float(low) <= float(value) <= float(high)
    except ValueError:
        return False


def _choices(forms: Sequence[Instrument]) -> dict[tuple[str, str], list[str]]:
    """Names of the choices of each item that is asked with a list in a survey form."""
    found = {}
    for form in forms:
        questions = {question.name: question for question in form.questions}
        for item in form.items:
            question = questions.get(item.cells["item_id"])
            if question is not None and question.type == "select_one":
                names = [choice.name for choice in form.choices_of(question)]
                found[item.cells["audience"], question.name] = names
    return found
