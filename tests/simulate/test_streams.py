"""Random numbers of each part of a survey: adding an audience changes none of the others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from impact_eval.simulate.cyber_tumar import CYBER_TUMAR
from impact_eval.simulate.model import Programme
from impact_eval.simulate.streams import streams_of
from impact_eval.simulate.zindagi_trust import ZINDAGI_TRUST


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
