"""Answers about the time before: they belong to a form, and are none themselves."""

import pytest
from survey_project import SOURCE, Project, fates, form

from impact_eval.surveys import prepare

THEN = """
[[waves]]
id = "then"
label = "looking back at the time before"
kind = "retrospective"
asked_in = "post"

[[audiences]]
"""
AS_ROWS = SOURCE.replace('after = "post"', 'after = "post", looking = "then"')
AS_COLUMNS = """
[[sources]]
file = "*before*"
layout = "long"
audience = "student"
wave = "pre"
columns = { school = "school", code = ["code_1", "code_2"], sex = "sex" }
values = { sex = { girl = "female", boy = "male" } }

[[sources]]
file = "*after*"
layout = "wide"
audience = "student"
wave_columns = { post = "{item}", then = "then_{item}" }
columns = { school = "school", code = ["code_1", "code_2"], sex = "sex", consent = "consent" }
values = { sex = { girl = "female", boy = "male" } }
consent_values = ["yes"]
"""
PEOPLE = tuple(f"p{number}" for number in range(6))
EARLIER = {"c1": "2", "c2": "4", "c3": "2"}  # c2 is reversed: a mean of 2
NOT_SCORED = {"k1": "", "k2": "", "k3": ""}


def project(root, source):
    made = Project(root, source=source)
    made.edits = [("[[audiences]]\n", THEN.lstrip("\n"))]
    return made


def after(**answers):
    return form(wave="after", today="2024-03-08", **answers)


def rows_of(person, **then):
    """One person's three rows: before, after, and what was said looking back."""
    code = {"code_2": person}
    looking = after(**code, **{**NOT_SCORED, **EARLIER, **then}) | {"wave": "looking"}
    return [form(**code), after(**code), looking]


def columns_of(person, **then):
    """One person's row after the workshop, with columns for what was said looking back."""
    looking = {f"then_{item}": answer for item, answer in {**EARLIER, **then}.items()}
    return {**after(code_2=person), **looking}


def as_rows(root, **first):
    made = project(root, AS_ROWS)
    rows = [
        row for person in PEOPLE for row in rows_of(person, **(first if person == "p0" else {}))
    ]
    made.write(rows)
    return made


def as_columns(root, **first):
    made = project(root, AS_COLUMNS)
    made.write([form(code_2=person) for person in PEOPLE], name="before.csv")
    rows = [columns_of(person, **(first if person == "p0" else {})) for person in PEOPLE]
    made.write(rows, name="after.csv")
    return made


@pytest.mark.parametrize("written", [as_rows, as_columns])
def test_they_belong_to_the_form_beside_them(tmp_path, written):
    tables = written(tmp_path, c1="5").prepare()
    forms = tables.submissions
    assert sorted(forms["wave"].value_counts().items()) == [("post", 6), ("pre", 6)]
    assert list(tables.looking_back["wave"]) == ["then"] * 6
    assert set(tables.looking_back["outcome"]) == {"confidence"}
    assert sorted(tables.looking_back["score"]) == [2, 2, 2, 2, 2, 3]
    own = forms.set_index("submission_id").loc[tables.looking_back["submission_id"]]
    assert set(own["wave"]) == {"post"}
    people = tables.links.set_index("submission_id")["respondent_id"]
    assert people[tables.looking_back["submission_id"]].nunique() == 6


@pytest.mark.parametrize("written", [as_rows, as_columns])
def test_nothing_else_changes_with_them(tmp_path, written):
    with_them = written(tmp_path / "with").prepare()
    made = written(tmp_path / "without")
    made.edits = []
    made.source = made.source.replace(', looking = "then"', "").replace(
        ', then = "then_{item}"', ""
    )
    without = made.prepare()
    for name in ("submissions", "scores", "links_summary", "quality", "item_counts"):
        one, other = (getattr(tables, name) for tables in (with_them, without))
        if "source_row" in one:
            one, other = one.drop(columns="source_row"), other.drop(columns="source_row")
        if name == "item_counts":
            one = one[one["wave"] != "then"].reset_index(drop=True)
        assert one.equals(other), name
    assert not len(without.looking_back)


def test_every_row_has_a_fate_and_none_is_a_duplicate(tmp_path):
    rows = fates(as_rows(tmp_path / "rows").prepare())
    assert rows == {("used", ""): 18}
    assert fates(as_columns(tmp_path / "columns").prepare()) == {("used", ""): 12}


def test_without_a_form_beside_them_they_are_left_out(tmp_path):
    made = project(tmp_path, AS_ROWS)
    rows = [row for person in PEOPLE for row in rows_of(person)]
    made.write([row for row in rows if (row["code_2"], row["wave"]) != ("p0", "after")])
    tables = made.prepare()
    assert fates(tables)["quarantined", "no_form_beside"] == 1
    assert len(tables.looking_back) == 5


def test_a_row_that_was_sent_twice_counts_once(tmp_path):
    made = project(tmp_path, AS_ROWS)
    made.write([row for person in PEOPLE for row in rows_of(person)] + rows_of("p0")[2:])
    tables = made.prepare()
    assert fates(tables)["duplicate", "same_code"] == 1
    assert len(tables.looking_back) == 6


def test_who_did_not_agree_said_nothing(tmp_path):
    made = project(tmp_path, AS_COLUMNS)
    made.write([form(code_2=person) for person in PEOPLE], name="before.csv")
    rows = [columns_of(person) for person in PEOPLE]
    rows[0]["consent"] = "no"
    made.write(rows, name="after.csv")
    assert len(made.prepare().looking_back) == 5


def test_answers_to_a_quiz_are_none_looking_back(tmp_path):
    made = project(tmp_path, AS_ROWS)
    rows = [row for person in PEOPLE for row in rows_of(person)]
    made.write([row | ({"k1": "b"} if row["wave"] == "looking" else {}) for row in rows])
    tables = made.prepare()
    assert set(tables.rejected_answers["rule"]) == {"not asked in this wave"}
    assert len(tables.rejected_answers) == 6
    assert set(tables.looking_back["outcome"]) == {"confidence"}


def test_who_withdrew_is_gone_from_them_too(tmp_path):
    made = as_rows(tmp_path)
    made.further = 'withdrawals = "withdrawals.csv"'
    (made.raw / "withdrawals.csv").write_text(
        "school_id,audience,code_1,code_2\nnorth,student,7,p0\n", encoding="utf-8"
    )
    tables = made.prepare()
    assert fates(tables)["withdrawn", "withdrawn"] == 3
    assert len(tables.looking_back) == 5


def test_a_plan_that_leaves_a_form_out_leaves_out_what_stands_beside_it(tmp_path):
    made = project(tmp_path, AS_ROWS)
    contrasts = 'contrasts = [["pre", "post"]]'
    made.edits.append((contrasts, f'{contrasts}\nexclude = ["out_of_range"]'))
    rows = [row for person in PEOPLE for row in rows_of(person)]
    rows[1] |= {"c1": "9", "c2": "9", "c3": "9"}
    made.write(rows)
    tables = made.prepare()
    assert len(tables.excluded) == 1
    assert fates(tables)["excluded", "excluded_out_of_range"] == 2
    assert len(tables.looking_back) == 5
    assert set(tables.looking_back["submission_id"]) <= set(tables.submissions["submission_id"])


def test_files_that_have_not_changed_give_the_same(tmp_path):
    made = as_rows(tmp_path)
    first = made.prepare()
    again = prepare(made.study())
    assert len(first.looking_back) == 6
    assert again.looking_back.equals(first.looking_back)


def test_a_wave_declared_later_is_read_from_files_that_were_kept(tmp_path):
    made = as_columns(tmp_path)
    edits, source = made.edits, made.source
    made.edits, made.source = [], source.replace(', then = "then_{item}"', "")
    assert not len(made.prepare().looking_back)
    made.edits, made.source = edits, source
    assert len(made.prepare().looking_back) == 6
