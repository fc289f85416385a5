"""Writes a simulated survey into the raw folder, as the field would have delivered it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.errors import Fault, StudyError
from impact_eval.simulate.children import add_child_codes
from impact_eval.simulate.draw import instrument_of
from impact_eval.simulate.files import (
    kobo_columns,
    write_attendance,
    write_export,
    write_withdrawals,
)
from impact_eval.simulate.forms import Forms, fill_forms
from impact_eval.simulate.survey import SimulatedSurvey, draw_survey
from impact_eval.simulate.tables import workshops_table
from impact_eval.simulate.truth import declared_truth
from impact_eval.study import Study

_TRUTH: Final = "truth"
_PREFIX: Final = "simulated_"


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
    instrument = instrument_of(study, scenario)
    _refuse_foreign_files(study)
    survey = draw_survey(instrument, study.roster_table, seed=seed, people=people)
    streams = np.random.default_rng(seed).spawn(2 * len(survey.audiences) + 2)
    forms = {
        name: fill_forms(survey, audience, study, stream)
        for (name, audience), stream in zip(
            survey.audiences.items(), streams[1 + len(survey.audiences) : -1], strict=True
        )
    }
    forms = add_child_codes(forms, survey, study, streams[-1])
    _remove_own_files(study.raw_folder)
    (study.raw_folder / _TRUTH).mkdir(parents=True, exist_ok=True)
    exports, rows = _write_exports(survey, forms, study.raw_folder)
    return [
        *exports,
        *_write_lists(survey, forms, study),
        *_write_truth(survey, forms, rows, study),
    ]


def _refuse_foreign_files(study: Study) -> None:
    folder = study.raw_folder
    if not folder.is_dir():
        return
    files = [path for path in folder.rglob("*") if path.is_file()]
    foreign = [
        path for path in files if not path.name.startswith((_PREFIX, ".gitkeep", ".DS_Store"))
    ]
    if foreign:
        raise StudyError(
            [
                Fault(
                    f"data/raw/{study.id}",
                    path.relative_to(folder).as_posix(),
                    "the raw folder of a simulated study holds simulated files only",
                    "a file of other origin",
                    "Move it elsewhere; nothing was written.",
                )
                for path in sorted(foreign)
            ]
        )


def _remove_own_files(folder: Path) -> None:
    for path in sorted(folder.rglob(f"{_PREFIX}*")):
        if path.is_file():
            path.unlink()


def _write_exports(
    survey: SimulatedSurvey, forms: dict[str, Forms], folder: Path
) -> tuple[list[Path], pd.DataFrame]:
    """One export for each audience and phase (or round); also the truth of each row of them."""
    split = "wave" if survey.programme.cross_sections else "phase"
    paths, rows = [], []
    for number, (name, filled) in enumerate(forms.items()):
        plural = survey.audiences[name].model.plural
        for part, value in enumerate(filled.truth[split].unique()):
            chosen = filled.truth[split].eq(value).to_numpy()
            stem = value.replace("phase_", "phase")
            path = folder / f"{_PREFIX}{stem}_{plural}.csv"
            frame = kobo_columns(
                _only(filled, chosen),
                first_id=100_000 * (1 + part + 4 * number),
                missing_uuid_prefix=f"00000000-000{number}-000{part}-0000",
            )
            write_export(frame, path)
            truth = filled.truth[chosen].reset_index(drop=True)
            truth.insert(0, "source_row", np.arange(len(truth)) + 2)
            truth.insert(0, "source_file", path.name)
            rows.append(truth)
            paths.append(path)
    return paths, pd.concat(rows, ignore_index=True)


def _only(forms: Forms, chosen: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Forms:
    return Forms(
        forms.truth[chosen].reset_index(drop=True),
        forms.about[chosen].reset_index(drop=True),
        forms.items[chosen].reset_index(drop=True),
        forms.withdrawals,
        forms.batches,
        forms.codes,
    )


def _write_lists(survey: SimulatedSurvey, forms: dict[str, Forms], study: Study) -> list[Path]:
    paths = []
    if study.attendance:
        paths.append(study.raw_folder / study.attendance)
        write_attendance(workshops_table(survey), paths[-1])
    if study.withdrawals:
        paths.append(study.raw_folder / study.withdrawals)
        everybody = pd.concat([each.withdrawals for each in forms.values()], ignore_index=True)
        write_withdrawals(everybody, paths[-1])
    return paths


def _write_truth(
    survey: SimulatedSurvey, forms: dict[str, Forms], rows: pd.DataFrame, study: Study
) -> list[Path]:
    truth = declared_truth(survey) | {
        "batches": {name: each.batches for name, each in forms.items()}
    }
    summary = study.raw_folder / _TRUTH / f"{_PREFIX}truth.json"
    summary.write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    table = study.raw_folder / _TRUTH / f"{_PREFIX}truth_rows.parquet"
    rows.to_parquet(table, index=False)
    return [summary, table]
