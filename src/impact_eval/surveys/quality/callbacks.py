"""What an evaluator can still put right this evening, the most useful first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.linking.summary import MORE_ELEMENTS
from impact_eval.surveys.mistyped_withdrawals import name_rows, unmatched_withdrawals
from impact_eval.surveys.quality.callback_lines import (
    CALLBACKS,
    MOST_ROWS,
    Order,
    callback_line,
    named_rows,
)
from impact_eval.surveys.quality.form_callbacks import flagged, groups_that_differ, noted_on_forms
from impact_eval.surveys.quality.standing_out import chance_of_so_many
from impact_eval.surveys.withdrawn_elsewhere import possibly_withdrawn

if TYPE_CHECKING:
    from impact_eval.surveys.tables import SurveyTables


def find_callbacks(tables: SurveyTables, study: Study) -> pd.DataFrame:
    """List what to do: call back, revisit, ask the interviewer, correct the files.

    Parameters
    ----------
    tables : SurveyTables
        As prepared.
    study : Study
        Whose `prepared.json` names withdrawals that fit no form.

    Returns
    -------
    DataFrame
        Columns CALLBACKS, the most useful first: workshops without forms of a wave, withdrawals
        without a form, rows set aside, schools where codes are too common to link anybody, or to
        join parents with children, or where far more people than elsewhere could not be linked,
        dates that cannot be read or speak against the wave, flagged forms of schools that stand out
        and of days that do, interviewers and devices, people of two workshops, parents of two
        children, single flagged forms. Within a kind, more forms come first. `rows` names files and
        rows, never an answer, a code or a name.
    """
    lines = [
        *_missing_waves(tables, study),
        *_withdrawals(study),
        *_possibly_withdrawn(study),
        *_quarantined(tables),
        *_unlinked(tables, study),
        *_refused(tables),
        *_refused_pairs(tables),
        *noted_on_forms(tables),
        *flagged(tables),
        *groups_that_differ(tables),
    ]
    table = pd.DataFrame(lines, columns=["order", *CALLBACKS])
    table = table.astype(dict.fromkeys(CALLBACKS, "str") | {"order": "int64", "forms": "int64"})
    keys = ["order", "forms", "school_id", "workshop_id", "audience", "wave", "what"]
    ascending = [key != "forms" for key in keys]
    table = table.sort_values(keys, ascending=ascending, kind="stable", ignore_index=True)
    return table[list(CALLBACKS)]


def in_words(table: pd.DataFrame) -> list[str]:
    """One line for each thing to do, with its place in front: a school, or else a file."""
    lines = []
    for line in table.to_dict("records"):
        named = [line[key] for key in ("school_id", "workshop_id", "audience", "wave")]
        file = str(line["rows"]).split(" ")[0]
        place = ", ".join(part for part in named if part) or file
        words = f"{line['what']}; {line['todo']}".removesuffix(".")
        lines.append(f"{line['forms']:6d}  {f'{place}: ' if place else ''}{words}.")
    return lines


def _missing_waves(tables: SurveyTables, study: Study) -> Iterator[dict[str, Any]]:
    """Find workshops with no form of a wave that other workshops of the audience have."""
    forms = tables.submissions
    seen = set(zip(forms["workshop_id"], forms["audience"], forms["wave"], strict=True))
    waves = {
        audience: [wave for wave in study.wave_ids if (forms_of["wave"] == wave).any()]
        for audience, forms_of in forms[forms["workshop_id"] != ""].groupby("audience")
    }
    for held in tables.workshops.fillna({"attended": 0}).to_dict("records"):
        workshop, audience = str(held["workshop_id"]), str(held["audience"])
        for wave in waves.get(audience, []):
            if (workshop, audience, wave) not in seen:
                place = {"school_id": held["school_id"], "workshop_id": workshop}
                place |= {"audience": audience, "wave": wave}
                attended = int(held["attended"])
                what = "a workshop took place and no form of this wave names it"
                todo = "call the school or the team: were forms filled in, and where are they?"
                yield callback_line(Order.MISSING, what, todo, forms=attended, **place)


def _withdrawals(study: Study) -> Iterator[dict[str, Any]]:
    rows = []
    for row, near in unmatched_withdrawals(study):
        if not near:
            rows.append(row)
            continue
        what = (
            f"row {row} of the list: somebody withdrew, and codes that differ in one element are "
            "still in use"
        )
        todo = "ask whether one of these rows is meant, and correct the list"
        named = f"{study.withdrawals} {row}; {name_rows(near)}"
        yield callback_line(Order.WITHDRAWN, what, todo, forms=1, rows=named)
    if rows:
        named = f"{study.withdrawals} {', '.join(str(row) for row in rows[:MOST_ROWS])}"
        what = "people who withdrew and whose form was not found, so that it is still in use"
        todo = "call back for the code as it was written on the form, and correct the list"
        yield callback_line(Order.WITHDRAWN, what, todo, forms=len(rows), rows=named)


def _possibly_withdrawn(study: Study) -> Iterator[dict[str, Any]]:
    for row, near in possibly_withdrawn(study).items():
        what = (
            f"row {row} of the list: somebody withdrew, and forms of other surveys whose code "
            "differs in one element are still in use"
        )
        todo = "find out whether one is the same person's; if so write its code into the list too"
        named = f"{study.withdrawals} {row}; {name_rows(near)}"
        n = sum(len(one.rows) for one in near)
        yield callback_line(Order.WITHDRAWN, what, todo, forms=n, rows=named)


def _quarantined(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """Group rows that were set aside by file, reason and remedy."""
    aside = tables.quarantine[tables.quarantine["fate"] == "quarantined"]
    for key, rows in aside.groupby(["source_file", "reason", "remedy"]):
        _, reason, remedy = (str(part) for part in key)
        if not remedy.startswith("Nothing to do"):
            words = f"set aside: {reason}"
            todo = remedy[:1].lower() + remedy[1:]
            yield callback_line(
                Order.QUARANTINE, words, todo, forms=len(rows), rows=named_rows(rows)
            )


def _refused(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """Find schools where equal codes are too common to be one person's."""
    summary = tables.links_summary
    summary = summary[summary["refused_exact"] > 0]
    for row in summary.to_dict("records"):
        what = f"codes are so common that nobody is linked with {row['wave_from']}"
        place = {"school_id": row["school_id"], "audience": row["audience"], "wave": row["wave_to"]}
        n = int(row["refused_exact"])
        yield callback_line(Order.UNLINKED, what, MORE_ELEMENTS, forms=n, **place)


def _refused_pairs(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """Find schools where equal codes are too common to join parents with their children."""
    summary = tables.dyads_summary
    for row in summary[summary["refused_exact"] > 0].to_dict("records"):
        what = "children's codes are so common that no parent is joined with a child"
        place = {"school_id": row["school_id"], "audience": row["audience"]}
        n = int(row["refused_exact"])
        yield callback_line(Order.UNLINKED, what, MORE_ELEMENTS, forms=n, **place)


def _unlinked(tables: SurveyTables, study: Study) -> Iterator[dict[str, Any]]:
    """Find schools whose later forms are linked to an earlier one far less often than elsewhere."""
    summary = tables.links_summary
    summary = summary[(summary["n_from"] > 0) & (summary["n_to"] > 0)]
    summary = summary[summary["refused_exact"] == 0]
    linked = summary[["linked_roster", "linked_exact", "linked_tolerant"]].sum(axis=1)
    summary = summary.assign(fewer=summary[["n_from", "n_to"]].min(axis=1))
    summary = summary.assign(unlinked=(summary["fewer"] - linked).clip(lower=0))
    for (audience, before, after), rows in summary.groupby(["audience", "wave_from", "wave_to"]):
        n, missed = rows["fewer"].to_numpy(), rows["unlinked"].to_numpy()
        chance = chance_of_so_many(missed, n, missed.sum() - missed, n.sum() - n)
        out = rows[np.asarray(chance < study.quality.false_alarms / len(rows))]
        for row in out.itertuples():
            what = f"far fewer people than elsewhere could be linked with {before}"
            todo = "ask how the codes were explained; look whether classes or schools were swapped"
            place = {"school_id": row.school_id, "audience": audience, "wave": after}
            yield callback_line(Order.UNLINKED, what, todo, forms=int(str(row.unlinked)), **place)
