"""The children's codes on parents' forms: added, and nothing else changes."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from impact_eval.simulate import write_raw
from impact_eval.study import Study

STUDIES = Path(__file__).parents[2] / "studies"
CODES = [f"child/child_code_{k}" for k in range(1, 5)]


def raw_files(root: Path, *, children: bool) -> dict[str, pd.DataFrame]:
    """Simulated files with or without the children."""
    folder = root / "studies" / "zindagi_trust"
    shutil.copytree(STUDIES / "zindagi_trust", folder)
    if not children:
        lines = (folder / "study.toml").read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not line.startswith("child_audience")]
        text = "\n".join(kept)
        start, end = text.index("child_code = ["), text.index(", sex", text.index("child_code = ["))
        text = text[:start].rstrip(", ") + text[end:]
        text = text[: text.index("[[pairs]]")] + text[text.index("[plan]") :]
        (folder / "study.toml").write_text(text, encoding="utf-8")
    paths = write_raw(Study.open("zindagi_trust", start=root), seed=3, people=600)
    frames = {
        path.name: pd.read_csv(path, sep=";", dtype="str", keep_default_na=False)
        for path in paths
        if path.suffix == ".csv"
    }
    truth = next(path for path in paths if path.suffix == ".parquet")
    return frames | {"truth": pd.read_parquet(truth)}


@pytest.fixture(scope="module")
def with_children(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    return raw_files(tmp_path_factory.mktemp("with"), children=True)


def test_nothing_else_changes(with_children: dict[str, pd.DataFrame], tmp_path: Path) -> None:
    without = raw_files(tmp_path, children=False)
    assert list(without) == list(with_children)
    for name, frame in without.items():
        added = [one for one in with_children[name] if one not in frame]
        expected = CODES if "parents" in name else []
        assert added == (["child", "child_mistyped"] if name == "truth" else expected)
        assert with_children[name].drop(columns=added).equals(frame)


def test_codes_are_those_of_the_named_child(with_children: dict[str, pd.DataFrame]) -> None:
    truth = with_children["truth"]
    name = "simulated_phase2_parents.csv"
    parents = truth[truth["source_file"] == name].reset_index(drop=True)
    typed = with_children[name][CODES].apply(lambda each: each.str.strip().str.lower())
    sound = ~parents["child_mistyped"].astype(bool) & ~parents["fault"].isin(
        ["no_consent", "urdu_digits"]
    )
    assert (typed[parents["fault"] == "no_consent"] == "").all(axis=None)
    assert 0.1 < parents["child_mistyped"].astype(bool).mean() < 0.3
    students = truth[(truth["audience"] == "student") & ~truth["mistyped"]]
    students = students[~students["fault"].isin(["no_consent", "urdu_digits"])]
    students = students.drop_duplicates("person").set_index("person")
    known = sound & parents["child"].isin(students.index)
    assert 0.4 < known.mean() < 0.8
    own = [column.replace("child/child_", "code/") for column in CODES]
    for row in parents.index[known]:
        child = students.loc[parents["child"][row]]
        assert child["school_id"] == parents["school_id"][row]
        form = with_children[child["source_file"]].iloc[child["source_row"] - 2]
        assert typed.loc[row].tolist() == form[own].str.strip().str.lower().tolist()
