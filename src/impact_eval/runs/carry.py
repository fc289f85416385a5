"""Pages of the last run that a run of some pages leaves as they are."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from impact_eval.runs.manifest import PageRecord, content_hash, read_manifest


def released_hash(processed_folder: Path) -> str:
    """Return the SHA-256 of the released findings on disk: two runs with the same one agree.

    Before there are data it is empty.
    """
    file = processed_folder / "released.parquet"
    return sha256(file.read_bytes()).hexdigest() if file.is_file() else ""


def carry_pages(
    latest: Path, folder: Path, *, released: str, pages: Collection[str]
) -> tuple[PageRecord, ...]:
    """Copy the pages of the last run that this run does not make, if their numbers still hold.

    Parameters
    ----------
    latest
        The last run's folder; it need not be there.
    folder
        This run's folder.
    released
        From `released_hash`: pages made of other findings are not carried.
    pages
        Paths of the pages wanted.

    Returns
    -------
    tuple of PageRecord
        Of the pages copied; failed ones, and those changed by hand, are left behind.
    """
    manifest = read_manifest(latest)
    if manifest is None or manifest.get("released") != released:
        return ()
    carried = []
    for entry in manifest["pages"]:
        record = PageRecord(**entry)
        source = latest / record.page
        if record.page not in pages or record.status != "made" or not source.is_file():
            continue
        if content_hash(source.read_text(encoding="utf-8")) == record.sha256:
            target = folder / record.page
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            carried.append(record)
    return tuple(carried)
