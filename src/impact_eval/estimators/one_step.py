"""By how much each cluster moves parameters of a proportional odds model, in one Newton step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from impact_eval.estimators.inputs import Floats
from impact_eval.estimators.proportional_odds import derivatives

_SINGULAR = 1e-10


def cluster_moves(
    counts: Floats, patterns: Floats, at: Floats, which: Sequence[int], *, squared: Floats
) -> tuple[Floats, Floats] | None:
    """Leave out each cluster in one Newton step; how these moves go together if people do not.

    Parameters
    ----------
    counts
        Shape (G, p, J): weights of each cluster's people of a pattern who gave each answer.
    patterns
        Shape (p, k), as for `fit_proportional_odds`.
    at
        Shape (J - 1 + k,): thresholds, then slopes, where the gradient of all together is nought.
    which
        q places in `at`.
    squared
        As `counts`, of squared weights: what the gradient varies by. The same array without
        weights.

    Returns
    -------
    tuple or None
        Shapes (q, G), the moves d_g = (H - H_g)^-1 s_g, and (q, q, G, G), their covariances under
        independent people; None where a cluster cannot be left out.

    Notes
    -----
    With s_g a cluster's gradient at the fit, H_g its information and J_g that of squared weights:
    Cov(s_g, s_h) = [g = h] J_g - H_g H^-1 J_h - J_g H^-1 H_h + H_g H^-1 J H^-1 H_h.
    """
    gradient, own = derivatives(counts, patterns, at)
    spread = own if squared is counts else derivatives(squared, patterns, at)[1]
    whole = own.sum(axis=0)
    rest = whole - own
    if np.linalg.cond(rest).max() > 1 / _SINGULAR:
        return None
    moves = np.linalg.solve(rest, gradient[..., None])[:, list(which), 0].T
    pull = np.linalg.solve(rest, np.broadcast_to(np.eye(len(whole))[:, list(which)], (
        len(own), len(whole), len(which))))  # fmt: skip
    pull = np.moveaxis(pull, 2, 0)
    through = np.linalg.solve(whole, np.einsum("gkl,qgl->qkg", own, pull))
    apart = np.einsum("gkl,qgl->qgk", spread, pull)
    one_way = np.einsum("sgk,tkh->stgh", apart, through)
    together = np.einsum("skg,kl,tlh->stgh", through, spread.sum(axis=0), through)
    together -= one_way + np.einsum("stgh->tshg", one_way)
    place = np.arange(len(own))
    together[:, :, place, place] += np.einsum("sgk,tgk->stg", pull, apart)
    return moves, together
