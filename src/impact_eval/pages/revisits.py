"""What can still be put right, school by school: for the evaluator, never for a published page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from impact_eval.study import Study
from impact_eval.surveys import load_tables
from impact_eval.surveys.linking.summary import link_rates
from impact_eval.surveys.privacy.counts import identifying_columns
from impact_eval.surveys.quality.by_school import schools_to_revisit
from impact_eval.surveys.quality.callbacks import find_callbacks

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Tables that show themselves one below the other.

    Attributes
    ----------
    schools : DataFrame
        Which school to revisit: columns TO_REVISIT.
    callbacks : DataFrame
        What to do: columns CALLBACKS, the most useful first.
    links : DataFrame
        Links by school, audience and two waves, with shares in percent.
    identifying : tuple of str
        Columns of the survey files, by their letters, that look as if they told who people are.
    """

    schools: DataFrame
    callbacks: DataFrame
    links: DataFrame
    identifying: tuple[str, ...]

    def __repr__(self) -> str:
        return f"What to follow up: {len(self.callbacks)} things"

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> dict[str, str]:
        columns = "".join(f"<li>{escape(one)}</li>" for one in self.identifying)
        parts = [
            "<p><strong>For the evaluator only.</strong> Nothing here is suppressed.</p>",
            _table("Schools to revisit or to call", self.schools),
            _table("What to do", self.callbacks),
            _table("People linked, by school", self.links),
            f"<h4>Columns that look as if they told who people are</h4><ul>{columns}</ul>"
            if columns
            else "",
        ]
        return {"text/html": "".join(parts), "text/plain": repr(self)}


def follow_up(study: Study, *, evaluator_view: bool = False) -> FollowUp | None:
    """Say what to call back for and which school to revisit, with files and rows.

    Parameters
    ----------
    study
        From `Study.open`; prepared.
    evaluator_view
        Without it nothing is looked up or shown. `impact-eval run` empties cells for evaluators and
        refuses a notebook whose parameter of this name is true.

    Returns
    -------
    FollowUp or None
        For the evaluator: nothing in it is suppressed, and none of it is for a page.

    Raises
    ------
    NotPreparedError
        If the study's tables are not there.
    """
    if not evaluator_view:
        return None
    tables = load_tables(study)
    callbacks = find_callbacks(tables, study)
    return FollowUp(
        schools_to_revisit(callbacks, tables),
        callbacks,
        link_rates(tables.links_summary),
        tuple(str(one) for one in identifying_columns(study)),
    )


def _table(title: str, table: DataFrame) -> str:
    html = table.to_html(index=False, na_rep="", border=0)
    return f"<h4>{escape(title)}</h4><div style='max-height:30em;overflow:auto'>{html}</div>"
