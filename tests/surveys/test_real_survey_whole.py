"""A real survey with its whole form: every question that the export holds, held against pandas."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from form_sheets import write_sheets
from real_studies import DATA, open_real_study

from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare

FOLDER = DATA / "kobo"
NUMBERS = ("integer", "decimal")
SCORED_IN_CODEBOOK = ("satisfaction_piped", "level_service", "regularity_supply")
SCORED_IN_CODEBOOK += ("water_office_receptiveness", "leaks", "air_coolers_nb", "num_hh_member")
# not anonymised alike in the form and in the data
OTHER_NAMES = ("neighbourhood", "pay_water_charges_when")


def sheet(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def raw() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "kobo_raw_data.csv", dtype="str", keep_default_na=False)


def asked() -> dict[str, tuple[str, list[str]]]:
    """Questions whose answers are choices or numbers, with their choices, that the export holds."""
    header = set(raw().columns)
    lists: dict[str, list[str]] = {}
    for row in sheet("xlsform_choices.csv"):
        lists.setdefault(row["list_name"], []).append(row["name"])
    found = {}
    for row in sheet("xlsform_survey.csv"):
        kind, _, of = row["type"].partition(" ")
        if kind in ("select_one", "select_multiple", *NUMBERS) and row["name"] in header:
            found[row["name"]] = (kind, lists.get(of.strip(), []))
    return found


def scoring() -> list[list[str]]:
    """A row for each item: of choices the first is right, numbers are described."""
    head = ["name", "item_type", "correct", "scoring", "minimum", "maximum"]
    rows = []
    for name, (kind, choices) in asked().items():
        if name in SCORED_IN_CODEBOOK:
            continue
        if kind in NUMBERS:
            rows.append([name, "note", "", "", "-10000000", "10000000"])
        elif kind == "select_one":
            rows.append([name, "choice", choices[0], "", "", ""])
        else:
            rows.append([name, "multiple", choices[0], "share", "", ""])
    return [head, *rows]


def whole_study(root: Path) -> Study:
    study = open_real_study("kobo", root)
    survey, choices = sheet("xlsform_survey.csv"), sheet("xlsform_choices.csv")
    content = {
        "survey": [list(survey[0]), *(list(row.values()) for row in survey)],
        "choices": [list(choices[0]), *(list(row.values()) for row in choices)],
        "settings": [["form_title", "form_id", "default_language"], ["Water", "w", "English (en)"]],
        "scoring": scoring(),
    }
    folder = study.root / "studies" / "kobo"
    write_sheets(content, folder / "instruments" / "form.xlsx")
    toml = folder / "study.toml"
    text = toml.read_text(encoding="utf-8")
    text = text.replace(
        "[[phases]]",
        '[[instruments]]\nfile = "instruments/form.xlsx"\naudience = "household"\n\n[[phases]]',
        1,
    )
    labels = '{ very_poor = "1", poor = "2", adequate = "3", good = "4", excellent = "5" }'
    own = "\n".join(f"{name} = {labels}" for name in SCORED_IN_CODEBOOK[1:4])
    toml.write_text(text.replace(f'"*_*" = {labels}', own), encoding="utf-8")
    return Study.open("kobo", start=root)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, SurveyTables]:
    study = whole_study(tmp_path_factory.mktemp("whole"))
    return study, prepare(study)


def test_all_questions_are_items(whole: tuple[Study, SurveyTables]) -> None:
    study, tables = whole
    items = [item for item in study.items["item_id"] if item != "own_livelihood"]
    assert sorted(items) == sorted(asked())
    assert len(items) == 137
    assert set(items) <= set(tables.submissions.columns)
    assert tables.counts["rows"].sum() == len(raw()) == 632


POOR = ("very_poor", "poor", "adequate", "good", "excellent")
SATISFIED = ("very_dissatisfied", "somewhat_dissatisfied", "neither_satisfied")
SATISFIED += ("somewhat_satisfied", "very_satisfied")
RATED = dict.fromkeys(SCORED_IN_CODEBOOK[1:4], POOR) | {"satisfaction_piped": SATISFIED}


def expected(name: str, kind: str, choices: list[str], answer: str) -> float:
    """What an answer comes to, written down again without the package."""
    if answer == "" or kind in NUMBERS:
        return float(answer or "nan")
    if name in RATED:
        return RATED[name].index(answer) + 1 if answer in RATED[name] else np.nan
    if name == "leaks":
        return {"no": 1.0, "yes": 0.0}.get(answer, np.nan)
    chosen, all_of_list = set(answer.split()), set(choices)
    if chosen - all_of_list:
        return np.nan
    if kind == "select_one":
        return float(answer == choices[0])
    return 1 - len(chosen ^ {choices[0]}) / len(all_of_list)


def test_every_answer_is_what_plain_pandas_makes_of_it(whole: tuple[Study, SurveyTables]) -> None:
    """All 137 items on all used rows; cells that the cleaning log names are tested with it."""
    _, tables = whole
    frame, log = raw(), pd.read_csv(FOLDER / "cleaning_log.csv", dtype="str")
    named = set(zip(log["X_uuid"], log["questions"], strict=True))
    rows = tables.submissions["source_row"].to_numpy() - 2
    uuids = frame["X_uuid"].to_numpy()[rows]
    compared = 0
    for name, (kind, choices) in asked().items():
        known = [expected(name, kind, choices, text) for text in frame[name].to_numpy()[rows]]
        left = np.array([(uuid, name) not in named for uuid in uuids])
        found = tables.submissions[name].to_numpy()
        np.testing.assert_allclose(found[left], np.array(known)[left], err_msg=name)
        compared += int(left.sum())
    assert compared > 0.99 * len(rows) * 137


def test_answers_that_are_no_choices_are_named_and_no_others(
    whole: tuple[Study, SurveyTables],
) -> None:
    _, tables = whole
    assert set(tables.rejected_answers["column"]) <= set(OTHER_NAMES)
    counts = tables.item_counts.set_index("item_id")
    assert counts.loc[list(OTHER_NAMES), "rejected"].gt(0).all()
