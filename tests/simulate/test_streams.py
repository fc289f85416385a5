"""Random numbers of each part of a survey: adding an audience or outcome changes no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from impact_eval.simulate.cyber_tumar import CYBER_TUMAR
from impact_eval.simulate.draw import instrument_of
from impact_eval.simulate.forms import fill_forms
from impact_eval.simulate.instrument import Instrument
from impact_eval.simulate.model import Programme
from impact_eval.simulate.streams import streams_of
from impact_eval.simulate.survey import draw_survey
from impact_eval.simulate.zindagi_trust import ZINDAGI_TRUST
from impact_eval.study import Study
from tests.simulate.conftest import PROJECT


def first_numbers(programme: Programme, seed: int) -> dict[str, int]:
    streams = streams_of(programme, seed)
    found = {"sites": streams.sites, "children": streams.children}
    for part in ("drawn", "filled", "field"):
        found |= {f"{part} {name}": rng for name, rng in getattr(streams, part).items()}
    return {name: int(rng.integers(0, 2**62)) for name, rng in found.items()}


def test_every_part_has_numbers_of_its_own() -> None:
    for programme in (CYBER_TUMAR, ZINDAGI_TRUST):
        numbers = first_numbers(programme, 1)
        assert len(numbers) == 2 + 3 * len(programme.audiences)
        assert len(set(numbers.values())) == len(numbers)
        assert not set(numbers.values()) & set(first_numbers(programme, 2).values())


def test_an_audience_drawn_apart_moves_no_other() -> None:
    whole = first_numbers(CYBER_TUMAR, 1)
    kept = tuple(one for one in CYBER_TUMAR.audiences if not one.drawn_apart)
    assert [one.audience for one in kept] == ["student", "parent"]
    fewer = first_numbers(replace(CYBER_TUMAR, audiences=kept), 1)
    assert fewer == {name: whole[name] for name in fewer}


def test_the_numbers_are_those_of_one_generator_spawned_in_order() -> None:
    """Surveys that were simulated before some audience was drawn apart come out the same."""
    streams = np.random.default_rng(7).spawn(3 * 3 + 2)
    found = first_numbers(ZINDAGI_TRUST, 7)
    names = ("student", "teacher", "parent")
    order = ["sites", *(f"drawn {one}" for one in names), *(f"filled {one}" for one in names)]
    order += ["children", *(f"field {one}" for one in names)]
    expected = [int(rng.integers(0, 2**62)) for rng in streams]
    assert dict(zip(order, expected, strict=True)) == found


def test_outcomes_drawn_apart_move_no_other_answer() -> None:
    study = Study.open("cyber_tumar", start=PROJECT)
    whole = instrument_of(study)
    fewer = tuple(one for one in whole.programme.constructs if not one.drawn_apart)
    without = replace(whole, programme=replace(whole.programme, constructs=fewer))
    frames = [filled_parents(study, one) for one in (whole, without)]
    added = set(frames[0]) - set(frames[1])
    assert {name.split("/")[0] for name in added} == {"settings", "confidence"}
    assert len(added) == 7
    assert (frames[0][sorted(added)] != "").any(axis=1).mean() > 0.95
    pd.testing.assert_frame_equal(frames[0].drop(columns=sorted(added)), frames[1])


def filled_parents(study: Study, instrument: Instrument) -> pd.DataFrame:
    """Forms of parents without times and their order, which follow how much was asked."""
    survey = draw_survey(instrument, study.roster_table, seed=3, people=2000)
    streams = streams_of(survey.programme, 3)
    forms = fill_forms(
        survey, survey.audiences["parent"], study, streams.filled["parent"], streams.field["parent"]
    )
    about = forms.about.drop(columns=["start", "end", "submitted"])
    frame = pd.concat([forms.truth, about, forms.items], axis=1)
    return frame.sort_values(["person", "repeat"], kind="stable").reset_index(drop=True)
