"""What else may be left of people who withdrew: forms with an error in the code, parents' forms."""

from __future__ import annotations

import pandas as pd
import pyarrow.parquet as pq
import pytest
from canaries import everything_written
from survey_project import SOURCE, Project, form
from typer.testing import CliRunner

from impact_eval.cli import app
from impact_eval.surveys import load_tables
from impact_eval.surveys.withdrawn_elsewhere import possibly_withdrawn

LIST = "school_id,audience,code_1,code_2\n"
WAVES = ("before", "after", "later")


def both(code_1: str, *waves: str, **more: str) -> list[dict[str, str]]:
    """Forms of one person in these waves."""
    return [form(code_1=code_1, wave=wave, **more) for wave in waves]


@pytest.fixture
def withdrawing(project: Project) -> Project:
    project.further = 'withdrawals = "withdrawn.csv"'
    (project.raw / "withdrawn.csv").write_text(f"{LIST}north,student,7,ab\n")
    return project


@pytest.mark.parametrize(
    ("others", "rows"),
    [
        (both("7", "after", code_2="qb"), (5,)),
        (both("7", "after", "later", code_2="qb"), (5, 6)),
        (both("7", *WAVES, code_2="qb"), ()),
        (both("6", "after", code_2="qb"), ()),
        (both("7", "after", code_2="qb", school="south"), ()),
        (both("7", "after", code_2="qb", consent="no"), ()),
        (both("", "after"), (5,)),
    ],
)
def test_forms_that_may_be_of_who_withdrew_are_named(
    withdrawing: Project,
    others: list[dict[str, str]],
    rows: tuple[int, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forms = [*both("31", *WAVES, code_2="zz"), *others, form()]
    for _ in range(1 + bool(rows)):  # the second time nothing is left of the form that was erased
        withdrawing.prepare_forms(*forms)
        near = possibly_withdrawn(withdrawing.study())
        assert [one.rows for found in near.values() for one in found] == ([rows] if rows else [])
        assert set(near) == ({2} if rows else set())
    monkeypatch.chdir(withdrawing.root)
    said = {name: CliRunner().invoke(app, [name, "small"]) for name in ("check", "callbacks")}
    named = f"students.csv {', '.join(str(row) for row in rows)}"
    assert ("row 2: its forms are erased" in said["check"].output) == bool(rows)
    assert (f"{named}. If one is" in said["check"].output) == bool(rows)
    folder = withdrawing.study().processed_folder
    listed = pd.read_csv(folder / "callbacks.csv")["rows"].tolist()
    assert (f"withdrawn.csv 2; {named}" in listed) == bool(rows)
    used = load_tables(withdrawing.study()).submissions["source_row"]
    assert set(rows) <= set(used), "nothing is erased on a guess"
    words = "".join(one.output for one in said.values())
    assert "qb" not in words
    assert "qb" not in (folder / "callbacks.csv").read_text()


def test_nobody_is_named_beside_a_withdrawal_that_fits_no_form(withdrawing: Project) -> None:
    withdrawing.prepare_forms(*both("7", "before", code_2="qb"), *both("8", *WAVES))
    assert possibly_withdrawn(withdrawing.study()) == {}


def test_nothing_of_a_child_who_withdrew_stays_on_the_parents_form(project: Project) -> None:
    parents = SOURCE.replace("*students*", "*parents*").replace('"student"', '"parent"')
    parents = parents.replace('sex = "sex"', 'sex = "sex"\nchild_code = ["child_1", "child_2"]')
    project.source += parents
    audience = 'id = "parent"\nlabel = "parents"\nlink = "code"\nreport_level = "school"'
    before = '[[subgroups]]\nid = "sex"'
    declared = f'[[audiences]]\n{audience}\nchild_audience = "student"\n\n{before}'
    project.edits = [(before, declared)]
    project.codebook += "p1,parent,,Eight,note,,,,,,\n"
    answered = form(child_1="7", child_2="ab", p1="1", code_2="yz")
    project.write([answered, answered | {"child_1": "9", "code_1": "3"}], name="parents.csv")
    kept = project.root / "data/processed/small/read/parents.csv.parquet"

    def children() -> list[str]:
        column = pq.read_table(kept)["forms.child_elements"]
        return [str(one) for one in column.to_pylist()]

    both_children = project.prepare_forms(form(), form(code_1="9"))
    token = children()[0]
    assert len(both_children.dyads) == 2
    project.further = 'withdrawals = "withdrawn.csv"'
    (project.raw / "withdrawn.csv").write_text(f"{LIST}north,student,7,ab\n")
    assert len(project.prepare().dyads) == 1
    assert children()[0] == ""
    assert children()[1] != ""
    assert token not in everything_written(project.root)
    (project.raw / "withdrawn.csv").write_text(f"{LIST}north,student,9,ab\n")
    project.prepare()
    assert children() == [token, ""], "a list that was corrected is read with the parents' forms"
