"""What is true in a simulation: the programme as declared, no effect, a harm, worse field work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from impact_eval.errors import UnknownNameError

ScenarioName = Literal["default", "no_effect", "harm", "low_linkage", "stress"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """Departures from a programme's declared numbers.

    `effect_factor` multiplies every effect of the programme, `selectivity` how much likelier weaker
    people and boys are to be missing. `exact_match`, if given, replaces the share of people whose
    codes agree between waves. `survey_everybody` surveys all who attended.
    """

    name: ScenarioName
    effect_factor: float = 1.0
    selectivity: float = 1.0
    exact_match: float | None = None
    survey_everybody: bool = False


_SCENARIOS: Final[dict[str, Scenario]] = {
    "default": Scenario("default"),
    "no_effect": Scenario("no_effect", effect_factor=0.0, selectivity=2.0),
    "harm": Scenario("harm", effect_factor=-1.0),
    "low_linkage": Scenario("low_linkage", exact_match=0.30),
    "stress": Scenario("stress", survey_everybody=True),
}


def find_scenario(name: str) -> Scenario:
    """Find the scenario of this name.

    Parameters
    ----------
    name : str
        One of `default`, `no_effect`, `harm`, `low_linkage`, `stress`.

    Returns
    -------
    Scenario

    Raises
    ------
    UnknownNameError
        If there is no such scenario; the message lists them.

    Examples
    --------
    >>> find_scenario("no_effect").effect_factor
    0.0
    """
    if name not in _SCENARIOS:
        raise UnknownNameError(
            f"There is no scenario of this name. Scenarios: {', '.join(get_args(ScenarioName))}."
        )
    return _SCENARIOS[name]
