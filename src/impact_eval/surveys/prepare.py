"""Raw files to processed tables: the whole way, a step a line."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

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
from impact_eval.surveys.dates import date_flags
from impact_eval.surveys.inputs import code_digest, describe_file
from impact_eval.surveys.linking.duplicates import decide_duplicates
from impact_eval.surveys.linking.dyads import find_dyads
from impact_eval.surveys.linking.flags import people_flags, wave_contradicts_date
from impact_eval.surveys.linking.link import link
from impact_eval.surveys.linking.pseudonyms import study_key
from impact_eval.surveys.linking.school_names import FILE, accepted_names, propose_schools
from impact_eval.surveys.linking.summary import links_summary, stored_trials
from impact_eval.surveys.mistyped_withdrawals import as_records, near_rows
from impact_eval.surveys.privacy.consents import count_missing
from impact_eval.surveys.privacy.counts import privacy_table
from impact_eval.surveys.privacy.erasures import log_erasures
from impact_eval.surveys.privacy.safe import hand_on_disclosures
from impact_eval.surveys.privacy.texts import save_texts
from impact_eval.surveys.quality.exclusions import excluding_flag
from impact_eval.surveys.quality.judge import judge_forms
from impact_eval.surveys.read import Progress, ReadForms, read_sources
from impact_eval.surveys.rows import Fates, Mask, decide_by_content
from impact_eval.surveys.schools import SchoolIndex, schools_table
from impact_eval.surveys.score import score
from impact_eval.surveys.tables import TABLES, SurveyTables, save_tables
from impact_eval.surveys.withdrawals import read_withdrawals, withdrawn_on_a_form
from impact_eval.vocabulary import SUBMISSIONS


def prepare(study: Study, *, progress: Progress | None = None) -> SurveyTables:
    """Read, link and score the survey files of a study, and write its processed tables.

    Parameters
    ----------
    study : Study
        What its files declare.
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
    Every raw row has one fate: `counts` adds up to the rows of the files.
    """
    schools = SchoolIndex(study.roster_table, accepted_names(study))
    withdrawals = read_withdrawals(study, schools)
    now = dt.datetime.now(tz=dt.UTC)
    hand_on = partial(hand_on_disclosures, study=study, now=now)
    study_read = read_sources(study, schools, hand_on=hand_on, progress=progress)
    read = study_read.read

    fates = Fates(len(read.forms))
    fates.decide("wrong_width", ~read.forms["fits"].to_numpy(dtype=bool))
    withdrawn = withdrawals.of(read.forms) | withdrawn_on_a_form(read.forms)
    decide_by_content(fates, read.forms, withdrawn)
    contradicts = wave_contradicts_date(read.forms, study)
    by_number = read.forms["by_number"].to_numpy(dtype=bool)
    dated = read.forms.assign(contradicts=contradicts)
    decide_duplicates(fates, dated, read.subgroups, by_number=by_number)

    used = _used_forms(read, fates)
    levels = read.subgroups.iloc[used["form"].to_numpy()].reset_index(drop=True)
    key = study_key(study.key_file)
    linked = link(used, levels, study, key=key)
    dyads = find_dyads(used, linked.links, study, key=key)
    masks = people_flags(used, linked.links, dyads, read.forms, fates)
    masks["wave_contradicts_date"] = contradicts[used["form"].to_numpy()]
    submissions = _submissions(used, linked.links, read, fates, study, masks)
    chosen = used["form"].to_numpy()
    judged = judge_forms(
        submissions,
        read.forms.iloc[chosen],
        linked.links,
        read.written.iloc[chosen],
        read.kinds.iloc[chosen],
        study,
        key=key,
    )
    left_out = excluding_flag(judged.flags, study.plan.exclude)
    for flag in study.plan.exclude:
        fates.decide(f"excluded_{flag}", _among(chosen[left_out == flag], len(read.forms)))
    stays = left_out == ""
    excluded = submissions[~stays].join(linked.links[~stays][["respondent_id", "method"]])
    submissions = submissions[stays].reset_index(drop=True)
    rows = raw_rows(read, fates)
    not_found = withdrawals.without_form(read.forms)
    tables = SurveyTables(
        schools=schools_table(study, submissions),
        workshops=study.attendance_table.astype({"held_on": "datetime64[us]"}),
        submissions=submissions,
        links=linked.links[stays].reset_index(drop=True),
        scores=score(submissions, study),
        counts=count_rows(rows),
        quarantine=quarantine_table(rows, fates),
        rejected_answers=rejected_table(read, fates),
        item_counts=count_answers(read, fates),
        faults=study_read.faults,
        links_summary=stored_trials(linked.trials),
        dyads=dyads,
        quality=judged.quality,
        quality_summary=judged.summary,
        quality_groups=judged.groups,
        excluded=excluded.reset_index(drop=True),
        privacy=privacy_table(
            study,
            identifying=study_read.identifying,
            disclosures=study_read.disclosures,
            missing=count_missing(
                read.forms, (rule for source in study.sources for rule in source.consents)
            ),
            withdrawals_not_found=len(not_found),
        ),
    )
    tables = replace(tables, links_summary=links_summary(tables, study))
    prepared = {
        "study": study.id,
        "version": version("impact-eval"),
        "code": code_digest(),
        "prepared_at": now.isoformat(timespec="seconds"),
        "inputs": study_read.inputs | _declared_inputs(study),
        "cleaning": study_read.cleaning,
        "identifying_columns": [asdict(one) for one in study_read.identifying],
        "files_not_read": _files_not_read(study, set(study_read.inputs)),
        "rows_by_decided_school_names": int((used["school_decided"]).sum()),
        "withdrawals_without_form": not_found,
        "withdrawals_near_rows": as_records(near_rows(withdrawals, read.forms, fates.kept)),
        "texts": save_texts(read.texts, used.loc[stays].set_index("submission_id")["form"], study),
    }
    save_tables(tables, study.processed_folder, prepared=prepared)
    log_erasures(read.forms[fates.reason == "withdrawn"], study, now=now)
    proposals = propose_schools(_unknown_schools(read, fates), study.roster_table)
    proposals.to_csv(study.processed_folder / FILE, index=False, encoding="utf-8")
    return tables


def _among(positions: np.ndarray, n: int) -> Mask:
    where = np.zeros(n, dtype=bool)
    where[positions] = True
    return where


def is_stale(study: Study) -> bool:
    """Whether an input or the package has changed since `prepare`; True if it never ran."""
    path = study.processed_folder / "prepared.json"
    needed = [path, *(study.processed_folder / f"{name}.parquet" for name in TABLES)]
    if not all(one.is_file() for one in needed):
        return True
    prepared = json.loads(path.read_text(encoding="utf-8"))
    if prepared.get("code") != code_digest():
        return True
    now = _declared_inputs(study)
    for source in study.sources:
        for file in study.raw_folder.glob(source.file):
            if file.is_file():
                now[file.relative_to(study.raw_folder).as_posix()] = describe_file(file)
    return _digests(now) != _digests(prepared["inputs"])


def _digests(inputs: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: entry["sha256"] for name, entry in inputs.items()}


def _declared_inputs(study: Study) -> dict[str, dict[str, Any]]:
    """study.toml and the files that it names once, by their names."""
    named: list[Path] = [study.folder / "study.toml", study.folder / FILE]
    named += [study.folder / name for name in (study.roster, study.codebook) if name]
    logs = dict.fromkeys(source.cleaning_log for source in study.sources)
    further = (study.attendance, study.withdrawals, *logs)
    named += [study.raw_folder / name for name in further if name]
    inputs = {path.name: path for path in named}
    inputs |= {form.file: study.folder / form.file for form in study.instruments}
    return {name: describe_file(path) for name, path in inputs.items() if path.is_file()}


def _unknown_schools(read: ReadForms, fates: Fates) -> pd.DataFrame:
    """Labels of schools on forms that could not be used because of them."""
    where = np.isin(fates.reason, ["unknown_school", "ambiguous_school"])
    forms = read.forms.loc[where, ["school_label", "source_file", "source_row"]]
    return forms.rename(columns={"school_label": "label"}).drop_duplicates(ignore_index=True)


def _files_not_read(study: Study, read: set[str]) -> list[str]:
    """List what lies in the raw folder and no source names."""
    known = read | {study.attendance, study.withdrawals}
    known |= {source.cleaning_log for source in study.sources}
    return sorted(
        path.name
        for path in study.raw_folder.iterdir()
        if path.is_file() and not path.name.startswith(".") and path.name not in known
    )


def _used_forms(read: ReadForms, fates: Fates) -> pd.DataFrame:
    """Give numbers to used forms by file and row; `form` is their place in `read`."""
    forms = read.forms.assign(form=np.arange(len(read.forms)))
    forms["file_number"] = pd.factorize(forms["source_file"])[0]
    used = forms[fates.open].sort_values(["file_number", "source_row"], kind="stable")
    used = used.reset_index(drop=True)
    used["submission_id"] = np.arange(len(used))
    return used


def _submissions(
    used: pd.DataFrame,
    links: pd.DataFrame,
    read: ReadForms,
    fates: Fates,
    study: Study,
    further: dict[str, Mask],
) -> pd.DataFrame:
    """Columns SUBMISSIONS, then subgroups, then items."""
    masks = {"unreadable_date": used["date_flag"].to_numpy(dtype=bool)}
    masks |= date_flags(used, links, study.attendance_table, study.wave_ids)
    masks |= further | {"other_wave_not_used": _partly_used(used, read, fates)}
    masks["wave_contradicts_date"] &= ~masks["before_workshop"]
    flags = np.full(len(used), "", dtype=object)
    for name, where in masks.items():
        flags[where] = [f"{flag} {name}".strip() for flag in flags[where]]
    about = used.assign(flags=pd.Series(flags, dtype="str"))[list(SUBMISSIONS)]
    chosen = used["form"].to_numpy()
    levels = read.subgroups.iloc[chosen].reset_index(drop=True)
    numbers = read.numbers.iloc[chosen].reset_index(drop=True)
    return pd.concat([about, levels, numbers], axis=1)


def _partly_used(used: pd.DataFrame, read: ReadForms, fates: Fates) -> np.ndarray:
    """Forms of wide rows of which another wave was not used."""
    keys = ["source_file", "source_row"]
    unused = read.forms.loc[~fates.open & read.forms["wide"].to_numpy(dtype=bool), keys]
    return np.asarray(pd.MultiIndex.from_frame(used[keys]).isin(pd.MultiIndex.from_frame(unused)))
