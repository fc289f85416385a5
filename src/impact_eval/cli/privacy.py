"""Commands about people's privacy: the safeguarding lead's, and the key of the pseudonyms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from impact_eval.cli.app import StudyId, app, tell_if_stale
from impact_eval.terminal import ProgressBar, shown

safeguarding = typer.Typer(
    help="What only the safeguarding lead may read.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(safeguarding, name="safeguarding")
NewFile = Annotated[Path, typer.Argument(metavar="PATH", help="A new file outside the project.")]
AgeFile = Annotated[Path, typer.Argument(metavar="FILE", help="From data/safeguarding/STUDY.")]
KeyFile = Annotated[Path, typer.Option("--key", help="The file of the private key.")]


@safeguarding.command("key")
def make_key(path: NewFile) -> None:
    """Make the lead's pair of keys: the private one in a file, the public one to be declared."""
    from impact_eval.surveys.privacy.safe import make_key as write_key

    public = write_key(path)
    typer.echo(f"Wrote the private key to {shown(path)}. Keep it, and a copy, from everybody else.")
    typer.echo(f'In study.toml, under [[safeguarding]]:\nrecipient = "{public}"')


@safeguarding.command("open")
def open_file(path: AgeFile, key: KeyFile) -> None:
    """Print what people disclosed. Do it where nobody reads along, and save it nowhere."""
    from impact_eval.surveys.privacy.safe import open_disclosures

    content = open_disclosures(path, key=key)
    typer.echo(f"{content['study']}, handed on at {content['made_at']}")
    for one in content["disclosures"]:
        typer.echo(f"\n{one['file']}, row {one['row']}, column {one['column']} ({one['question']})")
        for name in ("school", "wave", "audience", "code", "text"):
            typer.echo(f"  {name}: {one[name]}")


@app.command()
def texts(study_id: StudyId) -> None:
    """Write what people wrote in their own words, where the study asks to keep it."""
    import json

    from impact_eval.study import Study
    from impact_eval.surveys import load_tables
    from impact_eval.surveys.privacy.texts import EXPORT, export_texts

    study = Study.open(study_id)
    tell_if_stale(study)
    written = export_texts(study, load_tables(study).submissions)
    path = study.processed_folder / "prepared.json"
    found = json.loads(path.read_text(encoding="utf-8"))["texts"]
    for what, words in (("masked", "Masked"), ("left_out", "Left out")):
        if counts := found[what]:
            named = ", ".join(f"{kind} {number}" for kind, number in counts.items())
            typer.echo(f"{words}: {named}")
    typer.echo(f"{len(written)} texts in {shown(study.processed_folder / EXPORT)}")
    typer.echo("Names are not found by the tool: read them yourself before anybody else does.")


@app.command()
def rotate_key(study_id: StudyId) -> None:
    """Change the key of the pseudonyms, and prepare the study again with the new one."""
    import datetime as dt

    from impact_eval.runs.alone import alone
    from impact_eval.runs.ready import make_ready
    from impact_eval.study import Study
    from impact_eval.surveys.privacy.rotation import rotate_key as change_key

    study = Study.open(study_id)
    with ProgressBar() as progress, alone(study.reports_folder):
        old = change_key(
            study,
            prepare=lambda: make_ready(study, again=True, progress=progress.show),
            now=dt.datetime.now(tz=dt.UTC),
        )
    typer.echo(f"{study.id} has a new key and is prepared again. The old key: {shown(old)}")
    typer.echo("Delete it once nothing that was made with it needs to be joined any more.")
