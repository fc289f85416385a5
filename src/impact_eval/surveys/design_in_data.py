"""Whether the schools that answered are those that the declared design speaks of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from impact_eval.study.arms import ARM

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys.tables import SurveyTables

MOST_THAT_RETURN: Final = 0.5
FEWEST: Final = 2


def design_remarks(study: Study, tables: SurveyTables) -> list[str]:
    """Say where the answers look like those of another design than the study declares.

    Parameters
    ----------
    study : Study
        Any. What schools that begin at different dates lack is said by `roll_out_remarks`.
    tables : SurveyTables
        As prepared.

    Returns
    -------
    list of str
        For each audience and pair of surveys of the plan: rounds that asked at the same places,
        although they are declared to have other ones; no school in both surveys, although the same
        schools are declared; a side of a comparison with fewer than two schools in both. Nothing of
        surveys that have no answers yet.
    """
    if study.design == "staggered":
        return []
    return [
        f"{audience}, {first} and {later}: {remark}"
        for audience in study.audience_ids
        for first, later in study.plan.contrasts
        for remark in _remarks(study, tables, audience, (first, later))
    ]


def _remarks(
    study: Study, tables: SurveyTables, audience: str, waves: tuple[str, str]
) -> Iterator[str]:
    forms = tables.submissions
    own = forms[forms["audience"] == audience]
    first, later = (set(own.loc[own["wave"] == wave, "school_id"]) for wave in waves)
    if not first or not later:
        return
    both = first & later
    if study.design == "cross_sections":
        if len(both) > MOST_THAT_RETURN * min(len(first), len(later)) and len(both) >= FEWEST:
            yield (
                f"{len(both)} places were asked in both rounds, although `cross_sections` says that"
                ' each round asks at other places; if the same places are meant, write "one_group"'
            )
        return
    if not both:
        yield (
            "no school answered in both surveys, so no change can be given; if each round asks at"
            ' other places, write "cross_sections", else compare how files and roster name schools'
        )
    elif study.arms:
        roster = tables.schools.drop_duplicates("school_id").set_index("school_id")[ARM]
        for programme in (True, False):
            arms = [arm.id for arm in study.arms if arm.programme == programme]
            n = sum(roster.get(school, "") in arms for school in both)
            if n < FEWEST:
                side = "with" if programme else "without"
                yield f"of the schools {side} the programme {n} answered in both; it takes {FEWEST}"
