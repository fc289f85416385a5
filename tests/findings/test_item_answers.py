"""Shares of "don't know", refused and unanswered items, and what is shown of them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from small_study import where

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables
from impact_eval.table_columns import ANSWER_KINDS, ITEM_COUNTS

SHARES = ("dont_know_share", "refused_share", "unanswered_share")
STUDENTS = {"audience": "student", "phase": "phase_2", "wave_to": "pre"}


def counted(item: str, *, phase: str = "phase_2", wave: str = "pre", **kinds: int) -> tuple:
    """A row of the table `item_counts`."""
    return ("student", phase, wave, item, *(kinds.get(kind, 0) for kind in ANSWER_KINDS))


def with_counts(tables: SurveyTables, *rows: tuple) -> SurveyTables:
    return replace(tables, item_counts=pd.DataFrame(rows, columns=list(ITEM_COUNTS)))


def found(
    study: Study, tables: SurveyTables, *rows: tuple, quantities: tuple[str, ...] = SHARES
) -> pd.DataFrame:
    return compute_findings(study, with_counts(tables, *rows), quantities=quantities)


def test_shares_are_of_all_who_were_asked(study: Study, tables: SurveyTables) -> None:
    row = counted("c01", answered=100, dont_know=40, refused=20, missing_code=10, blank=25,
                  rejected=5)  # fmt: skip
    shares = found(study, tables, row)
    shares = where(shares, **STUDENTS).set_index("quantity")
    assert shares["estimate"].to_dict() == {
        "dont_know_share": 20.0,
        "refused_share": 10.0,
        "unanswered_share": 20.0,
    }
    assert set(shares["n"]) == {200}
    assert set(shares["unit"]) == {"percent"}
    assert set(shares["outcome"]) == {"confidence"}


def test_phases_together_are_the_sum(study: Study, tables: SurveyTables) -> None:
    rows = [
        counted("c01", phase="phase_1", answered=10, dont_know=90),
        counted("c01", phase="phase_2", answered=300),
    ]
    shares = where(found(study, tables, *rows), quantity="dont_know_share", item_id="c01")
    by_phase = shares.set_index("phase")["estimate"].to_dict()
    assert by_phase["phase_1"] == 90.0
    assert by_phase["phase_2"] == 0.0
    assert by_phase.get("", 22.5) == 22.5


def test_kinds_that_never_occur_on_an_item_are_not_reported(
    study: Study, tables: SurveyTables
) -> None:
    rows = [
        counted("c01", answered=100, dont_know=50),
        counted("c01", wave="post", answered=150),
        counted("c02", answered=100, blank=50),
    ]
    shares = found(study, tables, *rows)
    shares = shares[shares["quantity"].isin(SHARES)]
    named = set(zip(shares["item_id"], shares["quantity"], shares["wave_to"], strict=True))
    assert named == {
        ("c01", "dont_know_share", "pre"),
        ("c01", "dont_know_share", "post"),
        ("c01", "unanswered_share", "pre"),
        ("c01", "unanswered_share", "post"),
        ("c02", "unanswered_share", "pre"),
    }


def test_without_counts_there_is_nothing(study: Study, tables: SurveyTables) -> None:
    assert not found(study, tables)["quantity"].isin(SHARES).any()


@pytest.mark.parametrize(
    ("kinds", "hidden"),
    [
        ({"dont_know": 40, "refused": 20, "blank": 25}, {}),
        ({"dont_know": 9, "blank": 25}, {"dont_know_share": "coded_low", "unanswered_share": "c"}),
        (
            {"dont_know": 40, "refused": 3, "blank": 25},
            {"refused_share": "coded_low", "unanswered_share": "complementary"},
        ),
        ({"dont_know": 40, "blank": 9}, {"unanswered_share": "coded_low"}),
        ({"blank": 0}, {"unanswered_share": "coded_low"}),
    ],
    ids=str,
)
def test_few_are_told_as_a_bound_and_not_given_back(
    study: Study, tables: SurveyTables, kinds: dict[str, int], hidden: dict[str, str]
) -> None:
    shares = found(study, tables, counted("c01", answered=200, **kinds))
    frame = release(shares, study.facts()).frame
    rows = where(frame, **STUDENTS, item_id="c01")
    said = {row.quantity: row.suppressed for row in rows.itertuples() if row.suppressed}
    assert said.keys() == hidden.keys()
    assert all(said[name].startswith(why) for name, why in hidden.items())
    assert rows.loc[rows["suppressed"] != "", "estimate"].isna().all()


@pytest.mark.parametrize(("others", "shown"), [(9, False), (10, True)])
def test_few_who_were_wrong_without_saying_so_are_not_given_back(
    study: Study, tables: SurveyTables, others: int, shown: bool
) -> None:
    both = (*SHARES, "item_share")
    forms = tables.submissions
    asked = (forms["audience"] == "student") & (forms["phase"] == "phase_2")
    wrong = int((forms.loc[asked & (forms["wave"] == "pre"), "s_k01"] == 0).sum())
    right = int((forms.loc[asked & (forms["wave"] == "pre"), "s_k01"] == 1).sum())
    row = counted("s_k01", answered=right + others, dont_know=wrong - others)
    frame = release(found(study, tables, row, quantities=both), study.facts()).frame
    one = where(frame, **STUDENTS, item_id="s_k01", quantity="dont_know_share")
    assert one["estimate"].notna().tolist() == [shown]
    assert one["conf_high"].isna().all(), "no bound either"
