"""Each design from survey file to every page: no effect is no success, a large one is said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import impact_eval as ie
from impact_eval.findings import compute_findings
from impact_eval.study import Study
from impact_eval.surveys import prepare
from impact_eval.wording import claim_of
from impact_eval.wording.strings import LANGUAGES

from .in_process import make_whole_here
from .null_studies import DESIGNS, EFFECT, Design, make_study
from .success_words import ALLOWED, NO_SUCCESS, SUCCESS, VERDICT_HEADING, read, successes

NAMES = [design.name for design in DESIGNS]
PAGES = {"data_quality", "details", "findings", "index", "planning", "programme", "s00"}
# The most that a page may say of a large effect, by design.
HIGHEST = {
    "one group, followed up": "plus what may change without any programme",
    "rounds": "plus what may change without any programme",
    "comparison": "more than at the comparison schools: larger than",
    "pairs by lot": "The workshops raised it by",
    "waiting list": "The workshops raised it by",
    "staggered, by lot": "The workshops raised it by",
    "staggered, chosen": "more than at the schools still waiting: larger than",
}


def page_of(words: str) -> str:
    return f'<html lang="en"><body><p>{words}</p></body></html>'


def test_every_language_of_ours_has_its_words_of_success() -> None:
    for known in (SUCCESS, ALLOWED, NO_SUCCESS, VERDICT_HEADING):
        assert sorted(known) == sorted(LANGUAGES)


@pytest.mark.parametrize("design", DESIGNS, ids=NAMES)
def test_no_page_calls_no_effect_a_success(new_root: Callable[[str], Path], design: Design) -> None:
    leavers = DESIGNS.index(design) % 2 == 0
    study = make_study(new_root("null"), design, seed=5, effect=0.0, leavers=leavers)
    whole = make_whole_here(study, schools=["s00"])
    verdicts = []
    pages = {page.stem: page for page in whole.result.index.parent.rglob("*.html")}
    assert set(pages) == PAGES
    for page in pages.values():
        html = page.read_text(encoding="utf-8")
        assert read(html)[0] in LANGUAGES
        assert successes(html) == [], page.name
        verdicts += read(html)[2]
    assert len(verdicts) >= 2


def claims(study: Study) -> list[str]:
    """What is said of each planned result."""
    prepare(study)
    released = ie.released_findings(study)
    planned = released.where(quantity=("change", "effect"), variant="", role="primary").findings()
    kind = "effect" if released.facts.arms else "change"
    return [str(claim_of(released, one)) for one in planned if one.quantity == kind]


@pytest.mark.parametrize("design", DESIGNS, ids=NAMES)
def test_a_large_effect_reaches_the_highest_sentence_of_its_design(
    new_root: Callable[[str], Path], design: Design
) -> None:
    study = make_study(new_root("large"), design, seed=5, effect=EFFECT, leavers=False)
    (said,) = claims(study)
    _, pieces, _ = read(page_of(said))
    assert HIGHEST[design.name] in " ".join(pieces)
    assert successes(page_of(said)) != []


@pytest.mark.simulation
@pytest.mark.parametrize("design", DESIGNS, ids=NAMES)
@pytest.mark.parametrize("leavers", [False, True], ids=["all stay", "some leave"])
def test_further_draws_give_no_success(
    new_root: Callable[[str], Path], design: Design, *, leavers: bool
) -> None:
    called = []
    for seed in range(10, 12):
        study = make_study(new_root("draw"), design, seed=seed, effect=0.0, leavers=leavers)
        findings = compute_findings(study, prepare(study), quantities=("change", "effect"))
        planned = findings[(findings["role"] == "primary") & (findings["variant"] == "")]
        called += list(planned["verdict"])
    assert "rise_beyond" not in called
    assert set(called) & {"within", "cannot_tell"}
