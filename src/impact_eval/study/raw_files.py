"""Which files of a raw folder are survey files that a pattern names."""

from __future__ import annotations

from pathlib import Path
from typing import Final

# Excel and LibreOffice lay these beside a workbook that is open; others are hidden files, as those
# that macOS lays beside every file on a stick.
_OF_THE_SYSTEM: Final = ("~$", ".")


def raw_files(folder: Path, pattern: str) -> list[Path]:
    """Files that a source's pattern names, in order, without those that no survey tool wrote.

    Parameters
    ----------
    folder : Path
        The study's raw folder.
    pattern : str
        `file` of a source.
    """
    found = sorted(path for path in folder.glob(pattern) if path.is_file())
    return [path for path in found if not is_of_the_system(path)]


def is_of_the_system(path: Path) -> bool:
    """Whether a file is an open workbook's lock, or hidden.

    >>> is_of_the_system(Path("~$students.xlsx")), is_of_the_system(Path("._students.csv"))
    (True, True)
    """
    return path.name.startswith(_OF_THE_SYSTEM)
