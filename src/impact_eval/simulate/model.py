"""What a simulated programme is made of: declared numbers only, no drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

AnswerForm = Literal["quiz", "rating", "frequency", "recall", "yes_no"]


@dataclass(frozen=True, slots=True)
class Construct:
    """What an outcome measures, and how its scores behave before and without the programme.

    `mean` is in the outcome's unit; `secular` and `response_shift` in observed
    standard deviations of the first wave, one number for each later wave. What is `drawn_apart` has
    random numbers of its own, so that it could be added without a change in people's other answers;
    its trait has nothing in common with a person's others but the leaning to agree.
    """

    audience: str
    outcome: str
    form: AnswerForm
    mean: float
    alpha: float
    wave_correlation: float
    school_icc: float
    workshop_icc: float
    gain_icc: float
    secular: tuple[float, ...]
    response_shift: tuple[float, ...] = (0.0, 0.0)
    girls_start_higher: float = 0.0
    drawn_apart: bool = False


@dataclass(frozen=True, slots=True)
class PhaseModel:
    """How one phase reaches people, and how completely its surveys come back.

    Rates are shares from 0 to 1. `effects` maps (audience, outcome) to the effect in observed
    standard deviations at each later wave; `effect_sd` is its spread between schools, `fidelity`
    the range of the share of the content that is delivered. `missing` holds for each later wave
    the share of people who are absent from it. Boys straightline `boys_straightline_more` times as
    often as the rate, girls as much less often. `fault_factor` multiplies the field's faults.
    """

    phase: str
    effects: Mapping[tuple[str, str], tuple[float, ...]]
    effect_sd: float
    fidelity: tuple[float, float]
    missing: Mapping[str, tuple[float, ...]]
    missing_first_wave: float
    exact_match: float
    exact_match_sd: float
    straightlining: Mapping[str, float]
    random_answers: float
    item_missing: float
    boys_straightline_more: float = 1.5
    fault_factor: float = 1.0


@dataclass(frozen=True, slots=True)
class AudienceModel:
    """Who is reached and asked: numbers of people, workshops, and how their sex is written.

    `share_interviewed` is the share of people who answer orally, to one of a school's interviewers,
    and then lean to agree as others do whom this interviewer asks at this school. `interviewers`
    holds, where there are any, the column of the roster whose places share interviewers, and how
    many of them each place has; without a `share_interviewed` they ask everybody.
    `seconds_before` is the usual time for the introduction, consent and code, `seconds_per_item`
    that for one question that somebody reads alone. What is `drawn_apart` has random numbers of its
    own, so that it could be added without a change in what is drawn of the other audiences.
    """

    audience: str
    plural: str
    sex_values: tuple[str, str]
    share_female: float
    reached: Mapping[str, int]
    workshops: Mapping[str, tuple[int, int]]
    surveyed: Mapping[str, tuple[int, int] | None]
    share_interviewed: float = 0.0
    interviewers: tuple[str, int] | None = None
    seconds_before: float = 180.0
    seconds_per_item: float = 8.0
    drawn_apart: bool = False


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """How forms are filled in, beside what people would answer.

    Times of forms are log-normal, as response times are (van der Linden 2006, *Journal of
    Educational and Behavioral Statistics* 31), with `sd_log_seconds` as the standard deviation of
    their logarithm: one in a thousand is then under a third of the median by nature. Reading aloud
    takes `reading_aloud` times as long. Of those who fill in a form alone, `speeding_careless` of
    the careless and `speeding_attentive` of the others rush, which makes 2 to 4 in 100 forms. They
    take `speeding_time` of the usual time, spread alike, so that a rule at a third of the median
    misses some. `follows_instruction` of attentive people follow the instruction, and of those
    among them who rush `speeders_miss` do not; straightliners tick what they tick in the last list
    of ratings, and random answers hit it by chance.

    `made_up_by` interviewers invent the forms of people whom they do not ask: `commonest_answer` of
    their answers are the commonest one of the question, and a day's forms end one after the other.

    All these numbers are assumptions, not findings: so large that the flags have something to find,
    and so small that, in standard deviations, no mean moves by more than 0.04 and no change by more
    than 0.02.
    """

    sd_log_seconds: float = 0.35
    reading_aloud: float = 1.5
    speeding_attentive: float = 0.008
    speeding_careless: float = 0.30
    speeding_time: float = 0.20
    speeders_miss: float = 0.5
    follows_instruction: float = 0.98
    made_up_by: int = 1
    commonest_answer: float = 0.8


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme whose surveys are simulated.

    `team_share` is the part of the variance between schools that trainer teams share, at the first
    wave, and `team_share_of_change` later; `shared_trait` the correlation of a person's traits;
    `acquiescence` the spread of the leaning to agree, in steps of a rating, of whose variance
    `interviewer_share` belongs to the interviewer at this school where there is one.
    """

    study_id: str
    waves: tuple[str, ...]
    audiences: tuple[AudienceModel, ...]
    constructs: tuple[Construct, ...]
    phases: tuple[PhaseModel, ...]
    team_share: float = 0.25
    team_share_of_change: float = 0.35
    shared_trait: float = 0.3
    acquiescence: float = 0.3
    interviewer_share: float = 0.2
    cross_sections: bool = False
    fieldwork: Fieldwork = Fieldwork()

    def constructs_of(self, audience: str) -> tuple[Construct, ...]:
        """List the constructs of an audience, in order."""
        return tuple(each for each in self.constructs if each.audience == audience)

    def phase(self, phase: str) -> PhaseModel:
        """Find the model of a phase; KeyError if the programme has none of that name."""
        found = {each.phase: each for each in self.phases}
        return found[phase]
