"""Truth tables: one input altered alters the sentence, and only as it should."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from findings_factory import CONFIDENCE, KNOWLEDGE, make_change, make_facts, make_finding

from impact_eval.disclosure import Released
from impact_eval.facts import OutcomeFacts, StudyFacts
from impact_eval.table_columns import FINDINGS, RELEASED
from impact_eval.vocabulary import VERDICTS
from impact_eval.wording import claim, mastery_sentence, opening, verdict_words
from impact_eval.wording.ladder import forbidden_words

DESIGNS = ("one_group", "cross_sections", "no_programme")
ESTIMANDS = ("participants", "schools_like_these")


def means(before: float, after: float, **columns: object) -> list[dict[str, object]]:
    return [
        make_finding(estimate=before, n=400, **columns),
        make_finding(estimate=after, n=380, wave_from="post", wave_to="post", **columns),
    ]


def released_of(facts: StudyFacts, *rows: dict[str, object]) -> Released:
    frame = pd.DataFrame(list(rows), columns=list(FINDINGS)).assign(suppressed="")
    return Released(frame.loc[:, list(RELEASED)], facts)


def said(
    *rows: dict[str, object],
    outcome: OutcomeFacts = KNOWLEDGE,
    suppressed: str = "",
    **facts: object,
) -> str:
    known = make_facts(**facts)
    known = replace(known, outcomes={**known.outcomes, ("student", outcome.outcome): outcome})
    released = released_of(known, *rows)
    changes = released.where(quantity="change").findings()
    return claim(released, replace(changes[0], suppressed=suppressed)).striptags()


def test_a_rise_beyond_what_may_change_anyway() -> None:
    assert said(*means(7.1, 8.4), make_change()) == (
        "The mean score of students in Phase 2 for knowledge of online safety was higher right"
        " after the workshop than before the workshop: 8.4 of 12 after 7.1. The rise, +1.3"
        " questions right (95 % interval, the other outcomes of its family allowed for: +1.1 to"
        " +1.5), is larger than 0.5 questions right plus what may change without any"
        " programme (up to 0.65). This speaks for schools like these, judged by 10 trainer teams."
    )


def fall(**columns: object) -> dict[str, object]:
    given: dict[str, object] = {
        "estimate": -1.31,
        "conf_low": -1.47,
        "conf_high": -1.15,
        "simultaneous_low": -1.52,
        "simultaneous_high": -1.1,
        "verdict": "fall_beyond",
    }
    return make_change(**(given | columns))


def test_a_fall_is_said_as_plainly_as_a_rise() -> None:
    words = said(*means(8.4, 7.1), fall())
    assert words.startswith(
        "The mean score of students in Phase 2 for knowledge of online safety was lower right"
        " after the workshop than before the workshop: 7.1 of 12 after 8.4. The fall, −1.3"
    )
    assert "lies more than 0.5 questions right below what may change without any programme" in words
    assert "The programme hoped for a rise; this is a fall." in words
    rise = said(*means(7.1, 8.4), make_change())
    assert abs(len(rise) - len(words)) < 90


def test_where_a_fall_is_hoped_for_a_rise_is_not_good_news() -> None:
    lower = replace(KNOWLEDGE, direction="lower")
    assert "hoped for a fall; this is a rise" in said(
        *means(7.1, 8.4), make_change(), outcome=lower
    )
    assert "A fall is what the programme hoped for." in said(
        *means(8.4, 7.1), fall(), outcome=lower
    )


def test_each_verdict_has_its_own_sentence() -> None:
    every = {verdict: said(*means(7.1, 8.4), make_change(verdict=verdict)) for verdict in VERDICTS}
    assert len(set(every.values())) == len(VERDICTS)
    assert "These data cannot tell" in every["cannot_tell"]
    assert "is open" in every["rise_size_open"]
    assert "too little to matter either way" in every["within"]
    assert "It carries no verdict." in every[""]


def test_where_linked_people_disagree_the_sentence_says_why_nothing_can_be_told() -> None:
    plain = said(*means(7.1, 8.4), make_change(verdict="cannot_tell"))
    linked = said(*means(7.1, 8.4), make_change(verdict="cannot_tell", cautions="linked_disagrees"))
    assert "those known in both waves" in linked
    assert "those known in both waves" not in plain


def test_an_interval_with_no_change_in_it_leaves_no_direction() -> None:
    words = said(
        *means(7.1, 7.2), make_change(estimate=0.1, conf_low=-0.1, conf_high=0.3, verdict="within")
    )
    assert "was not clearly different right after the workshop than before the workshop" in words
    assert "higher" not in words
    assert "The change, +0.1" in words


def test_the_direction_is_that_of_the_number_whatever_the_verdict() -> None:
    words = said(
        *means(7.1, 7.3),
        make_change(estimate=0.2, conf_low=0.1, conf_high=0.3, verdict="fall_beyond"),
    )
    assert "was higher" in words
    assert "The rise, +0.2" in words


def test_means_that_point_the_other_way_are_not_hidden() -> None:
    words = said(*means(8.4, 8.3), make_change())
    assert "was higher right after the workshop than before the workshop." in words
    assert "The plain means of the two (8.3 of 12 after 8.4) point the other way" in words


def test_a_neutral_outcome_has_neither_direction_nor_verdict() -> None:
    neutral = replace(KNOWLEDGE, direction="neutral")
    words = said(*means(7.1, 8.4), make_change(verdict="rise_beyond"), outcome=neutral)
    for word in ("higher", "lower", "rise,", "larger", "hoped for a"):
        assert word not in words
    assert "it carries no verdict" in words
    released = released_of(make_facts(), make_change(outcome="exposure"))
    (change,) = released.findings()
    assert verdict_words(change, released.facts) == "shown without a verdict"


@pytest.mark.parametrize("n_clusters", [1, 2, 3])
def test_few_clusters_speak_for_nobody_else_and_bear_no_verdict(n_clusters: int) -> None:
    change = make_change(n_clusters=n_clusters)
    words = said(*means(7.1, 8.4), change)
    assert "too few to speak for schools like these" in words
    assert "larger than" not in words
    released = released_of(make_facts(), change)
    assert verdict_words(released.findings()[0], released.facts) == "no verdict"
    same = said(*means(7.1, 8.4), make_change(n_clusters=n_clusters, estimand="participants"))
    assert "larger than" in same
    assert "about these schools' own participants and about nobody else" in same


def test_a_refusal_gives_its_reason_and_no_number() -> None:
    words = said(
        *means(7.1, 8.4),
        make_change(estimate=float("nan"), reason="the two waves have different scales"),
    )
    assert words == (
        "The mean score of students in Phase 2 for knowledge of online safety: no change is given,"
        " because the two waves have different scales."
    )


def test_a_hidden_change_says_that_it_is_hidden_and_nothing_else() -> None:
    words = said(*means(7.1, 8.4), make_change(), suppressed="complementary")
    small = said(*means(7.1, 8.4), make_change(), suppressed="small")
    assert words == small
    assert words.endswith("the change is not shown, to protect small groups.")


def test_other_rounds_have_other_respondents_and_no_programme_gets_no_credit() -> None:
    rounds = said(*means(7.1, 8.4), make_change(), design="cross_sections")
    assert rounds.endswith("Other respondents answered in each round.")
    none = said(*means(7.1, 8.4), make_change(), design="no_programme")
    assert none.endswith("No programme took place; nothing is credited with it.")
    assert "hoped" not in said(*means(8.4, 7.1), fall(), design="no_programme")


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("estimand", ESTIMANDS)
@pytest.mark.parametrize("verdict", VERDICTS)
@pytest.mark.parametrize("estimate", [-1.31, 0.0, 1.31])
def test_no_combination_goes_above_the_rung(
    design: str, estimand: str, verdict: str, estimate: float
) -> None:
    change = make_change(
        verdict=verdict,
        estimand=estimand,
        estimate=estimate,
        conf_low=estimate - 0.2,
        conf_high=estimate + 0.2,
    )
    words = said(*means(7.1, 7.1 + estimate), change, design=design)
    assert list(forbidden_words(words, design)) == []  # type: ignore[arg-type]
    assert "{" not in words


@pytest.mark.parametrize("column", ["estimate", "simultaneous_low", "simultaneous_high"])
def test_each_number_altered_alters_the_sentence(column: str) -> None:
    before = said(*means(7.1, 8.4), make_change())
    assert said(*means(7.1, 8.4), make_change(**{column: 1.91})) != before


@pytest.mark.parametrize(
    "outcome",
    [
        replace(KNOWLEDGE, smallest_effect=0.7),
        replace(KNOWLEDGE, secular=(0.25, 0.7)),
        replace(KNOWLEDGE, maximum=13),
        replace(KNOWLEDGE, label="knowledge of rights"),
        replace(KNOWLEDGE, kind="scale"),
        replace(KNOWLEDGE, kind="ready_made"),
        replace(KNOWLEDGE, decimals=2),
    ],
)
def test_each_declared_fact_altered_alters_the_sentence(outcome: OutcomeFacts) -> None:
    before = said(*means(7.1, 8.4), make_change())
    assert said(*means(7.1, 8.4), make_change(), outcome=outcome) != before


def test_ratings_name_their_scale_and_schools_their_name() -> None:
    at = {"outcome": "confidence", "level": "school", "unit_id": "s003"}
    words = said(*means(3.1, 3.42, **at), make_change(**at, verdict=""), outcome=CONFIDENCE)
    assert (
        "The mean score of students in Phase 2 at School 3 for confidence to act was higher"
        in words
    )
    assert "3.42 after 3.10, on a scale from 1 to 5" in words


def test_what_was_not_planned_is_said_to_be_so() -> None:
    words = said(*means(7.1, 8.4), make_change(role="exploratory"))
    assert "This comparison was not in the plan." in words


def shares(before: float, after: float) -> list[dict[str, object]]:
    at = {"quantity": "mastery_share", "unit": "percent"}
    return [
        make_finding(**at, estimate=before, n=400),
        make_finding(**at, estimate=after, n=380, wave_from="post", wave_to="post"),
    ]


def test_the_share_who_reached_the_mark_and_its_bound() -> None:
    facts = make_facts()
    released = released_of(facts, *shares(21.3, 44.7), make_change())
    change = released.where(quantity="change").findings()[0]
    assert mastery_sentence(released, change).striptags() == (
        "45 % reached the mark (at least 9 of 12 right) right after the workshop, 21 % before the"
        " workshop."
    )
    frame = released.frame.copy()
    frame.loc[0, ["estimate", "conf_high", "suppressed"]] = [float("nan"), 2.25, "coded_low"]
    bounded = mastery_sentence(Released(frame, facts), change).striptags()
    assert bounded.endswith("at most 3 % before the workshop.")
    frame.loc[0, ["conf_high", "suppressed"]] = [float("nan"), "small"]
    assert mastery_sentence(Released(frame, facts), change) == ""


def test_a_page_opens_with_the_primary_outcomes_in_the_order_of_the_study() -> None:
    second = make_change(outcome="confidence", estimate=0.3, conf_low=0.2, conf_high=0.4)
    other = make_change(outcome="exposure", role="exploratory", verdict="")
    released = released_of(make_facts(), other, second, make_change(), *means(7.1, 8.4))
    paragraphs = [one.striptags() for one in opening(released)]
    assert [("knowledge" in p, "confidence" in p) for p in paragraphs] == [
        (True, False),
        (False, True),
    ]
    assert opening(released_of(make_facts(), other))[0].startswith("The plan names no primary")
    assert opening(released_of(make_facts()))[0].startswith("There is no change to report")


def test_a_phase_is_named_where_there_are_several_and_linked_people_are_said_to_be_linked() -> None:
    plain = said(*means(7.1, 8.4), make_change())
    assert "students in Phase 2" in plain
    assert "Phase" not in said(*means(7.1, 8.4), make_change(), phases={"phase_2": "Phase 2"})
    assert "known in both waves" in said(*means(7.1, 8.4), make_change(estimator="adjusted_gain"))
    assert "known in both waves" not in plain


def test_a_refusal_for_too_few_clusters_gives_its_arithmetic() -> None:
    change = make_change(
        estimate=float("nan"), reason="too few", cautions="refused_few_clusters", n_clusters=2
    )
    assert said(*means(7.1, 8.4), change).endswith(
        "no change is given. With 2 trainer teams, even the clearest pattern has a"
        " p-value of 0.50 in a sign-flip test, so nothing is said of schools like these."
    )


def test_a_change_of_shares_is_left_out_where_the_change_is_refused() -> None:
    points = make_change(quantity="mastery_change", unit="points", estimate=23.4)
    rows = [*shares(21.3, 44.7), points]
    for n_clusters, reason, is_said in ((10, "", True), (10, "refused", False), (3, "", False)):
        rows[-1] = {**points, "n_clusters": n_clusters}
        released = released_of(make_facts(), *rows, make_change(reason=reason))
        words = mastery_sentence(released, released.where(quantity="change").findings()[0])
        assert ("In percentage points the change is +23" in words.striptags()) is is_said


@pytest.mark.parametrize(("wider", "allowed"), [(0.0, False), (1e-12, False), (0.05, True)])
def test_a_family_of_one_outcome_allows_for_no_others(wider: float, allowed: bool) -> None:
    change = make_change(simultaneous_low=1.15 - wider, simultaneous_high=1.47 + wider)
    words = said(*means(7.1, 8.4), change)
    assert ("other outcomes of its family" in words) == allowed
