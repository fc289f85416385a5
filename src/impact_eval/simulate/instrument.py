"""The items of a study's codebook, fitted so that their scores behave as a programme declares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from impact_eval.simulate.calibration import (
    Calibrated,
    Structure,
    calibrate,
    careless_in,
    fit_block,
    fit_structure,
)
from impact_eval.simulate.model import Construct, Programme
from impact_eval.simulate.response import ItemBlock, make_block
from impact_eval.simulate.scenario import Scenario

# what the simulator needs to know of an item; answers to choices are keyed when files are written
ITEM_COLUMNS = ("item_id", "audience", "outcome", "minimum", "maximum", "reverse")


@dataclass(frozen=True)
class Instrument:
    """Every construct of a programme, calibrated in every phase.

    `fitted` maps (phase, audience, outcome) to what is drawn from.
    """

    programme: Programme
    scenario: Scenario
    fitted: Mapping[tuple[str, str, str], Calibrated]

    def of(self, phase: str, audience: str) -> tuple[Calibrated, ...]:
        """List the constructs of an audience in a phase, in the programme's order."""
        return tuple(
            self.fitted[phase, audience, construct.outcome]
            for construct in self.programme.constructs_of(audience)
        )

    def only(self, audience: str, constructs: Sequence[Construct]) -> Instrument:
        """Keep these constructs of an audience, in this order, and of no other audience."""
        kept = tuple(each for each in constructs if each.audience == audience)
        return replace(self, programme=replace(self.programme, constructs=kept))


def fit_instrument(programme: Programme, items: pd.DataFrame, scenario: Scenario) -> Instrument:
    """Fit all constructs; the last phase is the one whose figures are declared.

    Parameters
    ----------
    programme : Programme
        The declared numbers.
    items : DataFrame
        The codebook.
    scenario : Scenario
        What is true.

    Returns
    -------
    Instrument
    """
    fitted = {}
    for construct in programme.constructs:
        block, structure = _fit(programme, construct, items)
        for phase in programme.phases:
            fitted[phase.phase, construct.audience, construct.outcome] = calibrate(
                programme=programme,
                construct=construct,
                phase=phase,
                block=block,
                structure=structure,
                # a campaign is remembered whether or not it changes anything
                effect_factor=1.0 if construct.form == "recall" else scenario.effect_factor,
            )
    return Instrument(programme, scenario, fitted)


def _fit(
    programme: Programme, construct: Construct, items: pd.DataFrame
) -> tuple[ItemBlock, Structure]:
    reference = programme.phases[-1]
    careless = careless_in(programme, reference, construct.audience)
    block = fit_block(_block(programme, construct, items), construct, careless)
    effects = reference.effects.get((construct.audience, construct.outcome), (0.0,))
    return block, fit_structure(
        block, construct, careless, total_shift=construct.secular[0] + effects[0]
    )


def _block(programme: Programme, construct: Construct, items: pd.DataFrame) -> ItemBlock:
    chosen = items[
        (items["audience"] == construct.audience) & (items["outcome"] == construct.outcome)
    ]
    choice = construct.form in ("quiz", "recall", "yes_no")
    return make_block(
        item_ids=tuple(chosen["item_id"]),
        form=construct.form,
        low=0 if choice else int(chosen["minimum"].iloc[0]),
        high=1 if choice else int(chosen["maximum"].iloc[0]),
        reverse=np.array([value in ("yes", True) for value in chosen["reverse"]]),
        acquiescence=programme.acquiescence,
    )
