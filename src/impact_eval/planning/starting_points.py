"""What a plan of one outcome starts from: this study's findings, or what others found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

from impact_eval.disclosure import Finding, Released
from impact_eval.estimators import Sample, Spread
from impact_eval.facts import OutcomeFacts, StudyFacts
from impact_eval.planning.published import PUBLISHED, PlanInput
from impact_eval.vocabulary import Quantity

Case = Literal["usual", "cautious"]
_MOST_CORRELATED = 0.95


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """What is known of one outcome of one audience when the next phase is planned.

    `spread` holds the usual case and the cautious one: upper limits of variances and of the
    correlations between places, the lower limit of the correlation of two scores. `sample` is the
    next phase as far as it is known, with all its schools and as many people in each as were asked.
    `findings` are those that were used, by the input that they give; `borrowed` the inputs for
    which published values had to stand in.
    """

    outcome: OutcomeFacts
    spread: Mapping[Case, Spread]
    sample: Sample
    findings: Mapping[str, Finding] = field(default_factory=dict)
    borrowed: tuple[PlanInput, ...] = ()

    @property
    def smallest(self) -> float | None:
        """The smallest change that matters, in the outcome's unit."""
        return self.outcome.smallest_effect


def starting_points(released: Released) -> tuple[StartingPoint, ...]:
    """Take what a plan needs from a study's released findings, one point for each outcome.

    Parameters
    ----------
    released
        Released findings of the whole study. Of the phases, that with the most schools is taken;
        of the surveys, the first two that are compared.

    Returns
    -------
    tuple of StartingPoint
        In the study's order. An input that was not released, or has no interval, comes from
        published values and is named in `borrowed`; an outcome whose standard deviation is not
        known is left out.
    """
    points = (_point(released, outcome) for outcome in released.facts.outcomes.values())
    return tuple(point for point in points if point is not None)


def published_points(
    facts: StudyFacts, *, schools: int = 100, people: float = 50.0
) -> tuple[StartingPoint, ...]:
    """Take everything from published values, for a plan that is made before there are data.

    Parameters
    ----------
    facts
        Of the study: outcomes, their ranges and the smallest changes that matter.
    schools
        Schools of the next phase, if the roster names none.
    people
        People asked in each school.

    Returns
    -------
    tuple of StartingPoint
        Without findings.
    """
    return tuple(_borrowed_point(facts, one, schools, people) for one in facts.outcomes.values())


def next_schools(facts: StudyFacts) -> int:
    """Count the roster's schools in the last phase; 0 if it names none, or several rounds'."""
    if facts.design == "cross_sections":
        return 0
    last = list(facts.phases)[-1] if facts.phases else ""
    return sum(row.get("phase") == last for row in facts.schools.values())


def _borrowed_point(
    facts: StudyFacts, outcome: OutcomeFacts, schools: int, people: float
) -> StartingPoint:
    values = PUBLISHED[outcome.kind]
    width = outcome.maximum - outcome.minimum
    spread = {
        case: Spread(
            sd=width * getattr(values["sd_of_range"], case),
            icc_score=getattr(values["icc_score"], case),
            icc_gain=getattr(values["icc_gain"], case),
            correlation=getattr(values["correlation"], case),
        )
        for case in ("usual", "cautious")
    }
    sample = Sample(
        schools=next_schools(facts) or schools,
        people=people,
        lost=values["lost"].usual,
        linked=values["linked"].usual,
        lost_again=values["lost"].usual,
    )
    return StartingPoint(outcome, spread, sample, borrowed=tuple(values))  # type: ignore[arg-type]


def _point(released: Released, outcome: OutcomeFacts) -> StartingPoint | None:
    """Collect an outcome's findings and fill what they lack from published values."""
    own = released.where(
        audience=outcome.audience, outcome=outcome.outcome, level="programme", subgroup=""
    )
    found = _found(own)
    if "sd" not in found or not found["sd"].known:
        return None
    borrowed: list[PlanInput] = []
    spread = {}
    for case in ("usual", "cautious"):
        values: dict[str, float] = {"sd": _of(found["sd"], case, worst="conf_high")}
        for name, worst in (
            ("icc_score", "conf_high"), ("icc_gain", "conf_high"), ("correlation", "conf_low")
        ):  # fmt: skip
            finding = found.get(name)
            if finding is None or not isfinite(finding.conf_low):
                values[name] = getattr(PUBLISHED[outcome.kind][name], case)  # type: ignore[index]
                borrowed.append(name)  # type: ignore[arg-type]
            else:
                values[name] = _of(finding, case, worst=worst)
        team = found.get("icc_team")
        values["icc_team"] = 0.0 if team is None else _of(team, case, worst="conf_high")
        spread[case] = _spread(values)
    sample = _sample(released, outcome, found)
    return StartingPoint(outcome, spread, sample, found, tuple(dict.fromkeys(borrowed)))  # type: ignore[arg-type]


def _spread(values: Mapping[str, float]) -> Spread:
    """Keep estimates within what they can be."""
    share = {name: min(max(values[name], 0.0), 1.0) for name in ("icc_score", "icc_gain")}
    return Spread(
        sd=values["sd"],
        icc_score=share["icc_score"],
        icc_gain=share["icc_gain"],
        correlation=min(max(values["correlation"], -1.0), _MOST_CORRELATED),
        icc_team=min(max(values["icc_team"], 0.0), share["icc_gain"]),
    )


def _of(finding: Finding, case: Case, *, worst: str) -> float:
    """Return the estimate, or for the cautious case its unfavourable limit where it has one."""
    limit = float(getattr(finding, worst))
    return limit if case == "cautious" and isfinite(limit) else finding.estimate


def _found(own: Released) -> dict[str, Finding]:
    """Return the findings of the phase with the most schools, for its first two surveys."""
    wanted: dict[str, tuple[Quantity, str]] = {
        "sd": ("score_sd", ""),
        "icc_score": ("icc_score", "school"),
        "icc_gain": ("icc_gain", "school"),
        "correlation": ("correlation", ""),
    }
    found: dict[str, Finding] = {}
    scores = [row for row in own.where(quantity="icc_score", variant="school").findings()
              if row.known]  # fmt: skip
    phase = max(scores, key=lambda row: row.n_clusters).phase if scores else None
    for name, (quantity, variant) in wanted.items():
        rows = own.where(quantity=quantity, variant=variant, phase=phase).findings()
        known = [row for row in rows if row.known]
        if known:
            found[name] = known[0]
    gains = own.where(quantity="icc_gain", phase=phase).findings()
    teams = [row for row in gains if row.variant not in {"school", "workshop"} and row.known]
    if teams and "icc_gain" in found:
        found["icc_team"] = teams[0]
    return found


def _surveyed(at: Released, score: Finding) -> int:
    """Count the places of one survey; a form with another round's school does not add one."""
    rounds = len(at.facts.waves) if at.facts.design == "cross_sections" else 1
    counted = [
        row.estimate / rounds for row in at.where(quantity="schools").findings() if row.known
    ]
    return round(counted[0]) if counted and counted[0] >= 1 else int(score.n_clusters)


def _sample(released: Released, outcome: OutcomeFacts, found: Mapping[str, Finding]) -> Sample:
    """Describe the next phase by its roster, and by how many were asked, lost and linked so far."""
    values = PUBLISHED[outcome.kind]
    score = found.get("icc_score", found["sd"])
    at = released.where(audience=outcome.audience, level="programme", phase=score.phase)
    lost = [row.conf_low / 100 for row in at.where(quantity="attrition").findings()]
    lost = [share for share in lost if isfinite(share)]
    links = [row.estimate / 100 for row in at.where(quantity="linked_share").findings()]
    links = [share for share in links if isfinite(share) and share > 0]
    team = found.get("icc_team")
    surveyed = _surveyed(at, score)
    gone = min(max(lost[0], 0.0), 0.9) if lost else values["lost"].usual
    return Sample(
        schools=next_schools(released.facts) or surveyed,
        people=max(1.0, float(round(score.n / max(surveyed, 1)))),
        lost=gone,
        lost_again=gone,
        linked=min(links[0], 1.0) if links else values["linked"].usual,
        teams=int(team.n_clusters) if team is not None else None,
    )
