"""Survey forms as they were read before: reading a workbook takes longer than all else of a study.

`prepare` keeps them; a form is taken from there as long as its file and the code are the same.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter

from impact_eval.instruments import Instrument

FOLDER: Final = "forms"


def known_form(path: Path, *, file: str, audience: str, folder: Path) -> Instrument | None:
    """Look a form up among those that `keep_form` kept; None if it is not there.

    Parameters
    ----------
    path : Path
        The form's workbook, which need not be there.
    file, audience : str
        What study.toml calls it, and the audience of its items if it names one.
    folder : Path
        The study's processed tables.
    """
    if not path.is_file():
        return None
    kept = folder / FOLDER / _name(path, file, audience)
    return TypeAdapter(Instrument).validate_json(kept.read_bytes()) if kept.is_file() else None


def keep_form(form: Instrument, path: Path, *, audience: str, folder: Path) -> None:
    """Keep a form that was read from a workbook; the rest as `known_form`."""
    kept = folder / FOLDER / _name(path, form.file, audience)
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(".part")
    unfinished.write_bytes(TypeAdapter(Instrument).dump_json(form))
    unfinished.replace(kept)


def _name(path: Path, file: str, audience: str) -> str:
    """Digest of all that the form's reading depends on."""
    digest = hashlib.sha256(path.read_bytes())
    for source in sorted((Path(__file__).parents[1] / "instruments").glob("*.py")):
        digest.update(source.read_bytes())
    for text in (file, audience, version("pyxform")):
        digest.update(text.encode() + b"\0")
    return f"{digest.hexdigest()}.json"
