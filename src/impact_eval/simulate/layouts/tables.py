"""Plain tables: a row for each form, or a row for each person with the waves side by side."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from impact_eval.simulate.layouts.dress import Dress, write_text
from impact_eval.simulate.layouts.export import FORM_ID, OF_A_PHONE, Export


def write_long(export: Export, path: Path, *, dress: Dress) -> None:
    """Write a row for each form, in the order in which they were sent."""
    write_text(export.with_ids, path, dress=dress, numbers=tuple(export.items))


def write_wide(export: Export, path: Path, *, dress: Dress, prefixes: Mapping[str, str]) -> None:
    """Write a row for each person, with a column `prefix + name` for each wave's day, items and id.

    Forms are one person's if everything but day and answers is written in the same way. A form
    without wave or without answers, and a second one of a wave, has a row of its own: a wide table
    cannot hold it otherwise.
    """
    frame, wave = export.with_ids, export.wave
    own = ["today", *export.items, FORM_ID]
    shared = [name for name in frame.columns if name not in (*own, wave, *OF_A_PHONE)]
    lone = frame[wave].eq("") | (frame[export.items] == "").all(axis=1)
    code = [name for name in shared if name.startswith("code_")]
    lone |= (frame[code] == "").any(axis=1)
    alone = pd.Series(range(1, len(frame) + 1), index=frame.index).where(lone, 0)
    again = frame.groupby([*shared, wave], sort=False).cumcount().where(~lone, 0)
    keys = frame[shared].assign(_again=again, _alone=alone)
    person = keys.groupby(list(keys.columns), sort=False).ngroup()
    rows = keys.assign(_person=person).drop_duplicates("_person").set_index("_person")
    table = {name: rows[name] for name in shared}
    for value, prefix in prefixes.items():
        of_wave = frame[frame[wave] == value].set_axis(person[frame[wave] == value])
        for name in own:
            table[prefix + name] = of_wave[name].reindex(rows.index, fill_value="")
    wide = pd.DataFrame(table).loc[rows.sort_values("_again", kind="stable").index]
    numbers = tuple(prefix + name for prefix in prefixes.values() for name in export.items)
    write_text(wide, path, dress=dress, numbers=numbers)
