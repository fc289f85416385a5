"""What a design with few clusters can and cannot show, computed before any data are seen."""

from __future__ import annotations

from impact_eval.estimators.estimate import EstimatorCallError

ENOUGH_TO_GENERALISE = 4


def smallest_sign_flip_p(n_clusters: int) -> float:
    """Compute the smallest two-sided p that a sign-flip test with so many clusters can give.

    Parameters
    ----------
    n_clusters
        At least 1.

    Returns
    -------
    float
        2 / 2^n_clusters: of all equally likely sign patterns two are the most extreme.

    Raises
    ------
    EstimatorCallError
        If `n_clusters` is less than 1.

    References
    ----------
    Canay, Romano and Shaikh (2017), Econometrica 85(3), 1013-1030, on tests by sign changes.

    Examples
    --------
    >>> [smallest_sign_flip_p(g) for g in (1, 2, 4, 6)]
    [1.0, 0.5, 0.125, 0.03125]
    """
    _check_clusters(n_clusters, 1)
    return float(2.0 ** (1 - n_clusters))


def refusal(n_clusters: int, *, unit: str = "school") -> str:
    """Say why so few clusters say nothing about others like them; empty from 4 on.

    Parameters
    ----------
    n_clusters
        How many clusters there are.
    unit
        What a cluster is, in the singular.

    Returns
    -------
    str
        A clause without capital or full stop, or an empty text.

    Examples
    --------
    >>> refusal(2)
    'with 2 schools too little is known of others: by luck alone all would change the same way with
    a probability of 0.50; at least four schools are needed'
    >>> refusal(1, unit="trainer")
    'with 1 trainer nothing separates the change from what is particular to that trainer'
    """
    if n_clusters < 1:
        return f"there is no {unit} with data"
    if n_clusters == 1:
        return f"with 1 {unit} nothing separates the change from what is particular to that {unit}"
    if n_clusters >= ENOUGH_TO_GENERALISE:
        return ""
    smallest = smallest_sign_flip_p(n_clusters)
    return (
        f"with {n_clusters} {unit}s too little is known of others: by luck alone all would change "
        f"the same way with a probability of {smallest:.2f}; at least four {unit}s are needed"
    )


def _check_clusters(n_clusters: int, least: int) -> None:
    if n_clusters < least:
        raise EstimatorCallError(f"`n_clusters` must be at least {least}; got {n_clusters}")
