"""Where the project's folders are."""

from __future__ import annotations

import difflib
from pathlib import Path

from impact_eval.errors import UnknownNameError


def find_root(start: Path | None = None) -> Path:
    """Nearest folder, upwards from `start` or the working folder, that holds studies/.

    Raises
    ------
    UnknownNameError
        If no folder on the way up holds studies/.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        if (folder / "studies").is_dir():
            return folder
    raise UnknownNameError(
        "No folder from here upwards holds studies/. Work in a project's folder, or make a study "
        "there with: impact-eval new my_study"
    )


def study_ids(root: Path) -> tuple[str, ...]:
    """Ids of the studies of a project, in alphabetical order."""
    return tuple(sorted(file.parent.name for file in (root / "studies").glob("*/study.toml")))


def find_study_folder(study_id: str, root: Path) -> Path:
    """Folder of a study; UnknownNameError with the valid ids if there is none."""
    known = study_ids(root)
    if study_id in known:
        return root / "studies" / study_id
    nearest = difflib.get_close_matches(study_id, known, n=1)
    hint = f' Did you mean "{nearest[0]}"?' if nearest else ""
    valid = f"Studies here: {', '.join(known)}." if known else "There is no study here yet."
    raise UnknownNameError(f'There is no study "{study_id}".{hint} {valid}')
