"""What may be said of a gap."""

from __future__ import annotations

from math import nan

import pytest
from findings_factory import make_change, make_facts, make_findings

from impact_eval.disclosure import release
from impact_eval.wording import gap_sentences, gap_word, group_labels, text
from impact_eval.wording.lint import lint_page

SEX = {"subgroups": {"sex": {"female": "girls", "male": "boys"}}}


def rows(change, before, after, half=0.1):
    limits = {"conf_low": change - half, "conf_high": change + half}
    at = {"subgroup": "sex:female-male"}
    made = [make_change(quantity="subgroup_difference", estimate=change, **limits, **at)]
    for wave, gap in (("pre", before), ("post", after)):
        made.append(
            make_change(quantity="gap", estimate=gap, conf_low=gap - half, conf_high=gap + half,
                        wave_from=wave, wave_to=wave, estimand="", n_pre=nan, n_post=nan,
                        n_linked=nan, estimator="mean", **at)
        )  # fmt: skip
    return release(make_findings(made), make_facts(**SEX))


@pytest.mark.parametrize(
    ("change", "before", "after", "word"),
    [
        (-0.3, 0.5, 0.2, "narrower"),
        (0.3, -0.5, -0.2, "narrower"),
        (0.3, 0.5, 0.8, "wider"),
        (-0.3, -0.5, -0.8, "wider"),
        (-0.8, 0.5, -0.3, "turned"),
        (0.3, 0.05, 0.35, "apart"),
        (0.05, 0.5, 0.55, "cannot_tell"),
        (-0.09, 0.5, 0.4, "cannot_tell"),
    ],
)
def test_words(change, before, after, word):
    released = rows(change, before, after)
    found, *gaps = released.findings()
    assert gap_word(found, *gaps) == word
    said = gap_sentences(released, found, *gaps)
    page = f"<html><body><main><p>{said}</p></main></body></html>"
    assert lint_page(page, released) == []
    assert "girls" in said
    assert "boys" in said


def test_hidden_changes_have_no_word():
    released = rows(-0.3, 0.5, 0.2)
    found, *gaps = released.findings()
    assert gap_word(type(found)(**{**fields_of(found), "suppressed": "small"}), *gaps) == ""


def fields_of(finding):
    return {name: getattr(finding, name) for name in finding.__dataclass_fields__}


def test_labels_of_all_others():
    released = rows(-0.3, 0.5, 0.2)
    found = released.findings()[0]
    other = type(found)(**{**fields_of(found), "subgroup": "sex:male-*"})
    assert group_labels(released, other) == ("boys", text("tables.gap_others"))
