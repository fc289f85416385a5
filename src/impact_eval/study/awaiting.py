"""Whether anything was collected yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from impact_eval.study.raw_files import raw_files

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
    return not any(raw_files(study.raw_folder, source.file) for source in study.sources)
