"""What people wrote in their own words, kept in a table of its own where the study asks for it."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from impact_eval.errors import NotPreparedError
from impact_eval.study import Study
from impact_eval.surveys.encoded import as_series, map_unique, spelled
from impact_eval.surveys.layout import Forms
from impact_eval.surveys.privacy.consents import not_covered
from impact_eval.surveys.privacy.masking import LEFT_OUT, mask
from impact_eval.surveys.typed import typed_table
from impact_eval.table_columns import TEXTS

TABLE: Final = "texts.parquet"
EXPORT: Final = "texts.csv"
KEPT: Final = "yes"
_READ: Final = ("form", "item_id", "text", "kinds")
_JOIN: Final = ";"
# what a spreadsheet would take for a formula
_FORMULA: Final = ("=", "+", "-", "@", "\t")


def kept_items(study: Study) -> list[Any]:
    """Items of type `text` that the study keeps, with their audience and waves."""
    return [item for item in study.item_rows if item.type == "text" and item.keep == KEPT]


def no_texts() -> pd.DataFrame:
    """Make the table of `read_texts` without a row."""
    return typed_table({name: "int64" if name == "form" else "str" for name in _READ}, {})


def read_texts(forms: Forms, study: Study) -> pd.DataFrame:
    """Take the texts that the study keeps out of a file's forms, masked.

    Parameters
    ----------
    forms : Forms
        Forms of one file, without the answers to safeguarding questions; of those without a
        consent that covers texts nothing is taken.
    study : Study
        Whose items say `keep`.

    Returns
    -------
    DataFrame
        `form` (position), `item_id`, `text`, and in `kinds` what was masked or left out; `text` is
        empty where all of it was left out.
    """
    kept = [item for item in kept_items(study) if item.item_id in forms.answers]
    parts = [no_texts()]
    audience, wave = forms.about["audience"], forms.about["wave"]
    may_be_kept = ~not_covered(forms.about["limited"], "texts")
    for item in kept:
        waves = str(item.waves).split("|") if item.waves else list(study.wave_ids)
        typed = spelled(forms.answers[str(item.item_id)], str.strip)
        missing = {"", *(code.strip() for code in str(item.missing_codes).split("|"))}
        asked = audience.among([item.audience]) & wave.among([one.strip() for one in waves])
        filled = typed.of_each([text not in missing for text in typed.texts], dtype=bool)
        at = np.flatnonzero(asked & filled & may_be_kept)
        own = as_series(forms.answers[str(item.item_id)].taken(at))
        part = pd.DataFrame({"form": at, "item_id": str(item.item_id)})
        part["text"] = map_unique(own, lambda text: mask(text).text)
        part["kinds"] = map_unique(own, lambda text: _JOIN.join(mask(text).kinds))
        parts.append(part.astype({"form": "int64", "item_id": "str"}))
    return pd.concat(parts, ignore_index=True) if kept else parts[0]


def save_texts(read: pd.DataFrame, forms: pd.Series[int], study: Study) -> dict[str, Any]:
    """Write the texts of used forms, and remove what an earlier preparation or export left.

    Parameters
    ----------
    read : DataFrame
        As `read_texts` gives them, positions among all forms.
    forms : Series of int
        Position of each used form among all forms; its index is the submission's number.
    study : Study
        A study that keeps no texts gets no table.

    Returns
    -------
    dict
        `kept`, a number; `masked` and `left_out`, numbers by kind.
    """
    folder = study.processed_folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in (TABLE, EXPORT):
        (folder / name).unlink(missing_ok=True)
    if not kept_items(study):
        return {}
    number = pd.Series(forms.index, index=forms.to_numpy(), dtype="int64")
    used = read[read["form"].isin(number.index)]
    used = used.assign(submission_id=number.reindex(used["form"]).to_numpy())
    texts = used.loc[used["text"] != "", list(TEXTS)].sort_values(
        ["item_id", "submission_id"], ignore_index=True
    )
    table = pa.Table.from_pandas(texts, preserve_index=False, nthreads=1)
    pq.write_table(table, folder / TABLE, compression="zstd")
    found = Counter(kind for kinds in used["kinds"] for kind in kinds.split(_JOIN) if kind)
    return {
        "kept": len(texts),
        "masked": {kind: found[kind] for kind in sorted(found) if kind not in LEFT_OUT},
        "left_out": {kind: found[kind] for kind in sorted(found) if kind in LEFT_OUT},
    }


def load_texts(study: Study) -> pd.DataFrame:
    """Texts that the study keeps, as `prepare` wrote them; columns TEXTS.

    Raises
    ------
    NotPreparedError
        If there is no table of them.
    """
    path = study.processed_folder / TABLE
    if not path.is_file():
        raise NotPreparedError(
            f"{study.id} has no table of texts. Write `keep = yes` at the items of type text that "
            f"are to be kept, and run: impact-eval prepare {study.id}"
        )
    frame: pd.DataFrame = pq.read_table(path).to_pandas()
    return frame


def export_texts(study: Study, submissions: pd.DataFrame) -> pd.DataFrame:
    """Write the texts beside the table as CSV, with audience and wave; gives what was written.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    about = submissions[["submission_id", "audience", "wave"]]
    texts = load_texts(study).merge(about, on="submission_id", how="left")
    formula = texts["text"].str.startswith(_FORMULA)
    texts["text"] = texts["text"].where(~formula, "'" + texts["text"])
    texts = texts[["submission_id", "audience", "wave", "item_id", "text"]]
    texts.to_csv(study.processed_folder / EXPORT, index=False, encoding="utf-8-sig")
    return texts
