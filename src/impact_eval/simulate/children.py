"""Which child each parent has, and the child's code as parents write it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from impact_eval.simulate.about import typed_codes
from impact_eval.simulate.cells import to_urdu
from impact_eval.simulate.codes import Texts, draw_codes
from impact_eval.simulate.forms import Forms
from impact_eval.simulate.people import People
from impact_eval.simulate.presence import draw_code_errors
from impact_eval.simulate.survey import SimulatedSurvey
from impact_eval.study import Study

# share of parents whose child is among the surveyed students of the school
CHILD_SURVEYED: Final = 0.7
NO_CHILD: Final = -1


def add_child_codes(
    forms: dict[str, Forms], survey: SimulatedSurvey, study: Study, rng: np.random.Generator
) -> dict[str, Forms]:
    """Add the child's code to the forms of audiences that have one, and the child to their truth.

    Nothing else of the forms changes. A child may have several parents; a parent names one child,
    with mistakes of the same kinds and as often as in people's own codes.
    """
    filled = dict(forms)
    for audience in study.audiences:
        if audience.child_audience is None or audience.id not in forms:
            continue
        people = survey.audiences[audience.id].people
        students = survey.audiences[audience.child_audience].people
        child = _draw_children(people, students, rng)
        codes = draw_codes(len(people), rng)
        known = child != NO_CHILD
        codes[known] = forms[audience.child_audience].codes[child[known]]
        names = [f"{audience.child_audience}-{one}" if one >= 0 else "" for one in child]
        filled[audience.id] = _with_codes(forms[audience.id], survey, people, codes, names, rng)
    return filled


def _draw_children(
    parents: People, students: People, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw a student of the parent's school for most parents; NO_CHILD for the others."""
    child = np.full(len(parents), NO_CHILD, dtype=np.int64)
    surveyed = rng.random(len(parents)) < CHILD_SURVEYED
    place = rng.random(len(parents))
    for site in np.unique(parents.site[surveyed]):
        there = np.flatnonzero(students.site == site)
        here = surveyed & (parents.site == site)
        if there.size:
            child[here] = there[(place[here] * there.size).astype(np.int64)]
    return child


def _with_codes(
    forms: Forms,
    survey: SimulatedSurvey,
    people: People,
    codes: Texts,
    names: list[str],
    rng: np.random.Generator,
) -> Forms:
    """Write one code for each person and wave, so that a form sent twice holds it twice."""
    programme, truth = survey.programme, forms.truth
    even = np.zeros(len(people))
    wrong = draw_code_errors(programme, survey.instrument.scenario, survey.sites, people, even, rng)
    n_waves = len(programme.waves)
    typed = typed_codes(np.repeat(codes, n_waves, axis=0), wrong.ravel(), rng)
    person = truth["person"].str.rsplit("-", n=1).str[1].astype(int).to_numpy()
    wave = truth["wave"].map({one: k for k, one in enumerate(programme.waves)}).to_numpy()
    cells = typed.to_numpy(dtype=object)[person * n_waves + wave]
    cells[truth["fault"].eq("no_consent").to_numpy()] = ""
    to_urdu(cells, truth["fault"].eq("urdu_digits").to_numpy())
    columns = pd.DataFrame(cells, columns=[f"child_{name}" for name in typed.columns])
    about = pd.concat([forms.about, columns], axis=1)
    truth = truth.assign(
        child=np.array(names, dtype=object)[person], child_mistyped=wrong[person, wave]
    )
    return replace(forms, about=about, truth=truth)
