"""Behind a number: for the evaluator, never for a published page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from impact_eval import findings
from impact_eval.study import Study

if TYPE_CHECKING:
    from impact_eval.findings import Explanation


@dataclass(frozen=True, slots=True)
class Explained:
    """An `Explanation` that shows itself; `explanation` holds the values."""

    explanation: Explanation

    def __str__(self) -> str:
        return "\n".join(f"{name}: {value}" for name, value in _lines(self.explanation))

    def __repr__(self) -> str:
        return f"Explanation of {self.explanation.finding_id}"

    def _repr_mimebundle_(
        self, include: Sequence[str] | None = None, exclude: Sequence[str] | None = None
    ) -> dict[str, str]:
        rows = "".join(
            f"<tr><th scope='row' style='text-align:left'>{escape(name)}</th>"
            f"<td style='text-align:left'>{escape(value)}</td></tr>"
            for name, value in _lines(self.explanation)
        )
        return {"text/html": f"<table>{rows}</table>", "text/plain": repr(self)}


def explain(study: Study, finding_id: str) -> Explained:
    """Go behind one number: its address, method, formula and counts, and the number recomputed.

    Parameters
    ----------
    study
        From `Study.open`; prepared.
    finding_id
        As the attribute `data-finding` of a page has it.

    Returns
    -------
    Explained
        For the evaluator: nothing in it is suppressed.

    Raises
    ------
    UnknownNameError
        If the study has no such finding.
    """
    return Explained(findings.explain(study, finding_id))


def _lines(explanation: Explanation) -> list[tuple[str, str]]:
    """Name and value of what is known, numbers to ten digits so that machines agree."""
    lines = [("finding", explanation.finding_id)]
    lines += [(name, str(value)) for name, value in explanation.address.items()]
    lines += [("method", explanation.method), ("formula", explanation.formula)]
    lines += [(name, str(value)) for name, value in explanation.counts.items()]
    for name, value in explanation.numbers.items():
        again = explanation.recomputed.get(name)
        beside = f"; recomputed {again:.10g}" if again is not None else ""
        lines.append((name, f"{value:.10g}{beside}"))
    lines += [("not recomputed", _once(explanation)), ("reason", explanation.reason)]
    lines += [("checked", str(explanation.source))]
    return [(name, value) for name, value in lines if value]


def _once(explanation: Explanation) -> str:
    """Say plainly which numbers rest on their tests alone, such as the p-value of a family."""
    if not explanation.once or not explanation.recomputed:
        return ""
    again = " and ".join(explanation.recomputed)
    return (
        f"only {again} here; what else is given ({', '.join(explanation.once)}) rests on the tests"
        " named below"
    )
