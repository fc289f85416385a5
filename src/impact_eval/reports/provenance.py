"""What a page says of its own making."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from markupsafe import Markup

from impact_eval.facts import StudyFacts
from impact_eval.wording import sentence, text


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where the numbers of a page come from.

    Parameters
    ----------
    made_at
        Time of the run, with its zone, as it is to be printed.
    commit
        Commit of the project, or words that say why there is none.
    versions
        Versions by package, our own first.
    data
        SHA-256 digests by input file.
    """

    made_at: str
    commit: str
    versions: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)


def provenance_html(provenance: Provenance, facts: StudyFacts) -> str:
    """Return the footer of a page: plan, data, software and time."""
    rows = [
        (text("reports.made_at"), escape(provenance.made_at)),
        (text("reports.plan"), _plan(facts)),
        (text("reports.commit"), f"<code>{escape(provenance.commit)}</code>"),
        (text("reports.versions"), escape(_joined(provenance.versions, " "))),
    ]
    items = "".join(f"<dt>{escape(term)}</dt><dd>{found}</dd>" for term, found in rows if found)
    data = "".join(
        f'<tr><th scope="row">{escape(name)}</th><td><code>{escape(digest)}</code></td></tr>'
        for name, digest in provenance.data.items()
    )
    if data:
        head = escape(text("reports.data"))
        digest = escape(text("reports.digest"))
        columns = f"<th>{escape(text('reports.file'))}</th><th>{digest}</th>"
        data = (
            f"<details><summary>{head}</summary><table><thead><tr>{columns}</tr></thead>"
            f"<tbody>{data}</tbody></table></details>"
        )
    title = escape(text("reports.provenance"))
    return f'<footer class="made"><div><h2>{title}</h2><dl>{items}</dl>{data}</div></footer>'


def _plan(facts: StudyFacts) -> str:
    if not facts.plan_hash:
        return ""
    said = {"date": facts.plan_declared_on, "hash": _code(facts.plan_hash)}
    if facts.lock is None:
        return sentence("reports.plan_declared", said)
    if facts.lock.sha256.startswith(facts.plan_hash):
        return sentence("reports.plan_locked", said)
    return sentence("reports.plan_changed", {**said, "locked": _code(facts.locked_hash)})


def _code(digest: str) -> Markup:
    return Markup("<code>{}</code>").format(digest)


def _joined(values: Mapping[str, str], between: str) -> str:
    return ", ".join(f"{name}{between}{value}" for name, value in values.items())


def provenance_texts(provenance: Provenance) -> tuple[str, ...]:
    """Return what the footer says that no file of texts holds: versions, and names of files."""
    versions = _joined(provenance.versions, " ")
    files = (*provenance.data, *provenance.data.values())
    return (provenance.made_at, provenance.commit, versions, *files)
