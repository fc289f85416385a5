"""What is noticed on forms, as things to do: for schools, days, interviewers and single forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from impact_eval.surveys.quality.callback_lines import Order, callback_line, named_rows
from impact_eval.surveys.rows import Mask

if TYPE_CHECKING:
    from impact_eval.surveys.tables import SurveyTables

_PLACE: Final = ["school_id", "audience", "wave"]
_OF_GROUP: Final = ["unit_id", "audience", "wave"]
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
# of dates and people, by school: what a form bears in `flags`
_NOTED: Final = {
    "unreadable_date": (
        Order.DATES,
        "the date cannot be read",
        "correct the date, or date_format in study.toml",
    ),
    "wave_contradicts_date": (
        Order.NOTED,
        "the date speaks against the wave",
        "find out which survey it was, and correct the wave or the date",
    ),
    "answers_of_other_wave": (
        Order.NOTED,
        "answers to questions that this survey does not ask",
        "find out which survey it was, and correct the wave; or `waves` in the codebook",
    ),
    "other_workshop": (
        Order.NOTED,
        "forms of people who have forms of two workshops",
        "ask which workshop they were in, and correct the form or the attendance list",
    ),
    "equal_row": (
        Order.NOTED,
        "forms that equal another one in every cell, and have no id",
        "find out whether they came twice; if so take one away, or declare `equal_rows`",
    ),
    "two_children": (
        Order.NOTED,
        "forms of parents who name two children",
        "ask the school whether both are theirs; if not, correct the child's code",
    ),
}


def noted_on_forms(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """Group by school what stands on forms about their dates and people."""
    forms = _all_forms(tables)
    flags = forms["flags"].str.split()
    for flag, (order, what, todo) in _NOTED.items():
        noted = flags.map(lambda names, flag=flag: flag in names).astype(bool)
        for key, rows in forms[noted].groupby(_PLACE):
            place = dict(zip(_PLACE, key, strict=True))
            yield callback_line(order, what, todo, forms=len(rows), rows=named_rows(rows), **place)


def flagged(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """Group flagged forms: by school and by day where it stands out, all others by audience."""
    forms = tables.quality.astype({"submission_id": "int64"}).merge(
        _all_forms(tables), on="submission_id", suffixes=("", "_of_form")
    )
    forms = forms[forms["flag"].isin(FLAG_WORDS)]
    answered = pd.to_datetime(forms["answered_on"]).dt.strftime("%Y-%m-%d")
    forms = forms.assign(day=answered.fillna("").astype("str")).reset_index(drop=True)
    stands = tables.quality_summary[tables.quality_summary["stands_out"].astype(bool)]
    of_school = stands["day"] == ""
    keys = ["audience", "wave", "flag", "school_id"]
    keys_of_day = [*keys, "day"]
    out = _among(forms, stands[of_school], keys)
    that_day = _among(forms, stands[~of_school], keys_of_day)
    for key, rows in forms[out].groupby(keys):
        days = sorted(rows.loc[that_day[rows.index], "day"].unique())
        yield _standing_out(Order.FLAGS, rows, dict(zip(keys, key, strict=True)), days)
    for key, rows in forms[that_day & ~out].groupby(keys_of_day):
        where = dict(zip(keys_of_day, key, strict=True))
        yield _standing_out(Order.DAYS, rows, where, [str(where["day"])])
    for (audience, wave, flag), rows in forms[~out & ~that_day].groupby(keys[:-1]):
        what, _ = FLAG_WORDS[str(flag)]
        place = {"audience": audience, "wave": wave, "rows": named_rows(rows)}
        words = f"{what}, in schools that do not stand out ({rows['school_id'].nunique()})"
        yield callback_line(Order.SINGLE, words, _SINGLE, forms=len(rows), **place)


def groups_that_differ(tables: SurveyTables) -> Iterator[dict[str, Any]]:
    """Name interviewers and devices that differ, by the rows of their forms."""
    members = tables.quality_group_forms.astype({"submission_id": "int64"})
    members = members.merge(_all_forms(tables), on="submission_id")
    groups = tables.quality_groups
    for row in groups[groups["flagged"].astype(bool)].to_dict("records"):
        kind, _, measure = str(row["group"]).partition(":")
        place = {"audience": row["audience"], "wave": row["wave"], "forms": int(row["n"])}
        whose = "here" if kind == "school" else f"of one {kind} ({str(row['unit_id'])[:6]})"
        what, todo = _of_group(str(row["flag"]), measure, whose)
        if kind == "school":
            yield callback_line(Order.GROUPS, what, todo, school_id=row["unit_id"], **place)
            continue
        own = members[_among(members, pd.DataFrame([row]), _OF_GROUP)]
        own = own[own["kind"] == kind]
        todo = f"look up these rows to see who it was; {todo}"
        yield callback_line(Order.GROUPS, what, todo, rows=named_rows(own), **place)


def _of_group(flag: str, measure: str, whose: str) -> tuple[str, str]:
    """Say how the forms of a group differ, and what to ask."""
    if flag == "interviewer_cluster":
        alike = "are far more alike" if measure == "within" else "differ far more"
        what = f"forms {whose} {alike} than those of the others"
        return what, "ask, and visit a few of the same people again"
    if flag == "number_digit_preference":
        return f"too many answers to {measure} end in 0 or 5", "ask how it was found out"
    if flag == "day_digit_preference":
        what = f"too many of the days of forms {whose} are the 5th, 10th, 15th, 20th, 25th or 30th"
        return what, "ask on which days people were asked"
    name, _, kind = measure.partition(":")
    ends = "are full quarters of an hour" if kind == "quarter_hours" else "end in 0 or 5 minutes"
    what = f"too many of the different times {whose} ({name}) {ends}"
    return what, "ask whether times were written down later"


def _standing_out(
    order: Order, rows: pd.DataFrame, where: dict[str, Any], days: list[str]
) -> dict[str, Any]:
    what, todo = FLAG_WORDS[str(where["flag"])]
    on = ("most of all on " if order is Order.FLAGS else "on ") + ", ".join(days)
    words = f"{what}, far more often than elsewhere{', ' + on if days else ''}"
    place = {name: where[name] for name in _PLACE}
    return callback_line(order, words, todo, forms=len(rows), rows=named_rows(rows), **place)


def _among(rows: pd.DataFrame, found: pd.DataFrame, keys: list[str]) -> Mask:
    places = pd.MultiIndex.from_frame(rows[keys])
    return np.asarray(places.isin(pd.MultiIndex.from_frame(found[keys])), dtype=bool)


def _all_forms(tables: SurveyTables) -> pd.DataFrame:
    """Forms that are used and those that the plan leaves out."""
    columns = ["submission_id", *_PLACE, "source_file", "source_row", "answered_on", "flags"]
    forms = [table[columns] for table in (tables.submissions, tables.excluded) if len(table)]
    if not forms:
        return tables.submissions[columns].astype({"submission_id": "int64"})
    return pd.concat(forms, ignore_index=True).astype({"submission_id": "int64"})
