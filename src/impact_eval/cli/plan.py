"""Commands about the analysis plan: lock it, ask how it stands, list what was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from impact_eval.cli.app import StudyId, app
from impact_eval.errors import Fault, NotPreparedError, StudyError
from impact_eval.terminal import counted, shown

if TYPE_CHECKING:
    from datetime import datetime

    from impact_eval.study import Study
    from impact_eval.surveys.plan_dates import FormDates

NOT_LOCKED = 3
CHANGED = 4
LATE = 5

plan = typer.Typer(
    help="The analysis plan: lock it before the answers come, and see what was changed since.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(plan, name="plan")


@plan.command()
def lock(
    study_id: StudyId,
    again: Annotated[bool, typer.Option("--again", help="Lock a changed plan anew.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is locked again; goes to readers.")] = "",
) -> None:
    """Write plan.lock: what is planned, its digest and the time, into the study's folder.

    Do it before the first answers of a later wave exist. Outcomes with their items, keys and marks,
    the plan, clusters, phases and waves are held; labels, translations, pages and files are not.
    --again keeps the earlier locks in the file; what they said is still what counts for answers
    that had come by then.
    """
    import datetime as dt

    from impact_eval.study import Study
    from impact_eval.study.locking.lock import make_lock, write_locks

    study = Study.open(study_id)
    _refuse(study, again=again, reason=reason)
    made = make_lock(study.plan_content, now=dt.datetime.now(dt.UTC), reason=reason)
    write_locks(study.lock_file, [*study.plan_locks, made], study_id=study.id)
    typer.echo(f"Locked at {_moment(made.locked_at)}, digest {made.sha256}")
    typer.echo(f"Wrote {shown(study.lock_file)}. Keep it with the study's files.")
    for line in _late_lines(_dates(study, made.locked_at)):
        typer.echo(line, err=True)


@plan.command()
def status(study_id: StudyId) -> None:
    """Say when the plan was locked, whether it is unchanged, and whether answers are older.

    Exit codes: 0 locked, unchanged and before the later waves' answers; 3 not locked; 4 changed
    since the lock; 5 unchanged, but answers of a later wave are older than the lock.
    """
    from impact_eval.study import Study
    from impact_eval.study.locking.deviations import deviations

    study = Study.open(study_id)
    if not study.plan_locks:
        typer.echo("not locked")
        typer.echo(f"declared  {study.plan.declared_on}, by study.toml alone")
        typer.echo(f"lock it   impact-eval plan lock {study.id}")
        raise typer.Exit(NOT_LOCKED)
    newest = study.plan_locks[-1]
    for one in study.plan_locks:
        why = f": {one.reason}" if one.reason else ""
        typer.echo(f"locked    {_moment(one.locked_at)}, {one.sha256[:12]}{why}")
    changed = len(deviations(newest.content, study.plan_content))
    line = f"changed in {counted(changed, 'line')}: impact-eval plan diff {study.id}"
    typer.echo(f"since     {line if changed else 'unchanged'}")
    dates = _dates(study, newest.locked_at)
    for found in dates or ():
        typer.echo(f"forms     {_in_words(found)}")
    if dates is None:
        typer.echo(f"forms     not read yet: impact-eval prepare {study.id}")
    if changed:
        raise typer.Exit(CHANGED)
    if any(found.late for found in dates or ()):
        raise typer.Exit(LATE)


@plan.command()
def diff(study_id: StudyId) -> None:
    """List what was changed since the newest lock: what, then, now.

    Right answers are named here, and on no page. Exit codes: 0 nothing; 3 not locked; 4 something.
    """
    from impact_eval.pages import deviation_lines
    from impact_eval.study import Study

    study = Study.open(study_id)
    if not study.plan_locks:
        typer.echo(f"not locked: impact-eval plan lock {study.id}")
        raise typer.Exit(NOT_LOCKED)
    lines = deviation_lines(study)
    for line in lines:
        typer.echo(line)
    if lines:
        raise typer.Exit(CHANGED)
    typer.echo(f"unchanged since {_moment(study.plan_locks[-1].locked_at)}")


def _refuse(study: Study, *, again: bool, reason: str) -> None:
    """Refuse to overwrite a lock, to lock again without a reason, or the same plan."""
    if again and not reason.strip():
        raise typer.BadParameter("--again needs --reason: what was changed, and why")
    if reason and not again:
        raise typer.BadParameter("--reason belongs to --again")
    name = study.lock_file.name
    if again and not study.plan_locks:
        remedy = f"Lock it first: impact-eval plan lock {study.id}"
        raise StudyError([Fault(name, "", "only a locked plan is locked again", "none", remedy)])
    if study.plan_locks and not again:
        remedy = 'If the plan had to be changed: --again --reason "what, and why".'
        raise StudyError([Fault(name, "", "a lock is not overwritten", "", remedy)])
    if again and study.plan_locks[-1].content == study.plan_content:
        remedy = "Nothing that the lock holds was changed, so there is nothing to lock again."
        raise StudyError([Fault(name, "", "is locked again after a change", "none", remedy)])


def _dates(study: Study, moment: datetime) -> tuple[FormDates, ...] | None:
    """Count the later waves' forms by their dates; None if no survey file was read yet."""
    from impact_eval.surveys import load_tables
    from impact_eval.surveys.plan_dates import form_dates

    try:
        return form_dates(load_tables(study), study, moment)
    except NotPreparedError:
        return None


def _late_lines(dates: tuple[FormDates, ...] | None) -> list[str]:
    late = [found for found in dates or () if found.late]
    if not late:
        return []
    head = "This lock comes after answers, and the reports will say so:"
    return [head, *(f"  {_in_words(found)}" for found in late)]


def _in_words(found: FormDates) -> str:
    older = f"{found.older:,} of {found.forms:,} older than the lock"
    undated = f"{found.undated:,} without a date"
    return f"{found.audience}, {found.phase}, {found.wave}: {older}, {undated}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
