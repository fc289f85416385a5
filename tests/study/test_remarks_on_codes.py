"""What `check` remarks on missing codes of a quiz that nobody told apart."""

from impact_eval.study import Study
from impact_eval.study.remarks import remarks

CODEBOOK = "codebook.csv"


def test_check_says_where_no_missing_code_can_be_a_wrong_answer(write_study):
    root = write_study()
    (said,) = (str(one) for one in remarks(Study.open("good", start=root)) if "don't" in str(one))
    assert "outcomes, student, knowledge" in said
    assert "k1, k2" in said
    assert "dont_know_codes" in said
    path = root / "studies" / "good" / CODEBOOK
    head, *rows = path.read_text(encoding="utf-8").splitlines()
    told = {"k1": "98,", "k2": ",99"}
    lines = [f"{head},dont_know_codes,refused_codes"]
    lines += [f"{row},{told.get(row[:2], ',')}" for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert not [one for one in remarks(Study.open("good", start=root)) if "don't" in str(one)]
