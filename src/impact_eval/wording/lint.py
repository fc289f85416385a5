"""The check of a rendered page: no word above the design, no number that no finding carries."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from impact_eval.disclosure import Released
from impact_eval.errors import Fault
from impact_eval.wording.cells_held import cell_faults, sign_faults
from impact_eval.wording.claims_held import claim_faults
from impact_eval.wording.directions import direction_faults
from impact_eval.wording.effects import raised_sentences
from impact_eval.wording.known_texts import strange_sentence_faults
from impact_eval.wording.ladder import forbidden_word_faults
from impact_eval.wording.marks import mark_faults
from impact_eval.wording.page_text import read_page
from impact_eval.wording.unmarked import unmarked_number_faults


def lint_page(
    html: str,
    released: Released,
    *,
    page: str = "page",
    planned: Callable[[str], float] | None = None,
    own: Iterable[str] = (),
    beside: Released | None = None,
) -> list[Fault]:
    """Read a rendered page and list what must not stand on it.

    Parameters
    ----------
    html
        The whole page.
    released
        Everything that was released for its study.
    page
        What to call the page in the faults.
    planned
        Computes the number of a plan at its address again; without it no such number may stand.
    own
        Texts that come with the page and are neither ours nor the study's: a notebook's prose,
        published sources, names of files. Their words are held against the design all the same.
    beside
        What was released of the same findings without the exclusions of the plan.

    Returns
    -------
    list of Fault
        Words above the rung of the study's design; sentences that come from no known text; claims
        that differ from what their finding says; numbers of tables that their heading or their row
        does not name, and signs that are not those of their number; `<data>` whose finding was not
        released, whose value is none of that finding's numbers, or which shows another number;
        digits outside `<data>` that are neither dates nor part of a declared label. Empty for a
        good page.
    """
    read = read_page(html)
    own = tuple(own)
    earned = [one.striptags() for one in raised_sentences(released)]
    return [
        *forbidden_word_faults(read, released.facts, page=page, earned=earned),
        *mark_faults(read, released, page=page, planned=planned, beside=beside),
        *unmarked_number_faults(read, released, page=page, own=own),
        *claim_faults(read, released, page=page),
        *sign_faults(read, page=page),
        *direction_faults(read, released, page=page),
        *cell_faults(read, released, page=page, beside=beside),
        *strange_sentence_faults(read, released, page=page, own=own),
    ]
