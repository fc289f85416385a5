"""Spellings of schools that are proposed for a decision, and those that are not."""

import pandas as pd
import pytest

from impact_eval.surveys.linking.school_names import propose_schools

ROSTER = pd.DataFrame(
    [
        ("seven", "Government Girls High School Latifabad No. 7"),
        ("seventeen", "Government Boys High School Latifabad No. 17"),
        ("gbps", "GBPS Model Colony"),
        ("abay", "Школа-гимназия № 12 имени Абая"),
        ("women", "Khatoon-e-Pakistan Girls School"),
    ],
    columns=["school_id", "name"],
)


def proposed(label: str) -> str:
    row = {"label": label, "source_file": "a.csv", "source_row": 2}
    (found,) = propose_schools(pd.DataFrame([row]), ROSTER)["school_id"]
    return str(found)


@pytest.mark.parametrize(
    ("label", "school_id"),
    [
        ("GGHS Latifabad 7", "seven"),
        ("GBHS Latifabad No17", "seventeen"),
        ("GGHS Latifabad 8", ""),
        ("Govt. Girls High School Latifabad-7", "seven"),
        ("Government Boys Primary School Model Colony", "gbps"),
        ("Школа гимназия №12 им. Абая", "abay"),
        ("Школа гимназия №13 им. Абая", ""),
        ("خاتون پاکستان گرلز اسکول", "women"),
        ("Ali Khan", ""),
    ],
)
def test_spellings_and_initials_are_proposed(label: str, school_id: str) -> None:
    assert proposed(label) == school_id
