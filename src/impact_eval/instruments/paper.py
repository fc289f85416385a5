"""Paper forms, and cards for the self-generated code, as web pages that print on A4."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from impact_eval.errors import UnknownNameError
from impact_eval.instruments.instrument import Instrument, language_code
from impact_eval.instruments.layout import entry, lay_out

_RIGHT_TO_LEFT: Final = ("ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi")
_CARDS_ON_A_PAGE: Final = 4


def paper_form(form: Instrument, *, language: str) -> str:
    """HTML of a form on paper, in one of its languages.

    Parameters
    ----------
    form : Instrument
        The form. Of its scoring nothing is used, so that no key can be on the paper.
    language : str
        As in the form's headings, such as ``"Urdu (ur)"``.

    Returns
    -------
    str
        A whole page without scripts and without any other file.

    Raises
    ------
    UnknownNameError
        If the form is not written in that language; the message lists its languages.

    Notes
    -----
    Three and more questions in a row that share a list of at most eight choices become a grid. A
    text whose `constraint` bounds its length (``string-length(.) <= 3``) gets that many boxes.
    Conditions (`relevant`) are not printed: say them in a label or hint.
    """
    _check(form, language)
    paper = lay_out(form, language)
    return _render("form.html.j2", form, language, {"title": paper.title, "paper": paper})


def code_card(form: Instrument, *, code: Sequence[str], language: str) -> str:
    """HTML of cards on which people note their self-generated code, four to a page.

    Parameters
    ----------
    form : Instrument
        The form that asks for the code.
    code : sequence of str
        Names of the questions that make up the code, in order.
    language : str
        As in the form's headings.

    Returns
    -------
    str
        A whole page without scripts and without any other file.

    Raises
    ------
    UnknownNameError
        If the form has no such question or language.
    """
    _check(form, language)
    elements = [
        entry(form, form.question(name), number, language)
        for number, name in enumerate(code, start=1)
    ]
    title = paper_words(language)["card"]
    content = {"title": title, "elements": elements, "cards": _CARDS_ON_A_PAGE}
    return _render("card.html.j2", form, language, content)


def write_paper(forms: Mapping[str, tuple[Instrument, Sequence[str]]], folder: Path) -> list[Path]:
    """Write every form in every language, and the cards of those that ask for a code.

    Parameters
    ----------
    forms : mapping
        For each form its name, the form, and the names of the questions of its code (or none).
    folder : Path
        Made if it is not there; pages of the same name are replaced.

    Returns
    -------
    list of Path
        The pages, such as `students.ur.html` and `students_code_card.ur.html`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, (form, code) in forms.items():
        for language in form.languages:
            end = f"{_file_part(language)}.html"
            pages = {f"{name}{end}": paper_form(form, language=language)}
            if code:
                pages[f"{name}_code_card{end}"] = code_card(form, code=code, language=language)
            for file, html in pages.items():
                (folder / file).write_text(html, encoding="utf-8", newline="\n")
                written.append(folder / file)
    return written


def paper_words(language: str) -> dict[str, str]:
    """Our own words on paper in a language; English ones where we have no others."""
    words = _all_words()
    return words.get(language_code(language), words["en"])


def has_paper_words(language: str) -> bool:
    """Whether our own words on paper are there in a language."""
    return language_code(language) in _all_words()


def _all_words() -> dict[str, dict[str, str]]:
    source = files("impact_eval.instruments") / "paper_words.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _check(form: Instrument, language: str) -> None:
    if language not in form.languages:
        known = ", ".join(form.languages)
        raise UnknownNameError(f'{form.file} has no language "{language}". Languages: {known}.')


def _file_part(language: str) -> str:
    """Part of a file's name; empty for a form without translations."""
    plain = language_code(language) or re.sub(r"[^a-z0-9]+", "_", language.lower()).strip("_")
    return "" if plain in ("default", "") else f".{plain}"


def _render(template: str, form: Instrument, language: str, content: dict[str, object]) -> str:
    environment = Environment(
        loader=PackageLoader("impact_eval.instruments", "template"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (files("impact_eval.instruments") / "template" / "paper.css").read_text("utf-8")
    code = language_code(language)
    return environment.get_template(template).render(
        content,
        code=code,
        direction="rtl" if code.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
        words=paper_words(language),
        foot=Markup(_css_text(f"{content['title']} · {form.form_id}")),  # noqa: S704  (escaped for CSS)
        style=Markup(style),  # noqa: S704  (our own file)
    )


def _css_text(text: str) -> str:
    r"""Text for a CSS string, every sign that is no letter or digit escaped.

    >>> _css_text('a"b')
    'a\\22 b'
    """
    return "".join(one if one.isalnum() else f"\\{ord(one):x} " for one in text)
