"""Which reader a file gets, and why: declared, or the one that it fits best."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from impact_eval.study import Study
from impact_eval.study.source import Source
from impact_eval.surveys.raw_table import file_refusal
from impact_eval.surveys.readers.opened import Opened
from impact_eval.surveys.readers.reader import Reader
from impact_eval.surveys.readers.registry import READERS
from impact_eval.vocabulary import Layout

# Keys of a source that some readers use and all others would pass over in silence.
_USED_BY: Final[Mapping[str, tuple[Layout, ...]]] = {
    "repeat": ("kobo", "odk"),
    "group_separator": ("kobo", "odk"),
    "sheets": ("workbook",),
}

_OF_QUALTRICS: Final = "ResponseId"
_ITS_THIRD_ROW: Final = '{"ImportId":'


class Choice(NamedTuple):
    """A layout, its reader, and why it was chosen."""

    layout: Layout
    reader: Reader
    why: str


def choose_reader(opened: Opened, source: Source, study: Study) -> Choice:
    """Choose the reader of an opened file.

    Parameters
    ----------
    opened : Opened
        The file's tables.
    source : Source
        Its declaration; `layout = "auto"` leaves the choice to the file.
    study : Study
        The study, for the names that its codebook gives to columns.

    Returns
    -------
    Choice

    Raises
    ------
    SurveyFileError
        If the declared layout is one of another kind of file, if no layout fits, or if two fit
        equally well, and then the message lists the layouts; if the source has keys that the
        reader does not use; if the rows below the headings are headings too, as Qualtrics writes
        them.
    """
    _refuse_more_headings(opened)
    choice = (
        _declared(opened, source.layout)
        if source.layout != "auto"
        else _found(opened, source, study)
    )
    for key, layouts in _USED_BY.items():
        if getattr(source, key) and choice.layout not in layouts:
            rule = f"`{key}` is for the layouts {', '.join(layouts)}"
            remedy = "Remove it, or declare the layout."
            raise file_refusal(opened.file, rule, f"{choice.layout}: {choice.why}", remedy)
    return choice


def _refuse_more_headings(opened: Opened) -> None:
    """Refuse Qualtrics' export, whose second and third row would be taken for people."""
    table = opened.main
    if _OF_QUALTRICS not in table.header:
        return
    ids = table.cells.encoded(table.header.index(_OF_QUALTRICS)).texts
    if any(text.startswith(_ITS_THIRD_ROW) for text in ids):
        rule, found = "a file has one row of headings", "three, as Qualtrics writes them"
        remedy = "Take rows 2 and 3 away, and keep the headings of row 1."
        raise file_refusal(opened.file, rule, found, remedy)


def _found(opened: Opened, source: Source, study: Study) -> Choice:
    able = {layout: one for layout, one in READERS.items() if opened.kind in one.kinds}
    fits = {layout: reader.fit(opened, source, study) for layout, reader in able.items()}
    best = max(fit.strength for fit in fits.values())
    chosen: list[Layout] = [layout for layout, fit in fits.items() if fit.strength == best]
    if best == 0 or len(chosen) > 1:
        found = "none" if best == 0 else " and ".join(chosen)
        remedy = f'Write layout = "..." in study.toml: one of {", ".join(able)}.'
        raise file_refusal(opened.file, "one layout must fit the file best", found, remedy)
    return Choice(chosen[0], READERS[chosen[0]], fits[chosen[0]].why)


def _declared(opened: Opened, layout: Layout) -> Choice:
    reader = READERS[layout]
    if opened.kind not in reader.kinds:
        able = ", ".join(name for name, one in READERS.items() if opened.kind in one.kinds)
        rule = f'the layout "{layout}" is one of {_spoken(reader.kinds)}'
        remedy = f'Write layout = "auto", or one of {able}.'
        raise file_refusal(opened.file, rule, _spoken((opened.kind,)), remedy)
    return Choice(layout, reader, "declared in study.toml")


def _spoken(kinds: tuple[str, ...]) -> str:
    words = {
        "text": "text files",
        "workbook": "workbooks",
        "archive": "archives",
        "spss": "files of SPSS",
        "stata": "files of Stata",
    }
    return " and ".join(words[kind] for kind in kinds)
