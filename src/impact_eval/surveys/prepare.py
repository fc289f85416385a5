"""Raw files to processed tables: the whole way, a step a line."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from functools import partial
from typing import Final

import numpy as np
import pandas as pd

from impact_eval.study import Study
from impact_eval.surveys.account import (
    count_answers,
    count_rows,
    quarantine_table,
    raw_rows,
    rejected_table,
)
from impact_eval.surveys.basis import Basis
from impact_eval.surveys.encoded import as_series, distinct
from impact_eval.surveys.equal_rows import equal_rows
from impact_eval.surveys.inputs import code_digest
from impact_eval.surveys.kept_files import KeptFiles
from impact_eval.surveys.linking.duplicates import Positions
from impact_eval.surveys.linking.flags import answers_of_other_wave
from impact_eval.surveys.linking.pseudonyms import study_key
from impact_eval.surveys.linking.school_names import save_proposals
from impact_eval.surveys.linking.steps import link_people, resolve_duplicates
from impact_eval.surveys.linking.summary import links_summary, stored_trials
from impact_eval.surveys.linking.tokens import Tokens
from impact_eval.surveys.looking_back import (
    asked_looking_back,
    decide_looking_back,
    forms_beside,
    looking_back_scores,
)
from impact_eval.surveys.memory import nothing_in_circles, system_memory
from impact_eval.surveys.mistyped_withdrawals import as_records, near_rows
from impact_eval.surveys.privacy.consents import count_limited, count_missing
from impact_eval.surveys.privacy.counts import privacy_table
from impact_eval.surveys.privacy.erase import erase
from impact_eval.surveys.privacy.erasures import log_erasures
from impact_eval.surveys.privacy.safe import hand_on_disclosures
from impact_eval.surveys.privacy.texts import save_texts
from impact_eval.surveys.quality.exclusions import excluding_flag
from impact_eval.surveys.quality.judge import judge_forms
from impact_eval.surveys.read import Progress, keep_files, read_sources
from impact_eval.surveys.read_forms import ReadForms
from impact_eval.surveys.rows import Fates, Mask, decide_by_content
from impact_eval.surveys.schools import schools_table
from impact_eval.surveys.score import score
from impact_eval.surveys.staleness import declared_inputs, files_not_read
from impact_eval.surveys.tables import SurveyTables, save_tables
from impact_eval.surveys.used import UsedForms, partly_used
from impact_eval.surveys.withdrawals import CHILD, refused_on_a_form
from impact_eval.surveys.withdrawn_elsewhere import other_forms
from impact_eval.table_columns import LINKS

_COUNTED: Final = ("source_file", "source_row", "audience")


@system_memory()
@nothing_in_circles()
def prepare(study: Study, *, again: bool = False, progress: Progress | None = None) -> SurveyTables:
    """Read, link and score the survey files of a study, and write its processed tables.

    Parameters
    ----------
    study : Study
        What its files declare.
    again : bool, optional
        Whether to read survey files again that have not changed.
    progress : callable, optional
        Called with what is being done, how many steps are done and how many there are.

    Returns
    -------
    SurveyTables
        As `load_tables` gives them later. Files with a fault of structure are named in `faults` and
        are not in the tables; everything else is.

    Raises
    ------
    SurveyFileError
        If no file could be read at all, or the list of withdrawals cannot be relied on.

    Notes
    -----
    Every raw row has one fate: `counts` adds up to the rows of the files. A survey file is not
    opened if neither it nor anything it was read with has changed (`kept_files`).
    """
    now = dt.datetime.now(tz=dt.UTC)
    basis = Basis.of(study)
    kept = KeptFiles.of(study, basis.tokens)
    if again:
        kept.forget_all_but(())
    hand_on = partial(hand_on_disclosures, study=study, now=now)
    study_read = read_sources(basis, kept=kept, hand_on=hand_on, progress=progress)
    fates = Fates(len(study_read.read.forms))
    refused_before = study_read.read.forms.text["refused"]
    read = _without_the_gone(study_read.read, fates, basis)
    study_read = replace(study_read, read=read)
    decide_by_content(fates, read.forms)
    looks_back = asked_looking_back(read.forms, study)
    contradicts = resolve_duplicates(fates, read, study, surveyed=~looks_back)
    beside = forms_beside(read.forms, fates, study)
    decide_looking_back(fates, beside, looks_back)
    used = UsedForms.of(read, fates, looking_back=looks_back)
    people = link_people(used, read, fates, study, key=study_key(study.key_file))
    links = people.linked.links
    further = {
        **people.flags,
        "wave_contradicts_date": contradicts[used.forms],
        "answers_of_other_wave": answers_of_other_wave(read.rejected, len(fates))[used.forms],
        "equal_row": equal_rows(read.forms, fates.open)[used.forms],
        "other_wave_not_used": partly_used(used, read, fates, looking_back=looks_back),
    }
    flags = used.flags(links, study, further)
    judged = judge_forms(used, flags, links, study)
    submissions = used.submissions(study, flags)
    stays = _leave_out(fates, used, judged.flags, study, beside=beside)
    forms, places = used.forms, used.places[stays]
    by_decided_names = int(used.about.arrays["school_decided"].sum())
    del used, flags, further, contradicts  # memory for the tables that follow
    excluded = submissions.iloc[:0] if stays.all() else submissions[~stays]
    excluded = excluded.assign(**{name: links[name].array[~stays] for name in LINKS[1:]})
    if len(excluded):
        submissions = submissions[stays].reset_index(drop=True)
        links = links[stays].reset_index(drop=True)
    rows = raw_rows(read, fates)
    rules = [rule for source in study.sources for rule in source.consents]
    not_found = basis.withdrawals.without_form(read.forms)
    tables = SurveyTables(
        schools=schools_table(study, submissions),
        workshops=_workshops(study, basis.tokens),
        submissions=submissions,
        links=links,
        scores=score(submissions, study),
        counts=count_rows(rows),
        quarantine=quarantine_table(rows, fates),
        rejected_answers=rejected_table(read, fates),
        item_counts=count_answers(read, fates),
        looking_back=looking_back_scores(read, fates, places, study, beside=beside),
        faults=study_read.faults,
        links_summary=stored_trials(people.linked.trials),
        dyads=people.dyads,
        dyads_summary=people.dyads_summary,
        quality=judged.quality,
        quality_summary=judged.summary,
        quality_groups=judged.groups,
        quality_group_forms=judged.group_forms,
        excluded=excluded.reset_index(drop=True),
        privacy=privacy_table(
            study,
            identifying=study_read.identifying,
            disclosures=study_read.n_disclosures,
            missing=count_missing(read.forms, rules),
            limited=count_limited(read.forms, rules),
            withdrawals_not_found=len(not_found),
        ),
    )
    tables = replace(tables, links_summary=links_summary(tables, study))
    prepared = {
        "study": study.id,
        "code": code_digest(),
        "prepared_at": now.isoformat(timespec="seconds"),
        "inputs": study_read.inputs | declared_inputs(study),
        "cleaning": study_read.cleaning,
        "identifying_columns": [asdict(one) for one in study_read.identifying],
        "files_read": study_read.names(unchanged=False),
        "files_unchanged": study_read.names(unchanged=True),
        "files_not_read": files_not_read(study, set(study_read.inputs)),
        "rows_by_decided_school_names": by_decided_names,
        "withdrawals_without_form": not_found,
        "withdrawals_near_rows": as_records(near_rows(basis.withdrawals, read.forms, fates.kept)),
        "withdrawals_other_forms": as_records(
            other_forms(basis.withdrawals, read.forms, fates.kept, people.linked.links, forms)
        ),
        "impossible": judged.impossible,
        "texts": save_texts(read.texts, places, study),
    }
    keep_files(study_read, refused_before, kept=kept)
    save_tables(tables, study.processed_folder, prepared=prepared)
    study.keep_forms()
    log_erasures(read.forms.taken(fates.because("withdrawn")).frame(_COUNTED), study, now=now)
    save_proposals(_unknown_schools(read, fates), study)
    return tables


def _without_the_gone(read: ReadForms, fates: Fates, basis: Basis) -> ReadForms:
    """Decide who did not consent or withdrew, and erase what they said before anything sees it."""
    forms = read.forms
    parents = np.flatnonzero(basis.withdrawals.children_on(forms, basis.study))
    forms = forms.blanked(parents, [CHILD]) if parents.size else forms
    fates.decide("wrong_width", ~forms.arrays["fits"])
    fates.decide("no_consent", forms.text["consent"].among(["no"]))
    refused = refused_on_a_form(forms, tokens=basis.tokens)
    listed = forms.arrays["withdrawal"] != 0
    fates.decide("withdrawn", listed | ~refused.among([""]))
    elsewhere = fates.because("withdrawn") & ~listed
    forms = forms.with_(text={"refused": refused.blanked(~elsewhere)})
    return erase(replace(read, forms=forms), fates)


def _workshops(study: Study, tokens: Tokens) -> pd.DataFrame:
    """Attendance, with keyed tokens of who held the workshops: lists often have their names."""
    held = study.attendance_table
    names = tokens.of_names(distinct(held["facilitator_id"]), "facilitator")
    held_on = held["held_on"].astype("datetime64[us]")
    return held.assign(held_on=held_on, facilitator_id=as_series(names).array)


def _leave_out(
    fates: Fates, used: UsedForms, flags: dict[str, Mask], study: Study, *, beside: Positions
) -> Mask:
    """Leave out what the plan excludes, with what was asked beside it; say which forms stay."""
    left_out = excluding_flag(flags, study.plan.exclude)
    for flag in study.plan.exclude:
        where = np.zeros(len(fates), dtype=bool)
        where[used.forms[left_out == flag]] = True
        where |= (beside >= 0) & where[beside]
        fates.decide(f"excluded_{flag}", where)
    return np.asarray(left_out == "", dtype=bool)


def _unknown_schools(read: ReadForms, fates: Fates) -> pd.DataFrame:
    """Labels of schools on forms that could not be used because of them."""
    where = np.flatnonzero(fates.because("unknown_school", "ambiguous_school"))
    forms = read.forms.taken(where)
    table = {
        "label": as_series(forms.text["school_label"]),
        "source_file": as_series(forms.text["source_file"]),
        "source_row": forms.arrays["source_row"],
    }
    return pd.DataFrame(table).drop_duplicates(ignore_index=True)
