"""Parents and children, and doses, where schools with a programme are set against others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import test_dose
import test_pairs
from small_study import OF_PAIRS, only, where
from test_explain import disagreements

from impact_eval.disclosure import release
from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.tables import agreement_table, dose_table, pair_table
from impact_eval.wording.lint import lint_page

QUANTITIES = (*OF_PAIRS, "surveyed", "effect")
ARMS = """design = "comparison"

[[arms]]
id = "with"
label = "workshop schools"
programme = true

[[arms]]
id = "without"
label = "comparison schools"
programme = false

"""


def with_arms(schools):
    """Every second trainer team of the second phase, and a school of the first, has it."""
    number = schools["trainer_team"].str.extract(r"(\d+)$")[0].fillna("0").astype(int)
    early = schools["phase"] == "phase_1"
    own = np.where(early, schools["school_id"].str[-1] == "0", number % 2 == 0)
    return schools.assign(arm=np.where(own, "with", "without"))


def of_sides(root, study, tables):
    """The same study with a comparison, and its tables."""
    folder = root / "studies" / "small"
    file = folder / "study.toml"
    text = file.read_text("utf-8").replace('subgroups = ["sex"]\n', "")
    before, _, after = text.partition('design = "one_group"\n')
    roster, _, rest = after.partition("[[phases]]")
    text = before + ARMS.replace("\n[[arms]]", roster + "\n[[arms]]", 1) + "[[phases]]" + rest
    file.write_text(text, encoding="utf-8")
    schools = with_arms(pd.read_csv(folder / "roster.csv", dtype="str").fillna(""))
    schools.to_csv(folder / "roster.csv", index=False)
    arm = tables.schools["school_id"].map(schools.set_index("school_id")["arm"])
    return Study.open("small", start=root), replace(tables, schools=tables.schools.assign(arm=arm))


@pytest.fixture(scope="module")
def paired(tmp_path_factory):
    root = tmp_path_factory.mktemp("paired")
    study, tables = of_sides(root, test_pairs.with_pairs(root), test_pairs.draw(3))
    return study, tables, compute_findings(study, tables, quantities=QUANTITIES)


def test_pairs_stand_on_each_side_alone(paired):
    study, tables, found = paired
    rows = found[found["quantity"].isin(OF_PAIRS)]
    once = rows[rows["wave_from"] == rows["wave_to"]]
    assert set(once["subgroup"]) == {"arm:programme", "arm:comparison"}
    changes = rows[rows["wave_from"] != rows["wave_to"]]
    assert set(changes["contrast"]) == {"programme-comparison"}
    assert set(rows["role"]) == {"exploratory"}
    assert disagreements(study, tables, rows) == []
    moved = changes.dropna(subset=["estimate"])
    assert len(moved)
    moved = moved.assign(estimate=moved["estimate"] + 0.01)
    assert len(disagreements(study, tables, moved)) == len(moved)


def test_a_side_of_few_clusters_says_so(paired):
    _, _, found = paired
    changes = where(found, quantity="pair_difference", contrast="programme-comparison")
    assert changes.loc[changes["phase"] == "phase_1", "reason"].str.contains("and one has 1").all()
    second = changes[changes["phase"] == "phase_2"]
    assert (second["conf_low"] < second["conf_high"]).any() or (second["reason"] != "").all()


def test_few_pairs_of_a_side_are_hidden_with_the_comparison(paired):
    study, tables, _ = paired
    arm = tables.dyads["school_id"].map(tables.schools.set_index("school_id")["arm"])
    other = (arm == "without") & tables.dyads["school_id"].str.startswith("p2")
    few = tables.dyads[~other | (tables.dyads.groupby(other).cumcount() < 4)]
    thin = replace(tables, dyads=few)
    frame = release(compute_findings(study, thin, quantities=QUANTITIES), study.facts()).frame
    rows = frame[frame["quantity"].isin(OF_PAIRS) & (frame["phase"] == "phase_2")]
    assert rows.loc[rows["subgroup"] == "arm:comparison", "estimate"].isna().all()
    assert rows.loc[rows["contrast"] != "", "estimate"].isna().all()
    assert rows.loc[rows["contrast"] != "", "n_post"].isna().all()


def test_tables_of_pairs_name_the_sides(paired):
    study, _, found = paired
    released = release(found, study.facts())
    for make in (pair_table, agreement_table):
        html = make(released, pair="dares")._repr_mimebundle_()["text/html"]
        assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
        assert "comparison schools" in html


@pytest.fixture(scope="module")
def dosed(tmp_path_factory):
    root = tmp_path_factory.mktemp("dosed")
    drawn = test_dose.draw(3, own=1.5)
    study, tables = of_sides(root, test_dose.with_dose(root), drawn)
    found = compute_findings(study, tables, quantities=("effect", "dose_slope"))
    return study, tables, found


def test_doses_are_of_the_programmes_side_alone(dosed):
    study, tables, found = dosed
    slopes = where(found, quantity="dose_slope")
    assert set(slopes["subgroup"]) == {"arm:programme"}
    assert set(slopes["role"]) == {"exploratory"}
    assert set(slopes["variant"]) >= {"sessions_held", "attended:within", "attended:between"}
    assert disagreements(study, tables, slopes) == []
    mine = tables.schools.set_index("school_id")["arm"]
    forms = tables.submissions
    others = forms["school_id"].map(mine) == "without"
    scores = tables.scores
    hit = scores["submission_id"].isin(forms.loc[others, "submission_id"])
    moved = replace(tables, scores=scores.assign(score=scores["score"].where(~hit, 1.0)))
    again = compute_findings(study, moved, quantities=("dose_slope",))
    at = {"variant": "attended:within", "phase": "phase_2", "wave_to": "post"}
    at |= {"audience": "student", "outcome": "knowledge", "quantity": "dose_slope"}
    assert only(again, **at)["estimate"] == only(found, **at)["estimate"]
    assert only(found, **at)["conf_low"] > 0


def test_the_table_of_doses_says_whose_they_are(dosed):
    study, _, found = dosed
    released = release(found, study.facts())
    of = {"wave_from": "pre", "wave_to": "post"}
    html = dose_table(released, dose="attended", **of)._repr_mimebundle_()["text/html"]
    assert lint_page(f"<html><body><main>{html}</main></body></html>", released) == []
    assert "on the programme" in html
    assert "went further up where there was more" in html
    assert "effect of" not in html
