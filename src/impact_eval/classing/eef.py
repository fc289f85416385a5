"""The Education Endowment Foundation's padlocks, which its reviewers award."""

from __future__ import annotations

from functools import partial

from impact_eval.classing.design import DesignFacts
from impact_eval.classing.label import Label

_label = partial(Label, "eef")


def eef(design: DesignFacts) -> Label:
    """Say whether padlocks could be awarded at all; how many is not computed.

    Parameters
    ----------
    design
        The facts that the rule asks for.

    Returns
    -------
    Label
        "not_rated" without a comparison group, else "by_reviewers".

    References
    ----------
    Education Endowment Foundation, *Classification of the security of findings from EEF
    evaluations*.

    Examples
    --------
    >>> eef(DesignFacts(design="one_group", asked_before=True)).grade
    'not_rated'
    """
    if design.design == "no_programme":
        return _label("not_classed", "no_programme", ("a_programme",))
    if not design.compared:
        return _label("not_rated", "no_comparison", ("comparison", "randomise"))
    return _label("by_reviewers", "padlocks")
