"""Reading a form: pyxform's own rules first, then the scoring columns."""

from __future__ import annotations

from pathlib import Path

from impact_eval.errors import StudyError
from impact_eval.instruments.instrument import Instrument
from impact_eval.instruments.items import ItemReader
from impact_eval.instruments.questions import read_elements, read_languages
from impact_eval.instruments.scoring import read_scoring
from impact_eval.instruments.workbook import pyxform_fault, read_workbook


def read_instrument(path: Path, *, file: str | None = None, audience: str = "") -> Instrument:
    """Read an XLSForm with its questions, translations, choices and scoring.

    Parameters
    ----------
    path : Path
        An XLSX file with the sheets `survey`, `choices` and `settings`, and perhaps `scoring`.
    file : str, optional
        What messages call the file; its name if not given.
    audience : str, optional
        Audience of all its items. Without it the scoring column `audience` says it, and items of
        a form that has none belong to no audience.

    Returns
    -------
    Instrument
        The form. Its items are empty if it has no scoring columns.

    Raises
    ------
    StudyError
        With every mistake in the scoring, or with the first that pyxform finds in the form, since
        it reads no further.

    Notes
    -----
    Nothing is written. What pyxform understands (aliases of types and headings, groups, repeats,
    "or other", languages) is understood here, because pyxform does it.
    """
    from pyxform.errors import PyXFormError
    from pyxform.xls2json import workbook_to_json

    name = file or path.name
    book = read_workbook(path, file=name)
    sheet, scoring, faults = read_scoring(book)
    warnings: list[str] = []
    fallback = book.data.fallback_form_name
    try:
        form = workbook_to_json(book.data, fallback_form_name=fallback, warnings=warnings)
    except PyXFormError as error:
        raise StudyError([pyxform_fault(name, error), *faults]) from error
    questions, groups, choices = read_elements(form, book)
    reader = ItemReader(name, sheet, choices, audience)
    items = reader.items(questions, groups, scoring)
    if faults or reader.faults:
        raise StudyError([*faults, *reader.faults])
    return Instrument(
        file=name,
        form_id=str(form["id_string"]),
        title=str(form["title"]),
        languages=read_languages(form),
        questions=questions,
        groups=groups,
        choices=choices,
        items=items,
        warnings=tuple(" ".join(warning.split()) for warning in warnings),
    )
