"""Every number a second time, from the forms and by its plain formula."""

from dataclasses import replace
from math import isclose, nan

import pytest
from small_study import (
    OF_EXPOSURE,
    OF_LOOKING_BACK,
    OF_NUMBERS,
    OF_PAIRS,
    OF_SIDES,
    OF_TOPICS,
    Truth,
    draw_tables,
    open_study,
)

from impact_eval.errors import UnknownNameError
from impact_eval.findings import compute_findings, explain, explain_row, write_findings
from impact_eval.surveys.tables import save_tables
from impact_eval.vocabulary import QUANTITIES

TINY = Truth(schools=(2, 10), students=6, teachers=3)  # ten schools: enough to place among


def disagreements(study, tables, findings):
    """Findings whose recomputation gives another number, or none."""
    wrong = []
    for _, row in findings.iterrows():
        explained = explain_row(study, tables, row)
        again = explained.recomputed
        agree = all(
            isclose(number, explained.numbers.get(name, nan), rel_tol=1e-8, abs_tol=near(row))
            for name, number in again.items()
        )
        if not agree or bool(again) != bool(explained.numbers):
            wrong.append((row["quantity"], row["level"], row["estimator"], row["subgroup"]))
    return wrong


def near(row):
    """How far a second computation may lie: two searches of a likelihood meet within its error."""
    return 5e-3 * row["std_error"] if row["estimator"] == "mixed_model" else 1e-9


def test_every_finding_is_recomputed(study, tables, findings):
    assert set(findings["quantity"]) == set(QUANTITIES) - {
        *OF_SIDES,
        *OF_NUMBERS,
        *OF_PAIRS,
        *OF_EXPOSURE,
        *OF_LOOKING_BACK,
        *OF_TOPICS,
    }
    assert disagreements(study, tables, findings) == []


WEIGHTED = ("mean", "mastery_share", "change", "mastery_change", "effect_size")
LINKED = ("linked_share", "attrition", "linked_unlinked_difference", "icc_gain")


@pytest.mark.parametrize(
    ("declared", "quantities"),
    [
        ({"weights": "school"}, WEIGHTED),
        ({"weights": "beneficiary"}, WEIGHTED),
        ({"link": "roster_id"}, LINKED),
        ({"design": "cross_sections", "link": "none"}, QUANTITIES),
        ({"direction": "lower"}, ("mastery_share", "mastery_change")),
    ],
    ids=str,
)
def test_every_finding_of_other_designs_is_recomputed(tmp_path, declared, quantities):
    study = open_study(tmp_path, schools=TINY.schools, **declared)
    tables = draw_tables(5, TINY)
    if declared.get("link") == "none":
        tables = replace(tables, links=tables.links.assign(respondent_id="", method="none"))
    findings = compute_findings(study, tables, quantities=quantities)
    units = ["", "Sindh", "p1-000", "p2-001"]
    assert disagreements(study, tables, findings[findings["unit_id"].isin(units)]) == []


def test_a_wrong_number_is_noticed(study, tables, findings):
    row = findings[findings["quantity"] == "change"].iloc[[0]]
    assert disagreements(study, tables, row.assign(estimate=row["estimate"] + 1e-4))


def test_explain_reads_what_is_stored(tmp_path):
    study = open_study(tmp_path, schools=TINY.schools)
    save_tables(draw_tables(5, TINY), study.processed_folder, prepared={"inputs": {}})
    findings = write_findings(study).findings
    change = findings[findings["quantity"] == "change"].iloc[0]
    explained = explain(study, change["finding_id"])
    assert explained.address["quantity"] == "change"
    assert explained.numbers["estimate"] == change["estimate"]
    assert explained.counts["n_pre"] == change["n_pre"]
    assert "weights: respondent" in explained.method
    with pytest.raises(UnknownNameError, match='no finding "f0000000000"'):
        explain(study, "f0000000000")
