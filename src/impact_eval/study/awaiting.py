"""Whether anything was collected yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from impact_eval.study.study import Study


def awaits_data(study: Study) -> bool:
    """Whether a study was never prepared and not one survey file of it is there.

    Parameters
    ----------
    study
        From `Study.open`.
    """
    if (study.processed_folder / "prepared.json").is_file():
        return False
    found = (path for source in study.sources for path in study.raw_folder.glob(source.file))
    return not any(path.is_file() for path in found)
