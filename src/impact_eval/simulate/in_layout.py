"""Writes a simulated survey as another tool would export it, into a folder to try it out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from impact_eval.errors import Fault, StudyError
from impact_eval.simulate.draw import programme_of
from impact_eval.simulate.filled import PREFIX, FilledSurvey, exports_of, fill_survey
from impact_eval.simulate.layouts.declare import Written, prefixes_of, sheets_of, sources_text
from impact_eval.simulate.layouts.export import SimulatedLayout, known_language, known_layout
from impact_eval.simulate.layouts.write import write_layout
from impact_eval.simulate.scenario import find_scenario
from impact_eval.simulate.write import TRUTH, write_lists, write_truth
from impact_eval.study import Study

SOURCES_FILE: Final = f"{PREFIX}sources.toml"
_OURS: Final = (PREFIX, ".gitkeep", ".DS_Store")


def write_in_layout(
    study: Study,
    folder: Path,
    *,
    layout: SimulatedLayout,
    scenario: str = "default",
    seed: int = 1,
    people: int | None = None,
    language: str = "English (en)",
) -> list[Path]:
    """Write a simulated survey in the layout of a tool, with the sources that declare it.

    Parameters
    ----------
    study : Study
        A simulated study whose programme is known: zindagi_trust or cyber_tumar.
    folder : Path
        Where to; made if need be. It may hold simulated files, which are replaced, and nothing
        else.
    layout : str
        One of those of `write_layout`.
    scenario : str
        `default`, `no_effect`, `harm`, `low_linkage` or `stress`.
    seed : int
        The same seed gives the people of `write_raw`, with the same answers.
    people : int, optional
        Survey about so many people only.
    language : str
        Of the labels in `kobo_labels`, `google_forms`, `spss` and `stata`, named as in the forms.

    Returns
    -------
    list of Path
        The exports, the study's lists, the declared truth in `truth`, and last
        `simulated_sources.toml`: the `[[sources]]` that take the place of those in study.toml.

    Raises
    ------
    UnknownNameError
        If the layout, the language, the scenario or the study's programme is not known.
    StudyError
        If the study's data are real; if the folder is in data/raw, or holds anything else.

    Notes
    -----
    The truth of each row is not written: it names the rows of the files that `write_raw` writes.
    """
    known_layout(layout)
    find_scenario(scenario)
    programme_of(study)
    for form in study.forms:
        known_language(form, language)
    _refuse_folder(folder, study)
    filled = fill_survey(study, scenario=scenario, seed=seed, people=people)
    _remove_ours(folder)
    (folder / TRUTH).mkdir(parents=True, exist_ok=True)
    paths, exports = _write_exports(filled, study, folder, layout=layout, language=language)
    paths += [*write_lists(filled, study, folder), write_truth(filled, folder)]
    sources = folder / SOURCES_FILE
    sources.write_text(sources_text(study, exports, layout=layout), encoding="utf-8")
    return [*paths, sources]


def _write_exports(
    filled: FilledSurvey, study: Study, folder: Path, *, layout: SimulatedLayout, language: str
) -> tuple[list[Path], list[Written]]:
    forms = {one.audience: form for one, form in zip(study.instruments, study.forms, strict=True)}
    paths: list[Path] = []
    exports: list[Written] = []
    for export in exports_of(filled):
        source = next(one for one in study.sources if one.audience == export.audience)
        titles = sheets_of(source) if layout == "workbook" else prefixes_of(source)
        column = "round" if "round" in export.frame else "wave"
        waves = {value: titles[value] for value in titles if (export.frame[column] == value).any()}
        written = write_layout(
            export.frame.astype("str"),
            forms[export.audience],
            layout=layout,
            folder=folder,
            stem=export.stem,
            language=language,
            waves=waves if layout == "workbook" else titles,
        )
        paths += written
        exports.append(Written(export.audience, export.stem, tuple(waves), len(written) > 1))
    return paths, exports


def _refuse_folder(folder: Path, study: Study) -> None:
    """Raise StudyError if a folder is not one for files that are only tried out."""
    found, remedy = "", "Name another folder; nothing was written."
    raw = (study.root / "data" / "raw").resolve()
    if folder.resolve().is_relative_to(raw):
        found = "a folder in data/raw, whose files the sources of study.toml declare"
    elif folder.exists() and not folder.is_dir():
        found = "a file"
    elif folder.is_dir():
        others = [path for path in folder.iterdir() if not path.name.startswith(_OURS)]
        count = sum(path.name != TRUTH for path in others)
        found = f"{count} files or folders of other origin" if count else ""
    if found:
        rule = "a simulated survey in another layout has a folder to itself"
        raise StudyError([Fault(str(folder), "", rule, found, remedy)])


def _remove_ours(folder: Path) -> None:
    for path in (*folder.glob(f"{PREFIX}*"), *(folder / TRUTH).glob(f"{PREFIX}*")):
        if path.is_file():
            path.unlink()
