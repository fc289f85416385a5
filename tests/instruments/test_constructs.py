"""docs/instruments.md lists what the shipped forms measure, no more and no less."""

from collections import Counter
from pathlib import Path

import pytest

from impact_eval.instruments import read_instrument

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "instruments.md"
FORMS = sorted((ROOT / "studies").rglob("instruments/*.xlsx"))


def named(path):
    return f"{path.parts[-3]}/{path.stem}"


def rows_of(heading):
    """Rows of the first table under a heading, by column."""
    text = GUIDE.read_text(encoding="utf-8").split(f"# {heading}\n", 1)[1].split("\n#", 1)[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert {len(row) for row in cells} == {len(cells[0])}
    return [dict(zip(cells[0], row, strict=True)) for row in cells[2:]]


def documented():
    rows = rows_of("What the shipped forms measure")
    found = {(row["form"].strip("`"), row["id"].strip("`")): int(row["items"]) for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.mark.parametrize("path", FORMS, ids=named)
def test_the_table_and_the_scoring_sheet_agree(path):
    form = read_instrument(path, audience="student")
    cells = [item.cells for item in form.items]
    scored = Counter(one["outcome"] or one["item_id"] for one in cells)
    listed = {name: items for (of, name), items in documented().items() if of == named(path)}
    assert listed == dict(scored)


def test_the_table_names_no_form_that_is_not_shipped():
    assert {form for form, _ in documented()} == {named(path) for path in FORMS}


def test_every_construct_has_a_source_and_what_is_left_out_a_reason():
    for row in rows_of("What the shipped forms measure"):
        assert row["measures"]
        assert row["where the idea is from"]
    left_out = rows_of("What they leave out, and why")
    shipped = {named(path) for path in FORMS}
    kinds = {f"both `{name.split('/')[1]}`" for name in shipped}
    for row in left_out:
        assert row["form"].strip("`") in shipped or row["form"] in kinds
        assert len(row["why"]) > 30
    assert left_out
