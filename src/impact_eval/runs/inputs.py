"""Of which survey files a study was prepared: their digests, by names that a page may show."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from impact_eval.surveys.staleness import declared_files

if TYPE_CHECKING:
    from impact_eval.study import Study


def input_hashes(study: Study) -> dict[str, str]:
    """Return SHA-256 digests by input file, as `prepare` stored them; none before there are data.

    A survey file that study.toml names by a pattern stands under the pattern, with its number among
    those that match: whoever saved it may have called it by anybody's name.
    """
    prepared = study.processed_folder / "prepared.json"
    if not prepared.is_file():
        return {}
    content: dict[str, Any] = json.loads(prepared.read_text(encoding="utf-8"))
    inputs = content["inputs"]
    said = {source.file for source in study.sources} | declared_files(study).keys()
    patterns = [source.file for source in study.sources if source.file not in inputs]
    places: dict[str, int] = {}
    digests = {}
    for name, entry in inputs.items():
        if name not in said:
            pattern = next((one for one in patterns if PurePath(name).match(one)), "*")
            places[pattern] = places.get(pattern, 0) + 1
            name = f"{pattern}, {places[pattern]}"  # noqa: PLW2901  (what the page calls it)
        digests[name] = str(entry["sha256"])
    return digests
