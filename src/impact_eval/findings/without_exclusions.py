"""Every finding once more, with the forms in it that the plan leaves out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from impact_eval.findings.address import Address
from impact_eval.findings.compute import compute_findings
from impact_eval.findings.finding import to_frame
from impact_eval.findings.given_once import NOT_REPEATED
from impact_eval.surveys.quality.exclusions import with_excluded
from impact_eval.table_columns import ADDRESS
from impact_eval.vocabulary import QUANTITIES

if TYPE_CHECKING:
    from impact_eval.study import Study
    from impact_eval.surveys import SurveyTables

NO_EXCLUSIONS: Final = "no_exclusions"
_ONCE: Final = frozenset(one for own in NOT_REPEATED.values() for one in own)


def findings_without_exclusions(study: Study, tables: SurveyTables) -> pd.DataFrame:
    """Compute every finding of a study with the forms back in that its plan leaves out.

    Parameters
    ----------
    study
        As for `compute_findings`.
    tables
        The study's processed tables.

    Returns
    -------
    DataFrame
        Columns exactly `table_columns.WITHOUT_EXCLUSIONS`: rows as `compute_findings` makes them,
        each with the `finding_id` of the finding beside which it stands and, if it is of the
        quantities `REPEATED`, an id of its own (`beside_id`). The others are for `disclosure`, to
        know how many people make a difference. Empty where no form was left out.

    Notes
    -----
    Counts of forms say themselves how many were left out (`NOT_REPEATED` has the reasons of each
    quantity that is not computed again). Judged like the first, without the caution that forms
    matter: this is what they would do.
    """
    if tables.excluded.empty:
        return to_frame([]).assign(beside_id=pd.Series(dtype="str"))
    quantities = [one for one in QUANTITIES if one not in NOT_REPEATED["ways"]]
    found = compute_findings(study, with_excluded(tables, study), quantities=quantities)
    columns = [found[column].tolist() for column in ADDRESS]
    addresses = [
        Address(**dict(zip(ADDRESS, parts, strict=True))) for parts in zip(*columns, strict=True)
    ]
    ids = [beside(one).finding_id if one.quantity not in _ONCE else "" for one in addresses]
    return found.assign(beside_id=pd.Series(ids, index=found.index, dtype="str"))


def beside(address: Address) -> Address:
    """Address of a finding without exclusions, from that of the finding itself.

    Examples
    --------
    >>> one = Address(study_id="demo", quantity="effect_size", variant="d_pre")
    >>> beside(one).variant, beside(Address(study_id="demo", quantity="mean")).variant
    ('no_exclusions:d_pre', 'no_exclusions')
    """
    own = f"{NO_EXCLUSIONS}:{address.variant}" if address.variant else NO_EXCLUSIONS
    return replace(address, variant=own)
