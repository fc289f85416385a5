"""All scales at once."""

from __future__ import annotations

from impact_eval.classing.design import DesignFacts
from impact_eval.classing.eef import eef
from impact_eval.classing.label import Label
from impact_eval.classing.maryland import maryland
from impact_eval.classing.nesta import nesta
from impact_eval.classing.wwc import wwc


def class_design(design: DesignFacts) -> tuple[Label, ...]:
    """Class a design on every scale.

    Parameters
    ----------
    design
        From `design_facts`.

    Returns
    -------
    tuple of Label
        Maryland, Nesta, What Works Clearinghouse, Education Endowment Foundation.

    Examples
    --------
    >>> [label.grade for label in class_design(DesignFacts(design="one_group", asked_before=True))]
    ['level_1', 'at_most_2', 'not_eligible', 'not_rated']
    """
    return (maryland(design), nesta(design), wwc(design), eef(design))
