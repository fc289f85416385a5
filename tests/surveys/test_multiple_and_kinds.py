"""Several options in one answer, kinds of missing answers, and weights of items."""

import numpy as np
import pytest
from survey_project import Project, form

from impact_eval.surveys import load_tables
from impact_eval.surveys.item_rule import ItemRule
from impact_eval.table_columns import ANSWER_KINDS, ITEM_COUNTS

CODEBOOK = """item_id,audience,outcome,label,type,minimum,maximum,correct,reverse,\
missing_codes,waves,dont_know_codes,refused_codes,options,scoring,weight
k1,student,knowledge,One,choice,,,b,,98|99,,98,99,,,
k2,student,knowledge,Two,multiple,,,a|c,,98|99,,98,,a|b|c|d,share,
k3,student,knowledge,Three,multiple,,,2|3,,98,,98,,1|2|3,exact,2
c1,student,confidence,Four,rating,1,5,,,97|98|99,,98,99,,,
c2,student,confidence,Five,rating,1,5,,yes,98,,98,,,,
c3,student,confidence,Six,rating,1,5,,,98,,,,,,2
n1,student,,Seven,note,,,,,,post,,,,,
"""


@pytest.fixture
def project(project: Project) -> Project:
    project.codebook = CODEBOOK
    return project


def rule(*, in_parts: bool) -> ItemRule:
    codes = (frozenset(text) for text in ("ac", ["98"], ["98"]))
    correct, missing, dont_know = codes
    return ItemRule(
        "multiple", np.nan, np.nan, False, correct, missing, dont_know,
        options=frozenset("abcd"), in_parts=in_parts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "share", "exact"),
    [
        ("a c", 1, 1),
        (" C  A ", 1, 1),
        ("a a c", 1, 1),
        ("a", 0.75, 0),
        ("a c d", 0.75, 0),
        ("b d", 0, 0),
        ("a b c d", 0.5, 0),
    ],
)
def test_each_option_is_judged_or_all_at_once(answer: str, share: float, exact: float) -> None:
    assert rule(in_parts=True).read(answer) == (share, "answered")
    assert rule(in_parts=False).read(answer) == (exact, "answered")


@pytest.mark.parametrize("in_parts", [True, False])
def test_a_dont_know_is_wrong_and_an_unknown_option_breaks_the_rule(in_parts: bool) -> None:
    read = rule(in_parts=in_parts).read
    assert read("98") == (0.0, "dont_know")
    for answer in ("a e", "a 98", "a,c"):
        assert read(answer).rejected
        assert np.isnan(read(answer).number)
    assert read("  ").kind == "blank"


def test_scores_and_rejections_of_a_file(project: Project) -> None:
    tables = project.prepare_forms(
        form(k2="c a", k3="3 2"),
        form(code_1="8", k1="a", k2="a b", k3="2"),
        form(code_1="9", k2="x", k3="98"),
    )
    assert tables.submissions["k2"].tolist()[:2] == [1.0, 0.5]
    assert np.isnan(tables.submissions["k2"][2])
    assert tables.submissions["k3"].tolist() == [1.0, 0.0, 0.0]
    assert tables.rejected_answers["rule"].tolist() == [
        "options of this question, with spaces between them"
    ]
    scores = tables.scores[tables.scores["outcome"] == "knowledge"]["score"]
    # weights 1, 1 and 2; the third form has two answers, prorated: (1 + 0) / 3 x 4
    assert scores.tolist() == pytest.approx([4, 0.5, 4 / 3])


def test_a_scale_is_the_weighted_mean(project: Project) -> None:
    tables = project.prepare_forms(form(c1="4", c2="2", c3="5"), form(code_1="8", c1="", c3="1"))
    scores = tables.scores[tables.scores["outcome"] == "confidence"]["score"]
    assert scores.tolist() == pytest.approx([(4 + 4 + 2 * 5) / 4, (4 + 2 * 1) / 3])


def test_the_range_of_a_weighted_index_is_the_sum_of_the_weights(project: Project) -> None:
    assert project.study().outcome_range("student", "knowledge") == (0, 4)
    assert project.study().outcome_range("student", "confidence") == (1, 5)


def counts_of(tables, item: str) -> dict[str, int]:
    rows = tables.item_counts[tables.item_counts["item_id"] == item]
    return {kind: int(rows[kind].sum()) for kind in ANSWER_KINDS if rows[kind].sum()}


def test_answers_are_counted_by_kind(project: Project) -> None:
    project.write(
        [
            form(c1="98"),
            form(code_1="8", c1="99"),
            form(code_1="9", c1="97", k1="99"),
            form(code_1="6", c1="", k1="98"),
            form(code_1="5", c1="7", k1="z"),
            form(code_1="4", wave="after", c1="3", n1="2"),
            form(code_1="3", school="nowhere"),
        ]
    )
    tables = project.prepare()
    one = {"dont_know": 1, "refused": 1, "missing_code": 1, "blank": 1, "rejected": 1}
    assert counts_of(tables, "c1") == {"answered": 1, **one}
    # not to know is wrong and to refuse is not; the counts tell both from answers
    assert counts_of(tables, "k1") == {"answered": 4, "dont_know": 1, "refused": 1}
    found = [1, 1, np.nan, 0, 0, 1]
    assert tables.submissions["k1"].tolist() == pytest.approx(found, nan_ok=True)
    assert tables.submissions["c1"].notna().sum() == 1
    # not asked before, so not blank there
    asked = tables.item_counts[tables.item_counts["item_id"] == "n1"]
    assert asked["wave"].tolist() == ["post"]
    assert list(tables.item_counts.columns) == list(ITEM_COUNTS)
    again = load_tables(project.study())
    assert again.item_counts.equals(tables.item_counts)


def test_every_used_form_has_one_kind_for_each_item_asked(project: Project) -> None:
    tables = project.prepare_forms(form(), form(code_1="8", c1="", k2="x"), form(code_1="9"))
    totals = tables.item_counts[list(ANSWER_KINDS)].sum(axis=1)
    assert totals.tolist() == [3] * 6


def test_tables_without_the_counts_are_prepared_again(project: Project) -> None:
    from impact_eval.errors import NotPreparedError

    project.prepare_forms(form())
    (project.study().processed_folder / "item_counts.parquet").unlink()
    with pytest.raises(NotPreparedError, match="impact-eval prepare small"):
        load_tables(project.study())
