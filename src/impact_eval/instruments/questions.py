"""From pyxform's parsed form to questions, groups and choices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from impact_eval.instruments.instrument import Choice, Group, Labels, Question
from impact_eval.instruments.workbook import Workbook

DEFAULT: Final = "default"
_TYPES: Final = {
    "select one": "select_one",
    "select all that apply": "select_multiple",
    "select one external": "select_one_external",
    "string": "text",
}
_CONTAINERS: Final = ("group", "repeat", "loop")
_TEXTS: Final = ("label", "hint")
_YES: Final = ("yes", "true", "true()", "1")

Element = Mapping[str, Any]


def read_elements(
    form: Element, book: Workbook
) -> tuple[tuple[Question, ...], tuple[Group, ...], dict[str, tuple[Choice, ...]]]:
    """Questions and groups in the order of the form, and the choices of each list."""
    rows = {
        row.cells["name"]: row.number for row in reversed(book.survey.rows) if "name" in row.cells
    }
    default = str(form["default_language"])
    questions, groups = [], []
    choices: dict[str, tuple[Choice, ...]] = {
        name: _choices(options, default) for name, options in form.get("choices", {}).items()
    }
    for element, path in _walk(form["children"], ()):
        if element["type"] in _CONTAINERS:
            groups.append(_group(element, path, default))
            continue
        question = _question(element, path, rows, default)
        questions.append(question)
        if "choices" in element and question.list_name:
            choices[question.list_name] = _choices(element["choices"], default)
    return tuple(questions), tuple(groups), choices


def read_languages(form: Element) -> tuple[str, ...]:
    """Languages that labels and hints of the form are written in, the default one first."""
    elements = [element for element, _ in _walk(form["children"], ())]
    elements += [one for options in form.get("choices", {}).values() for one in options]
    default = str(form["default_language"])
    found = [
        language
        for element in elements
        for text in _TEXTS
        for language in _labels(element.get(text), default)
    ]
    return tuple(dict.fromkeys(sorted(dict.fromkeys(found), key=lambda one: one != default)))


def _walk(
    children: Sequence[Element], path: tuple[str, ...]
) -> Iterator[tuple[Element, tuple[str, ...]]]:
    """Yield every element with the names of the groups around it; not the form's own meta group."""
    for element in children:
        if not path and element["name"] == "meta" and element.get("control", {}).get("bodyless"):
            continue
        yield element, path
        if element["type"] in _CONTAINERS:
            yield from _walk(element.get("children", ()), (*path, element["name"]))


def _group(element: Element, path: tuple[str, ...], default: str) -> Group:
    return Group(
        path=(*path, element["name"]),
        labels=_labels(element.get("label"), default),
        repeats=element["type"] != "group",
        relevant=str(element.get("bind", {}).get("relevant", "")),
    )


def _question(
    element: Element, path: tuple[str, ...], rows: Mapping[str, int], default: str
) -> Question:
    bind = element.get("bind", {})
    kind = str(element["type"])
    return Question(
        name=element["name"],
        type=_TYPES.get(kind, kind),
        labels=_labels(element.get("label"), default),
        hints=_labels(element.get("hint"), default),
        group=path,
        list_name=str(element.get("list_name", element.get("itemset", ""))),
        choice_filter=str(element.get("choice_filter", "")),
        relevant=str(bind.get("relevant", "")),
        constraint=str(bind.get("constraint", "")),
        required=str(bind.get("required", "")).lower() in _YES,
        row=rows.get(element["name"]),
    )


def _choices(options: Sequence[Element], default: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(one["name"]), _labels(one.get("label"), default)) for one in options)


def _labels(text: object, default: str) -> Labels:
    """Texts by language; a text without a language is one in the form's default language."""
    if isinstance(text, Mapping):
        return {
            (default if language == DEFAULT else str(language)): str(said)
            for language, said in text.items()
            if said
        }
    return {default: str(text)} if text else {}
