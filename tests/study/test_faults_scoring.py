"""Rules of the codebook's columns for scoring, each broken once."""

import pytest

from impact_eval.study.codebook import items_frame, read_codebook

COLUMNS = (
    "item_id", "audience", "outcome", "label", "type", "correct", "missing_codes",
    "dont_know_codes", "refused_codes", "options", "scoring", "weight",
)  # fmt: skip
CHOICE = {"item_id": "k1", "audience": "student", "outcome": "knowledge", "label": "First",
          "type": "choice", "correct": "b", "missing_codes": "98|99"}  # fmt: skip
MULTIPLE = CHOICE | {"type": "multiple", "correct": "a|c", "options": "a|b|c", "scoring": "share"}


def read(tmp_path, cells):
    path = tmp_path / "codebook.csv"
    row = ",".join(cells.get(name, "") for name in COLUMNS)
    path.write_text(",".join(COLUMNS) + "\n" + row + "\n", encoding="utf-8")
    return read_codebook(path, file="codebook.csv", audiences=["student"], waves=["pre"])


@pytest.mark.parametrize("cells", [CHOICE, MULTIPLE, MULTIPLE | {"scoring": "exact"},
                                   CHOICE | {"dont_know_codes": "98", "refused_codes": "99"},
                                   CHOICE | {"weight": "0.5"}])  # fmt: skip
def test_what_is_whole_has_no_fault(tmp_path, cells):
    table = read(tmp_path, cells)
    assert table.faults == []
    assert items_frame(table, [])["weight"].tolist() == [float(cells.get("weight", 1))]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (CHOICE | {"dont_know_codes": "97"}, "dont_know_codes", "one of the missing codes"),
        (CHOICE | {"refused_codes": "97"}, "refused_codes", "one of the missing codes"),
        (
            CHOICE | {"dont_know_codes": "98", "refused_codes": "98"},
            "refused_codes",
            "means one thing",
        ),
        (CHOICE | {"weight": "0"}, "weight", "above 0"),
        (CHOICE | {"weight": "much"}, "weight", "above 0"),
        (CHOICE | {"weight": "2", "outcome": ""}, "weight", "item of an outcome"),
        (CHOICE | {"options": "a|b"}, "options", "only a multiple choice"),
        (CHOICE | {"scoring": "share"}, "scoring", "only a multiple choice"),
        (MULTIPLE | {"scoring": ""}, "scoring", "how it is scored"),
        (MULTIPLE | {"scoring": "shares"}, "scoring", "how it is scored"),
        (MULTIPLE | {"options": ""}, "options", "lists all options"),
        (MULTIPLE | {"options": "a|b c|c"}, "options", "without spaces"),
        (MULTIPLE | {"correct": "a|x"}, "correct", "right answers are options"),
        (MULTIPLE | {"correct": ""}, "correct", "names its right answers"),
        (MULTIPLE | {"missing_codes": "b"}, "missing_codes", "is no option"),
    ],
)
def test_one_broken_rule_is_named_with_its_place(tmp_path, cells, column, words):
    (fault,) = read(tmp_path, cells).faults
    assert fault.place == f"row 2, column {column}"
    assert words in fault.rule
