"""Every number leads to its method and to the test that holds it against something else."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from impact_eval.estimators.holm import holm
from impact_eval.findings.explained.sources import all_sources, source_of
from impact_eval.vocabulary import QUANTITIES

ROOT = Path(__file__).parents[2]
SECTIONS = {
    int(number)
    for number in re.findall(r"^## (\d+)\.", (ROOT / "docs/methods.md").read_text("utf-8"), re.M)
}
R_PACKAGES = ("clubSandwich", "metafor", "psych", "MASS", "lmerTest", "mice", "brglm2")


def test_every_quantity_has_a_source():
    assert set(QUANTITIES) <= set(dict(all_sources()))
    assert len(dict(all_sources())) == len(list(all_sources()))


@pytest.mark.parametrize(("name", "source"), list(all_sources()), ids=lambda one: str(one)[:30])
def test_a_source_can_be_looked_up(name, source):
    assert source.section == 0 or source.section in SECTIONS
    texts = [(ROOT / "tests" / file).read_text("utf-8") for file in source.tests]
    assert all(re.search(r"^def test_", text, re.M) for text in texts)
    named = [package for package in R_PACKAGES if package in source.held_against]
    if not named:
        return
    scripts = "".join(path.read_text("utf-8") for path in script_files(texts))
    assert scripts, f"{name}: no test of it reads an answer of R"
    assert all(package in scripts for package in named), name


def script_files(texts):
    """R scripts whose answers these tests read."""
    for text in texts:
        names = re.findall(r"reference\(\"(\w+)\"|(\w+)\.json", text)
        for name in {one or other for one, other in names}:
            path = ROOT / "tests" / "reference" / f"{name}.R"
            if path.is_file():
                yield path


def test_the_estimator_decides_before_the_quantity():
    assert source_of("change", "sign_flip") != source_of("change", "stacked")
    assert source_of("effect", "stacked", staggered=True) == source_of("equal_trends", "")
    assert source_of("item_change", "", staggered=True).section == 33
    assert {source_of(quantity, "").section for quantity in QUANTITIES} <= SECTIONS | {0}


@pytest.mark.parametrize(
    ("quantity", "estimator", "level", "section", "words"),
    [
        ("change", "stacked", "school", 4, "`school_changes`"),
        ("mastery_change", "stacked", "school", 4, "`school_changes`"),
        ("change", "stacked", "province", 2, "`mean_change`"),
        ("change_with_lost", "worst_case", "programme", 18, "`worst_case_gain`"),
        ("effect_with_lost", "lee", "programme", 18, "`lee_bounds`"),
        ("effect_with_lost", "imputation", "programme", 20, "`imputed_gain`"),
        ("linked_unlinked_difference", "", "programme", 11, "`baseline_difference`"),
        ("score_sd", "sd", "programme", 19, "`score_sd`: jackknife"),
    ],
)
def test_a_number_leads_to_the_section_of_what_computed_it(
    quantity, estimator, level, section, words
):
    assert source_of(quantity, estimator, level=level).section == section
    text = (ROOT / "docs/methods.md").read_text("utf-8")
    assert words in re.split(r"^## \d+\.", text, flags=re.M)[section]


def test_holm_is_that_of_statsmodels():
    rng = np.random.default_rng(3)
    for size in (1, 2, 5, 9):
        p_values = rng.beta(0.4, 2.0, size)
        expected = multipletests(p_values, method="holm")[1]
        assert holm(p_values.tolist(), size) == pytest.approx(expected.tolist(), rel=1e-12)
