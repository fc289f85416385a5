"""Commands about the files of a study: make one, check it, list it, print its forms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from impact_eval.cli.app import StudyId, app
from impact_eval.errors import Fault, StudyError
from impact_eval.terminal import shown

if TYPE_CHECKING:
    from impact_eval.study import Study


@app.command()
def new(study_id: Annotated[str, typer.Argument(metavar="STUDY", help="A new name.")]) -> None:
    """Make a small study that runs as it stands, to be changed into yours."""
    from impact_eval.study.find import find_root
    from impact_eval.study.new import create_study

    folder = create_study(study_id, root=find_root())
    typer.echo(f"Made {shown(folder)}. Try it: impact-eval run {study_id}")


@app.command()
def check(study_id: StudyId) -> None:
    """Name every mistake in the study's files at once, and how each survey file is read."""
    from impact_eval.study import Study
    from impact_eval.study.remarks import remarks
    from impact_eval.surveys.linking.school_names import FILE, open_names
    from impact_eval.surveys.mistyped_withdrawals import tell_unmatched
    from impact_eval.surveys.privacy.describe import IdentifyingLook
    from impact_eval.surveys.readers.describe import describe_readers, taken_for_granted
    from impact_eval.surveys.refusals import refusals
    from impact_eval.surveys.staleness import survey_files_not_named
    from impact_eval.surveys.withdrawn_elsewhere import tell_possibly_withdrawn

    study = Study.open(study_id)
    for remark in remarks(study):
        typer.echo(f"Remark: {remark}")
    labels, rows = open_names(study)
    if labels:
        path = shown(study.processed_folder / FILE)
        waiting = f"Labels of schools that wait for a decision: {labels}, in rows: {rows}."
        typer.echo(f"{waiting} See {path}")
    for line in (*tell_unmatched(study), *tell_possibly_withdrawn(study)):
        typer.echo(f"Withdrawal: {line}")
    dated_wrongly = _look_at_roll_out(study)
    _look_at_design(study)
    identifying = IdentifyingLook(study)
    readings = describe_readers(study, look=identifying)
    for reading in readings:
        typer.echo(str(reading), err=bool(reading.faults))
    for granted in taken_for_granted(readings):
        typer.echo(granted)
    for column in identifying.columns:
        typer.echo(f"Not read: {column}")
    for name in survey_files_not_named(study):
        typer.echo(f"Not read: {name}: no source of study.toml names it.")
    searched = {column for reading in readings for column in reading.searched}
    refused = [*identifying.faults, *refusals(study, searched=searched)]
    for fault in refused:
        typer.echo(f"not read: {fault}", err=True)
    if refused or dated_wrongly or any(reading.faults for reading in readings):
        raise typer.Exit(1)
    first = "" if readings else f"put its survey files into data/raw/{study.id}, then "
    typer.echo(f"studies/{study.id}: no mistakes. Next: {first}impact-eval prepare {study.id}")


def _look_at_design(study: Study) -> None:
    """Tell where prepared answers look like those of another design than the declared one."""
    from impact_eval.surveys import is_stale, load_tables
    from impact_eval.surveys.design_in_data import design_remarks

    if study.design != "staggered" and not is_stale(study):
        for remark in design_remarks(study, load_tables(study)):
            typer.echo(f"Design: {remark}")


def _look_at_roll_out(study: Study) -> bool:
    """Tell how prepared answers fit the dates of a staggered roll-out; whether any contradicts."""
    from impact_eval.surveys import is_stale, load_tables
    from impact_eval.surveys.roll_out import contradictions, roll_out_remarks

    if study.design != "staggered":
        return False
    if is_stale(study):
        typer.echo(f"Dates of the roll-out are held against answers after: prepare {study.id}")
        return False
    tables = load_tables(study)
    for remark in roll_out_remarks(study, tables):
        typer.echo(f"Roll-out: {remark}")
    wrong = contradictions(study, tables)
    for fault in wrong:
        typer.echo(str(fault), err=True)
    return bool(wrong)


@app.command("list")
def list_names(
    study_id: Annotated[str | None, typer.Argument(metavar="[STUDY]")] = None,
) -> None:
    """List the studies, or the reports and schools of one."""
    from impact_eval.study import Study

    if study_id is None:
        for name in Study.ids():
            typer.echo(name)
        return
    study = Study.open(study_id)
    for report in study.reports:
        each = ", a page for each school" if report.for_each else ""
        typer.echo(f"report  {report.id}  {report.title}{each}")
    for school, about in study.facts().schools.items():
        typer.echo(f"school  {school}  {about.get('name', '')}")


@app.command()
def forms(study_id: StudyId) -> None:
    """Write the survey forms to be printed, and cards for people's own codes.

    Each form that study.toml names under [[instruments]] becomes a web page in each of its
    languages, in reports/STUDY/forms. Open a page in a browser and print it on A4, black and white
    is enough. Where people are recognised by a code of their own, a page of four cards to cut out
    stands beside the form. No right answers are on any of them.
    """
    from pathlib import PurePath

    from impact_eval.instruments import has_paper_words, write_paper
    from impact_eval.study import Study

    study = Study.open(study_id)
    if not study.forms:
        remedy = "Add [[instruments]]; docs/instruments.md says how a form is written."
        raise StudyError([Fault("study.toml", "", "names the forms to print", "none", remedy)])
    code = dict.fromkeys(name for source in study.sources for name in source.columns.code)
    named = {}
    for form in study.forms:
        asked = {question.name for question in form.questions}
        name = PurePath(form.file).with_suffix("").as_posix().removeprefix("instruments/")
        named[name.replace("/", "_")] = form, [one for one in code if one in asked]
    folder = study.reports_folder / "forms"
    paths = write_paper(named, folder)
    typer.echo(f"Wrote {len(paths)} pages to {shown(folder)}. Open them in a browser and print.")
    languages = dict.fromkeys(one for form in study.forms for one in form.languages)
    if foreign := [one for one in languages if not has_paper_words(one)]:
        typer.echo(f"Short instructions are in English in: {', '.join(foreign)}.", err=True)
