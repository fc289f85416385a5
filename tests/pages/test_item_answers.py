"""The table of questions that were not answered."""

from __future__ import annotations

import pytest

import impact_eval as ie
from impact_eval.disclosure import Released
from impact_eval.tables import item_answers_table


def test_waves_stand_beside_each_other_for_each_kind_that_occurs(released: Released) -> None:
    table = item_answers_table(released, audience="student", phase="phase_2", waves=("pre", "post"))
    assert table is not None
    heads = [(column.spanner, column.key.rpartition("_")[2]) for column in table.columns]
    assert heads == [
        ("Don't know, %", "pre"),
        ("Don't know, %", "post"),
        ("No usable answer, %", "pre"),
        ("No usable answer, %", "post"),
    ]
    first = table.rows[0].cells
    assert ">31<" in first["dont_know_share_pre"]
    assert ">12<" in first["dont_know_share_post"]
    assert "why" in table.notes[0]


def test_there_is_a_table_for_each_audience_and_phase_with_counts(released: Released) -> None:
    captions = [repr(piece) for piece in ie.item_answers(released).pieces]
    assert captions
    assert len(captions) == len(set(captions))


def test_without_counts_it_is_said(released: Released) -> None:
    (nothing,) = ie.item_answers(released.where(quantity="mean")).pieces
    assert "not counted" in nothing.html


@pytest.mark.parametrize("phase", ["phase_1", "phase_2"])
def test_no_table_without_counts(released: Released, phase: str) -> None:
    none = released.where(quantity="mean")
    assert item_answers_table(none, audience="student", phase=phase, waves=("pre",)) is None
