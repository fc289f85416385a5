"""Writes a simulated survey into the raw folder, as the field would have delivered it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pandas as pd

from impact_eval.errors import Fault, StudyError
from impact_eval.simulate.draw import programme_of
from impact_eval.simulate.files import write_attendance, write_export, write_withdrawals
from impact_eval.simulate.filled import PREFIX, FilledSurvey, exports_of, fill_survey
from impact_eval.simulate.scenario import find_scenario
from impact_eval.simulate.tables import workshops_table
from impact_eval.simulate.truth import declared_truth
from impact_eval.study import Study

TRUTH: Final = "truth"


def write_raw(
    study: Study, *, scenario: str = "default", seed: int = 1, people: int | None = None
) -> list[Path]:
    """Write survey exports, attendance, withdrawals and the truth of a simulated study.

    Parameters
    ----------
    study : Study
        A simulated study whose programme is known: zindagi_trust or cyber_tumar.
    scenario : str
        `default`, `no_effect`, `harm`, `low_linkage` or `stress` (everybody who attended).
    seed : int
        The same seed gives the same bytes.
    people : int, optional
        Survey about so many people only, drawn from those of the scenario.

    Returns
    -------
    list of Path
        The files, in data/raw/<id>; the truth stands in its folder `truth`, where no source of the
        study looks.

    Raises
    ------
    StudyError
        If the study's data are real, or if the raw folder holds files of other origin.
    UnknownNameError
        If the scenario or the study's programme is not known.
    """
    find_scenario(scenario)
    programme_of(study)
    folder = study.raw_folder
    refuse_foreign_files(folder, shown=f"data/raw/{study.id}")
    filled = fill_survey(study, scenario=scenario, seed=seed, people=people)
    remove_own_files(folder)
    (folder / TRUTH).mkdir(parents=True, exist_ok=True)
    paths, rows = [], []
    for export in exports_of(filled):
        paths.append(folder / f"{export.stem}.csv")
        write_export(export.frame, paths[-1])
        truth = export.truth
        truth.insert(0, "source_file", paths[-1].name)
        rows.append(truth)
    table = folder / TRUTH / f"{PREFIX}truth_rows.parquet"
    pd.concat(rows, ignore_index=True).to_parquet(table, index=False)
    return [*paths, *write_lists(filled, study, folder), write_truth(filled, folder), table]


def refuse_foreign_files(folder: Path, *, shown: str) -> None:
    """Raise StudyError if a folder holds files that were not simulated."""
    if not folder.is_dir():
        return
    files = [path for path in folder.rglob("*") if path.is_file()]
    foreign = [
        path for path in files if not path.name.startswith((PREFIX, ".gitkeep", ".DS_Store"))
    ]
    if foreign:
        raise StudyError(
            [
                Fault(
                    shown,
                    path.relative_to(folder).as_posix(),
                    "the folder of a simulated survey holds simulated files only",
                    "a file of other origin",
                    "Move it elsewhere; nothing was written.",
                )
                for path in sorted(foreign)
            ]
        )


def remove_own_files(folder: Path) -> None:
    """Remove the simulated files of a folder."""
    for path in sorted(folder.rglob(f"{PREFIX}*")):
        if path.is_file():
            path.unlink()


def write_lists(filled: FilledSurvey, study: Study, folder: Path) -> list[Path]:
    """Write the attendance and the withdrawals, if the study declares them."""
    paths = []
    if study.attendance:
        paths.append(folder / study.attendance)
        write_attendance(workshops_table(filled.survey), paths[-1])
    if study.withdrawals:
        paths.append(folder / study.withdrawals)
        everybody = [each.withdrawals for each in filled.forms.values()]
        write_withdrawals(pd.concat(everybody, ignore_index=True), paths[-1])
    return paths


def write_truth(filled: FilledSurvey, folder: Path) -> Path:
    """Write what was declared before drawing, and the batches with faults."""
    batches = {name: each.batches for name, each in filled.forms.items()}
    truth = declared_truth(filled.survey) | {"batches": batches}
    path = folder / TRUTH / f"{PREFIX}truth.json"
    path.write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path
