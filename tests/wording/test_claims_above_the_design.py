"""Sentences that say more than a design carries: each is found; and plain ones, which are not."""

from __future__ import annotations

from typing import get_args

import pytest

from impact_eval.vocabulary import Design
from impact_eval.wording.ladder import ALONE, forbidden_words

DESIGNS: tuple[Design, ...] = get_args(Design)
OF_EVERY_DESIGN = """
The workshop made pupils safer.
The workshops helped.
It helped students to recognise fraud.
The programme built trust between pupils and teachers.
The workshops contributed to a higher score.
The programme achieved its goal.
The workshop taught pupils to report bullying.
The sessions trained teachers how to respond.
Pupils learnt more because of the programme.
Each person learnt more.
The same people changed.
Every pupil benefited.
Scores were higher due to the workshops.
The rise came from the workshop.
The rise is owed to the workshops.
The change is attributable to the campaign.
The rise may be credited to the programme.
The programme deserves credit for this.
The workshops are responsible for the rise.
The workshop explains the rise.
The training accounts for the difference.
The programme is the reason for this change.
The programme is behind the rise.
The campaign brought about a change.
The workshops brought a clear rise.
It had an impact.
Our impact was large.
It impacted schools.
The programme had an influence on pupils.
The workshops influenced behaviour.
The effect was large.
An effective programme.
A success story.
The programme succeeded.
Knowledge improved.
It raised awareness.
Fear was lowered by it.
Confidence increased.
Bullying decreased.
The workshops reduced risk.
The campaign boosted knowledge.
Pupils gained confidence.
It made a real difference.
The lessons made children more aware.
Pupils are safer now.
It made pupils report more.
It enabled girls to speak up.
It fostered trust.
The workshops promoted respect.
It strengthened schools.
It enhanced skills.
It encouraged pupils to ask.
It inspired teachers.
It motivated parents.
It convinced parents to talk.
Pupils were persuaded.
It equipped pupils with skills.
It prevented harm.
It protected girls.
The workshops halved bullying.
It changed lives.
It changed attitudes.
It paid off.
The programme did its job.
It delivered results.
The workshops worked as hoped.
The programme transformed schools.
It empowered girls.
A significant rise.
The workshop sparked a change.
The programme moved every school.
The training gave pupils skills.
It would work in other schools.
All schools can expect this.
It led to a rise.
As a result, scores were higher.
The rise stemmed from the lessons.
The campaign drove the change.
It reached its goal.
Pupils have learned to say no.
""".strip().splitlines()
WITHOUT_A_COMPARISON = """
The change was 1.3 more than at the comparison schools.
Scores rose further than in the control group.
Compared with the comparison schools, scores were higher.
Scores were higher relative to the control schools.
Scores were higher than at schools without the programme.
Unlike pupils without a workshop, these knew more.
The rise was larger than elsewhere.
A difference-in-differences of 1.3.
The counterfactual is a score of 7.
Scores would not have risen otherwise.
The change exceeds that of those above the waiting schools.
They scored more than schools that waited.
""".strip().splitlines()
WITHOUT_A_LOT = """
A lot decided which schools had the programme.
A lot assigned the schools.
Schools were assigned at random.
This was a randomised trial.
Pupils were randomly assigned.
Other things fell on both sides alike but for chance.
""".strip().splitlines()
OF_ONE_DESIGN: dict[Design, list[str]] = {
    "one_group": [],
    "cross_sections": """
Each pupil scored higher in the second round.
Every respondent knew more.
The same people were asked twice.
The same pupils answered again.
Pupils moved up by half a point.
People got better at it.
Individual gains were large.
The personal change was large.
The study followed the same people.
""".strip().splitlines(),
    "comparison": """
The difference may be put down to the workshops.
The difference can be ascribed to the programme.
Nothing else set the groups apart.
The sides were made alike.
Only the programme sets them apart.
""".strip().splitlines(),
    "randomised": """
The difference must be put down to the workshops.
The difference is certain.
It was larger beyond doubt.
""".strip().splitlines(),
    "waiting_list": """
Scores were higher than at schools that never had it.
The difference was there even after the waiting schools began.
The change is lasting.
""".strip().splitlines(),
    "staggered": """
Scores were higher than at schools that never got it.
The difference was there even after all schools had begun.
The change is permanent.
""".strip().splitlines(),
    "no_programme": """
Scores were higher thanks to the intervention.
Scores were higher since the programme.
The programme schools were higher.
Scores were higher because of it.
The rise may be put down to the lessons.
Those who took part scored higher.
""".strip().splitlines(),
}
PLAIN = """
Knowledge was higher right after the workshop than before: 8.4 of 12 after 7.1.
The rise, 1.3 questions, is larger than 0.5 questions plus what may change without any programme.
These data cannot tell the rise from what may change without any programme.
The programme hoped for a rise; this is a fall.
This is about these schools' own participants and about nobody else.
This speaks for schools like these, judged by 40 schools.
Whatever else changed in that time is in these numbers too.
The smallest effect of interest was declared beforehand.
Effect size by the deviation before.
Ask the lead teacher.
Questions about the causeway.
The workshops' files.
Surveyed 40 days after the workshop.
The programme reached 100 schools.
The programme claimed 44,000 pupils.
Working with the workshops' lists.
It is not said to come from the programme.
The evaluator's list: `impact-eval callbacks`.
Not to find one does not show that there was none.
Whether the gap changed is open.
Lower and upper limits.
Schools are ordered by place and name.
It asks exactly what the programme teaches.
""".strip().splitlines()


def above(design: Design) -> list[str]:
    """Every sentence that a design does not carry."""
    said = [*OF_EVERY_DESIGN, *OF_ONE_DESIGN[design]]
    said += WITHOUT_A_COMPARISON if design in ALONE else []
    return said + ([] if design == "randomised" else WITHOUT_A_LOT)


@pytest.mark.parametrize("design", DESIGNS)
def test_each_claim_is_found(design: Design) -> None:
    said = above(design)
    assert len(said) >= 60
    assert [one for one in said if not list(forbidden_words(one, design))] == []


@pytest.mark.parametrize("design", DESIGNS)
def test_each_plain_sentence_is_left_alone(design: Design) -> None:
    assert {one: list(forbidden_words(one, design)) for one in PLAIN} == {one: [] for one in PLAIN}


@pytest.mark.parametrize("design", ["comparison", "randomised", "waiting_list", "staggered"])
def test_what_a_comparison_carries_is_left_alone_where_there_is_one(design: Design) -> None:
    for said in (
        "The change at the programme schools was 1.3 points more than at the comparison schools.",
        "Schools with the programme are compared with schools without it.",
    ):
        assert list(forbidden_words(said, design)) == []


@pytest.mark.parametrize("design", ["waiting_list", "staggered"])
def test_a_lot_may_be_named_where_there_was_one(design: Design) -> None:
    said = "A lot decided which schools had the programme first."
    assert list(forbidden_words(said, design, by_lot=True)) == []
    assert list(forbidden_words(said, design, by_lot=False)) == ["A lot decided"]
