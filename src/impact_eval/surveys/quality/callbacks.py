"""What an evaluator can still put right this evening, the most useful first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.mistyped_withdrawals import name_rows, unmatched_withdrawals
from impact_eval.surveys.quality.standing_out import chance_of_so_many

if TYPE_CHECKING:
    from impact_eval.surveys.tables import SurveyTables

CALLBACKS: Final = ("school_id", "workshop_id", "audience", "wave", "what", "forms", "rows", "todo")
MOST_ROWS: Final = 20

# order of usefulness: what is lost if nobody asks comes before what is only doubtful
_MISSING, _WITHDRAWN, _QUARANTINE, _UNLINKED, _DATES, _FLAGS, _GROUPS = range(7)
_SINGLE: Final = "single forms; compare with the paper forms where there are some"
FLAG_WORDS: Final = {
    "straightlining": ("the same answer down a whole list", "ask who supervised the forms"),
    "repeated_pattern": ("answers in a pattern", "ask who supervised the forms"),
    "speeding": ("filled in too fast to be read", "ask the interviewer how the forms were filled"),
    "instructed_item_missed": ("missed an instructed answer", "ask who supervised the forms"),
    "identical_answers": (
        "the same answers as another form of that day",
        "ask the interviewer, compare with the paper forms, revisit if they were copied",
    ),
    "batch": (
        "many forms of one device or interviewer within a short time",
        "ask the interviewer; revisit if nobody was asked",
    ),
    "out_of_range": ("several answers outside their rules", "compare with the paper forms"),
    "impossible": ("something in the form cannot be", "compare dates and numbers with the forms"),
}


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
        without a form, rows set aside, schools where far more people than elsewhere could not be
        linked, dates that cannot be read, flagged forms (schools that stand out first),
        interviewers. Within a kind, more forms come first. `rows` names files and rows, never an
        answer, a code or a name.
    """
    lines = [
        *_missing_waves(tables, study),
        *_withdrawals(study),
        *_quarantined(tables),
        *_unlinked(tables, study),
        *_unreadable(tables),
        *_flagged(tables),
        *_groups(tables),
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


def _line(order: int, what: str, todo: str, **found: Any) -> dict[str, Any]:  # noqa: ANN401
    blank: dict[str, Any] = dict.fromkeys(CALLBACKS, "") | {"forms": 0}
    return blank | found | {"order": order, "what": what, "todo": todo}


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
                yield _line(_MISSING, what, todo, forms=attended, **place)


def _withdrawals(study: Study) -> Iterator[dict[str, Any]]:
    rows = []
    for row, near in unmatched_withdrawals(study):
        if not near:
            rows.append(row)
            continue
        what = "somebody withdrew, and codes that differ in one element are still in use"
        todo = "ask whether one of these rows is meant, and correct the list"
        named = f"{study.withdrawals} {row}; {name_rows(near)}"
        yield _line(_WITHDRAWN, what, todo, forms=1, rows=named)
    if rows:
        named = f"{study.withdrawals} {', '.join(str(row) for row in rows[:MOST_ROWS])}"
        what = "people who withdrew and whose form was not found, so that it is still in use"
        todo = "call back for the code as it was written on the form, and correct the list"
        yield _line(_WITHDRAWN, what, todo, forms=len(rows), rows=named)


def _quarantined(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """Group rows that were set aside by file, reason and remedy."""
    aside = tables.quarantine[tables.quarantine["fate"] == "quarantined"]
    for key, rows in aside.groupby(["source_file", "reason", "remedy"]):
        _, reason, remedy = (str(part) for part in key)
        if not remedy.startswith("Nothing to do"):
            words = f"set aside: {reason}"
            yield _line(_QUARANTINE, words, remedy, forms=len(rows), rows=_named(rows))


def _unlinked(tables: SurveyTables, study: Study) -> Iterator[dict[str, Any]]:
    """Find schools whose later forms are linked to an earlier one far less often than elsewhere."""
    summary = tables.links_summary
    summary = summary[(summary["n_from"] > 0) & (summary["n_to"] > 0)]
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
            yield _line(_UNLINKED, what, todo, forms=int(str(row.unlinked)), **place)


def _unreadable(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    forms = tables.submissions
    unread = forms["flags"].str.split().map(lambda names: "unreadable_date" in names).astype(bool)
    for (school, audience, wave), rows in forms[unread].groupby(["school_id", "audience", "wave"]):
        what, todo = "the date cannot be read", "correct the date, or date_format in study.toml"
        place = {"school_id": school, "audience": audience, "wave": wave}
        yield _line(_DATES, what, todo, forms=len(rows), rows=_named(rows), **place)


def _flagged(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """Group flagged forms: by school where it stands out, all others by audience and wave."""
    columns = ["submission_id", "school_id", "audience", "wave", "source_file", "source_row"]
    forms = pd.concat([tables.submissions[columns], tables.excluded[columns]])
    forms = tables.quality.astype({"submission_id": "int64"}).merge(
        forms.astype({"submission_id": "int64"}), on="submission_id"
    )
    forms = forms[forms["flag"].isin(FLAG_WORDS)]
    summary = tables.quality_summary[tables.quality_summary["day"] == ""]
    keys = ["audience", "wave", "flag", "school_id"]
    stands = summary.loc[summary["stands_out"].astype(bool), keys]
    out = pd.MultiIndex.from_frame(forms[keys]).isin(pd.MultiIndex.from_frame(stands))
    for (audience, wave, flag, school), rows in forms[out].groupby(keys):
        what, todo = FLAG_WORDS[str(flag)]
        place = {"audience": audience, "wave": wave, "school_id": school}
        words = f"{what}, far more often than elsewhere"
        yield _line(_FLAGS, words, todo, forms=len(rows), rows=_named(rows), **place)
    for (audience, wave, flag), rows in forms[~out].groupby(keys[:-1]):
        what, _ = FLAG_WORDS[str(flag)]
        place = {"audience": audience, "wave": wave}
        words = f"{what}, in schools that do not stand out ({rows['school_id'].nunique()})"
        yield _line(_GROUPS + 1, words, _SINGLE, forms=len(rows), rows=_named(rows), **place)


def _groups(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """Name interviewers and devices that differ, by the beginning of their pseudonym."""
    for row in tables.quality_groups[tables.quality_groups["flagged"].astype(bool)].itertuples():
        kind, _, measure = str(row.group).partition(":")
        where = {"audience": row.audience, "wave": row.wave, "forms": int(str(row.n))}
        whose = "here" if kind == "school" else f"of one {kind} ({str(row.unit_id)[:6]})"
        if row.flag == "interviewer_cluster":
            alike = "are far more alike" if measure == "within" else "differ far more"
            what = f"forms {whose} {alike} than those of the others"
            todo = "ask the interviewer, and visit a few of the same people again"
        else:
            what, todo = _round_words(str(row.flag), measure, whose)
        place = {"school_id": row.unit_id} if kind == "school" else {}
        yield _line(_GROUPS, what, todo, **where, **place)


def _round_words(flag: str, measure: str, whose: str) -> tuple[str, str]:
    """Say what is round too often, and what to ask."""
    if flag == "number_digit_preference":
        return f"too many answers to {measure} end in 0 or 5", "ask how it was found out"
    if flag == "day_digit_preference":
        what = f"too many of the days of forms {whose} are the 5th, 10th, 15th, 20th, 25th or 30th"
        return what, "ask on which days people were asked"
    name, _, kind = measure.partition(":")
    ends = "are full quarters of an hour" if kind == "quarter_hours" else "end in 0 or 5 minutes"
    what = f"too many of the different times {whose} ({name}) {ends}"
    return what, "ask whether times were written down later"


def _named(rows: pd.DataFrame) -> str:
    """Name files and row numbers, the first twenty of them."""
    parts = []
    for file, of in rows.head(MOST_ROWS).groupby("source_file"):
        parts.append(f"{file} {', '.join(str(row) for row in sorted(of['source_row']))}")
    more = len(rows) - MOST_ROWS
    return "; ".join(parts) + (f" and {more} more" if more > 0 else "")
