"""What `prepare` refuses apart from what is in single survey files, for `impact-eval check`."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from pathlib import Path

from impact_eval.errors import Fault, SurveyFileError
from impact_eval.study import Study
from impact_eval.study.awaiting import awaits_data
from impact_eval.surveys.inputs import source_files
from impact_eval.surveys.linking.pseudonyms import study_key
from impact_eval.surveys.linking.school_names import accepted_names
from impact_eval.surveys.linking.tokens import Tokens
from impact_eval.surveys.privacy.disclosures import overlooked
from impact_eval.surveys.schools import SchoolIndex
from impact_eval.surveys.staleness import survey_files_not_named
from impact_eval.surveys.withdrawals import read_withdrawals


def refusals(study: Study, *, searched: Collection[tuple[int, str]]) -> list[Fault]:
    """List what is wrong with a study's key, its list of withdrawals and what it expects of files.

    Parameters
    ----------
    study : Study
        The study. Before its first survey file has arrived, nothing is expected; one that no source
        names has arrived too.
    searched : collection of (int, str)
        Safeguarding questions that stand in its files, as `find_disclosures` names them.

    Returns
    -------
    list of Fault
        With any of them `prepare` fails, or ends with exit code 1. Nothing is kept, and no key is
        made.
    """
    files, faults = source_files(study)
    arrived = bool(files)
    if not arrived and awaits_data(study) and not survey_files_not_named(study):
        faults = []
    for key in (study.key_file, study.key_file.with_name(f"{study.id}.safeguarding.key")):
        faults += _key_faults(key)
    if arrived or _has_arrived(study):
        faults += _withdrawal_faults(study)
    return [*faults, *(overlooked(study, searched) if arrived else ())]


def _has_arrived(study: Study) -> bool:
    return study.withdrawals is not None and (study.raw_folder / study.withdrawals).is_file()


def _key_faults(path: Path) -> tuple[Fault, ...]:
    try:
        if path.exists():
            study_key(path)
    except SurveyFileError as error:
        return error.faults
    return ()


def _withdrawal_faults(study: Study) -> tuple[Fault, ...]:
    schools = SchoolIndex(study.roster_table, accepted_names(study))
    try:
        read_withdrawals(study, schools, tokens=Tokens(secrets.token_bytes()))
    except SurveyFileError as error:
        return error.faults
    return ()
