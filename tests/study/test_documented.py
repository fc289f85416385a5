"""docs/study-files.md names every key and column that a study's files may have."""

import re
import tomllib
from pathlib import Path

import pytest

from impact_eval.instruments import SCORING
from impact_eval.study.arms import Arm
from impact_eval.study.codebook import ITEM_TYPES, ITEMS
from impact_eval.study.consent import Consent
from impact_eval.study.declaration import Declaration
from impact_eval.study.outcome import Outcome
from impact_eval.study.plan import Family, Plan, Specifications
from impact_eval.study.quality import ImpossibleAnswers, NumberRule, Quality
from impact_eval.study.safeguarding import Safeguarding
from impact_eval.study.source import COLUMN_KEYS, ColumnRule, Source
from impact_eval.study.structure import (
    Audience,
    Dose,
    Exposure,
    Form,
    Pair,
    Phase,
    Report,
    Subgroup,
    Topic,
    Wave,
)
from impact_eval.table_columns import SCHOOLS, WORKSHOPS

PAGE = (Path(__file__).parents[2] / "docs" / "study-files.md").read_text(encoding="utf-8")
SECTIONS = {
    title.strip(): text
    for title, text in re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, flags=re.M | re.S)
}
MODELS = {
    "At the top of study.toml": Declaration,
    "[[phases]]": Phase,
    "[[waves]]": Wave,
    "[[arms]]": Arm,
    "[[audiences]]": Audience,
    "[[subgroups]]": Subgroup,
    "[[sources]]": Source,
    "[[sources.consents]]": Consent,
    "[[safeguarding]]": Safeguarding,
    "[[instruments]]": Form,
    "[[outcomes]]": Outcome,
    "[plan]": Plan,
    "[plan.specifications]": Specifications,
    "[quality]": Quality,
    "[[quality.numbers]]": NumberRule,
    "[[quality.impossible]]": ImpossibleAnswers,
    "[[plan.families]]": Family,
    "[[topics]]": Topic,
    "[[pairs]]": Pair,
    "[[exposures]]": Exposure,
    "[[doses]]": Dose,
    "[[reports]]": Report,
}
COLUMNS = {
    "[[sources]]": (*COLUMN_KEYS, *ColumnRule.model_fields),
    "[[instruments]]": SCORING,
    "roster.csv": SCHOOLS,
    "instruments/codebook.csv": ITEMS,
    "attendance file": WORKSHOPS,
}


def documented(section):
    """Names in the first column of a section's tables."""
    cells = re.findall(r"^\| (`.*?) \|", SECTIONS[section], flags=re.M)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize(("section", "model"), MODELS.items())
def test_every_key_is_documented_and_no_other(section, model):
    extra = set(COLUMNS.get(section, ()))
    assert documented(section) == set(model.model_fields) | extra


@pytest.mark.parametrize("section", ["roster.csv", "instruments/codebook.csv", "attendance file"])
def test_every_column_is_documented(section):
    assert set(COLUMNS[section]) <= documented(section)


def test_every_item_type_is_documented():
    for word in ITEM_TYPES:
        assert f"`{word}`" in SECTIONS["instruments/codebook.csv"]


@pytest.mark.parametrize(
    ("model", "field"),
    [(model, name) for model in MODELS.values() for name in model.model_fields],
)
def test_closed_lists_are_documented(model, field):
    """Every word of a key that takes words from a list stands in the page."""
    section = next(title for title, one in MODELS.items() if one is model)
    schema = model.model_json_schema()["properties"][field]
    words = schema.get("enum", []) + schema.get("items", {}).get("enum", [])
    for word in words:
        assert f'"{word}"' in SECTIONS[section], (field, word)


@pytest.mark.parametrize("section", MODELS)
def test_examples_are_sound(section):
    """Each section's example is TOML, and its tables are what the section's model takes."""
    if "```toml" not in SECTIONS[section]:
        pytest.fail(f"{section} has no example")
    declared = tomllib.loads(re.findall(r"```toml\n(.*?)```", SECTIONS[section], flags=re.S)[0])
    model = MODELS[section]
    if model is Declaration:
        assert set(declared) <= set(Declaration.model_fields)
        return
    for key in section.strip("[]").split("."):
        declared = declared[key]
    for entry in declared if isinstance(declared, list) else [declared]:
        assert model.model_validate(entry)
