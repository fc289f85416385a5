"""The cautions of a finding in sentences, with their arithmetic."""

from __future__ import annotations

from collections.abc import Collection
from math import isfinite

from markupsafe import Markup

from impact_eval.disclosure import Finding, Released
from impact_eval.wording.derived import smallest_sign_flip_p
from impact_eval.wording.numbers import marked
from impact_eval.wording.strings import DEFAULT, fitting_sentence, text

SAID_IN_CLAIMS = frozenset({"neutral", "no_programme", "other_respondents"})
SAID_OF_EFFECTS = frozenset(
    {"groups_not_comparable", "estimates_disagree", "linked_gains_disagree", "attrition_low"}
)
SAID_WITH_VERDICT = frozenset({"attrition_high", "attrition_unknown"})
WITHIN_SCHOOLS = ("workshop", "workshops")
TOO_FEW = "refused_few_clusters"


def said_in_claim(finding: Finding) -> frozenset[str]:
    """Return the ids of cautions that the claim about a finding says already."""
    said = SAID_IN_CLAIMS | {TOO_FEW} if finding.reason else SAID_IN_CLAIMS
    if finding.quantity == "effect":
        said |= SAID_OF_EFFECTS
        said |= SAID_WITH_VERDICT if finding.verdict else frozenset()
    return said


def caution_sentences(
    released: Released,
    finding: Finding,
    *,
    leave_out: Collection[str] = (),
    language: str = DEFAULT,
) -> tuple[Markup, ...]:
    """Say each caution of a finding in a sentence.

    Parameters
    ----------
    released
        For the nouns of sites and clusters.
    finding
        With its `cautions`.
    leave_out
        Ids that are said elsewhere; `SAID_IN_CLAIMS` beside a claim.
    language
        ISO 639-1 code.

    Returns
    -------
    tuple of Markup
        In the order of the ids.

    Raises
    ------
    UnknownNameError
        If an id has no sentence.
    """
    return tuple(
        caution_sentence(released, finding, caution, language=language)
        for caution in finding.caution_ids
        if caution not in leave_out
    )


def caution_sentence(
    released: Released, finding: Finding, caution: str, *, language: str = DEFAULT
) -> Markup:
    """Say one caution of a finding."""
    values = _values(released, finding, language)
    return _capital(fitting_sentence(f"cautions.{caution}", values, language=language))


def _values(released: Released, finding: Finding, language: str) -> dict[str, object]:
    """Return what the sentences may ask for."""
    facts = released.facts
    site, sites = facts.site_nouns.get(finding.audience, ("", ""))
    cluster, clusters = facts.cluster_nouns.get(finding.audience, ("", ""))
    if finding.estimand == "participants":
        cluster, clusters = (text(f"nouns.{n}", language=language) for n in WITHIN_SCHOOLS)
    values: dict[str, object] = {
        "site": site,
        "sites": sites,
        "clusters": cluster if finding.n_clusters == 1 else clusters,
    }
    if isfinite(finding.n_clusters):
        values["n_clusters"] = marked(finding.finding_id, finding.n_clusters, language=language)
        smallest = smallest_sign_flip_p(finding.n_clusters)
        values["smallest_p"] = marked(
            finding.finding_id, smallest, decimals=2 if smallest > 0.05 else 3, language=language
        )
    if isfinite(finding.df):
        values["df"] = marked(finding.finding_id, finding.df, decimals=1, language=language)
    return values


def _capital(words: Markup) -> Markup:
    """Begin with a capital letter; our sentences may begin with a declared noun."""
    return words[:1].upper() + words[1:]
