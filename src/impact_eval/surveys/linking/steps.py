"""Linking as `prepare` goes through it: columns of forms in, what was found out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.linking.duplicates import decide_duplicates
from impact_eval.surveys.linking.dyads import find_dyads
from impact_eval.surveys.linking.flags import people_flags, wave_contradicts_date
from impact_eval.surveys.linking.link import Linked, link
from impact_eval.surveys.privacy.consents import not_covered
from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.rows import Fates, Mask
from impact_eval.surveys.used import UsedForms

_OF_DUPLICATES: Final = (
    *("audience", "wave", "school_id", "workshop_id", "uuid", "code", "keep"),
    *("answered_on", "submitted_on", "answers_hash", "n_answered", "row_hash", "one_of_equal"),
)
_OF_PEOPLE: Final = (
    *("audience", "wave", "school_id", "workshop_id", "code", "elements", "child_elements"),
    *("submission_id", "form"),
)


@dataclass(frozen=True)
class People:
    """Who filled in the used forms: links, pairs of parents and children, what looks wrong."""

    linked: Linked
    dyads: pd.DataFrame
    dyads_summary: pd.DataFrame
    flags: dict[str, Mask]


def resolve_duplicates(fates: Fates, read: ReadForms, study: Study, *, surveyed: Mask) -> Mask:
    """Decide which of a person's forms of one wave counts.

    Parameters
    ----------
    fates : Fates
        Changed in place.
    read : ReadForms
        All forms.
    study : Study
        Which holds waves and workshops.
    surveyed : array of bool, shape (forms,)
        Forms of surveys, and not of what people said later of the time before.

    Returns
    -------
    array of bool, shape (forms,)
        Forms whose dates speak against their waves.
    """
    forms = read.forms.frame(_OF_DUPLICATES)
    contradicts = np.zeros(len(forms), dtype=bool)
    contradicts[surveyed] = wave_contradicts_date(
        forms if surveyed.all() else forms[surveyed], study
    )
    decide_duplicates(
        fates,
        forms.assign(contradicts=contradicts),
        read.subgroups.frame(),
        by_number=read.forms.arrays["by_number"],
    )
    return contradicts


def link_people(
    used: UsedForms, read: ReadForms, fates: Fates, study: Study, *, key: bytes
) -> People:
    """Find out who filled in the used forms.

    Parameters
    ----------
    used : UsedForms
        Of `read`, as `fates` says.
    read : ReadForms
        All forms.
    fates : Fates
        Fates of all forms.
    study : Study
        Which says how each audience is linked.
    key : bytes
        Key of the pseudonyms.
    """
    forms = used.about.frame(_OF_PEOPLE)
    linked = link(forms, used.levels.frame(), study, key=key)
    again = _named_again(used, read, fates)
    found = find_dyads(forms, linked.links, study, key=key, repeated=again)
    everywhere = read.forms.frame(["workshop_id"])
    flags = people_flags(forms, linked.links, found.dyads, everywhere, fates)
    return People(linked, found.dyads, found.summary, flags)


def _named_again(used: UsedForms, read: ReadForms, fates: Fates) -> pd.DataFrame:
    """Find which children stand on forms that their parents' used forms repeat.

    Of two forms of a parent in one wave one counts, but each may be about another child.
    """
    place = np.full(len(fates), -1, dtype=np.int64)
    place[used.forms] = np.arange(len(used.forms))
    may_tell = ~not_covered(read.forms.text["limited"], "linking")
    extra = np.flatnonzero(fates.because("same_code") & may_tell)
    kept = place[fates.duplicate_of[extra]]
    child = read.forms.taken(extra).frame(["child_elements"])["child_elements"]
    return pd.DataFrame({"place": kept, "child_elements": child})[kept >= 0]
