"""Making a new study: a template that runs as it stands, to be changed into one's own."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from impact_eval.errors import Fault, StudyError
from impact_eval.study.template_answers import template_answers

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def create_study(study_id: str, *, root: Path) -> Path:
    """Write a small study with invented data that can be checked, prepared and run at once.

    Parameters
    ----------
    study_id : str
        Name of the new study: a-z, 0-9, - and _.
    root : Path
        Folder of the project, in which studies/ and data/raw/ lie or are made.

    Returns
    -------
    Path
        The new folder studies/<study_id>, with study.toml, roster.csv and instruments/codebook.csv;
        data/raw/<study_id> holds a simulated file of three schools.

    Raises
    ------
    StudyError
        If the name is no valid id, or if the study or its raw data exist: nothing is overwritten.
    """
    folder, raw_folder = root / "studies" / study_id, root / "data" / "raw" / study_id
    _refuse(study_id, folder, raw_folder)
    template = files("impact_eval.study") / "template"
    declared = (template / "study.toml").read_text(encoding="utf-8")
    _write(folder / "study.toml", declared.replace("STUDY_ID", study_id))
    _write(folder / "roster.csv", (template / "roster.csv").read_text(encoding="utf-8"))
    codebook = (template / "codebook.csv").read_text(encoding="utf-8")
    _write(folder / "instruments" / "codebook.csv", codebook)
    _write(raw_folder / "simulated_students.csv", template_answers())
    return folder


def _refuse(study_id: str, folder: Path, raw_folder: Path) -> None:
    """Refuse a name that is no id, and any place where something lies already."""
    faults = []
    if not _ID.fullmatch(study_id):
        rule = "an id is made of a-z, 0-9, - and _, and begins with a-z or 0-9"
        faults.append(Fault("name", "", rule, f'"{study_id}"', "Such as my_study."))
    else:
        for place, name in ((folder, "studies"), (raw_folder, "data/raw")):
            if place.exists():
                rule = "a new study overwrites nothing"
                remedy = "Choose another name, or remove the folder yourself."
                faults.append(Fault(f"{name}/{study_id}", "", rule, "a folder", remedy))
    if faults:
        raise StudyError(faults)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
