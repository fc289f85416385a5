"""Roll-outs against other programs (diff-diff, csdid) and the published numbers of R's did."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from impact_eval.estimators.designs import staggered_effect

REFERENCE = Path(__file__).parents[1] / "reference"

# summary(att_gt(yname = "lemp", gname = "first.treat", idname = "countyreal", tname = "year",
#   xformla = ~1, data = mpdta)), of did, vignette "Getting Started with the did Package"; there
# the years before are compared step by step, which these are not. ATT, standard error (bootstrap)
PUBLISHED = {
    (2004, 2004): (-0.0105, 0.0243),
    (2004, 2005): (-0.0704, 0.0331),
    (2004, 2006): (-0.1373, 0.0412),
    (2004, 2007): (-0.1008, 0.0358),
    (2006, 2006): (-0.0046, 0.0175),
    (2006, 2007): (-0.0412, 0.0196),
    (2007, 2007): (-0.0261, 0.0175),
}
# aggte(out, type = "dynamic") of the same
PUBLISHED_SINCE = {0: -0.0199, 1: -0.0510, 2: -0.1373, 3: -0.1008}
# aggte(out, type = "group"), README of did
PUBLISHED_COHORTS = {2004: -0.0797, 2006: -0.0229, 2007: -0.0261}


@pytest.fixture(scope="module")
def schools():
    """Schools of the roll-out that answered at all five waves, a row a school and wave."""
    d = pd.read_csv(REFERENCE / "staggered.csv")
    means = d.groupby(["school", "wave"], as_index=False).agg(
        y=("y", "mean"), first_wave=("first_wave", "first")
    )
    return means[means.groupby("school").y.transform("size") == 5]


@pytest.fixture(scope="module")
def counties(reference):
    """Rows with the means and covariances of the counties' cohorts, on which all answers rest."""
    rng, parts = np.random.default_rng(1), []
    for first, own in reference("roll_out_peers")["counties"]["moments"].items():
        n, years = own["n"], np.arange(2003, 2008)
        drawn = rng.normal(size=(n, years.size))
        drawn = np.linalg.qr(drawn - drawn.mean(axis=0))[0] * np.sqrt(n - 1)
        scores = own["mean"] + drawn @ np.linalg.cholesky(own["cov"]).T
        parts.append(
            pd.DataFrame(
                {
                    "y": scores.ravel(),
                    "wave": np.tile(years, n),
                    "school": np.repeat([f"{first} {i}" for i in range(n)], years.size),
                    "first_wave": float(first) or np.nan,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(params=["schools", "counties"])
def both(request, reference):
    data = request.getfixturevalue(request.param)
    return data, reference("roll_out_peers")[request.param]


@pytest.mark.parametrize("waiting", ["not_yet", "to_the_end"])
def test_every_cell_and_average_of_other_programs(both, waiting):
    data, answers = both
    found = staggered_effect(data.y, data.wave, data.school, data.first_wave, waiting=waiting)
    peers = answers[waiting]
    theirs = peers["diff_diff"]
    assert {f"{c.cohort}_{c.wave}" for c in found.cells} == set(theirs["cells"])
    size = data.groupby("school").first_wave.first().value_counts()
    for cell in found.cells:
        effect, std_error = theirs["cells"][f"{cell.cohort}_{cell.wave}"]
        assert cell.estimate.estimate == pytest.approx(effect, abs=1e-9)
        if "csdid" in peers:
            other = peers["csdid"]["cells"][f"{cell.cohort}_{cell.wave}"]
            assert other == pytest.approx(effect, abs=1e-9)
        # theirs divides each group's squares by n, CR2 by n - 1: between the two factors
        factor = [n / (n - 1) for n in (cell.n_schools, cell.n_waiting)]
        ratio = (cell.estimate.std_error / std_error) ** 2
        assert min(factor) - 1e-9 <= ratio <= max(factor) + 1e-9
    for since in found.by_time_since:
        assert since.estimate.estimate == pytest.approx(theirs["since"][str(since.since)], abs=1e-9)
    of_cohorts = [theirs["cohorts"][str(int(first))] for first in size.index]
    overall = np.average(of_cohorts, weights=size)
    assert found.overall.estimate == pytest.approx(overall, abs=1e-9)
    if "csdid" in peers:
        assert found.overall.estimate == pytest.approx(peers["csdid"]["overall"], abs=1e-9)


def test_one_regression_of_all_interactions_gives_the_same_times(both):
    # Sun and Abraham (2021), with those that wait to the end as the comparison
    data, answers = both
    found = staggered_effect(data.y, data.wave, data.school, data.first_wave, waiting="to_the_end")
    assert {str(t.since) for t in found.by_time_since} == set(answers["sun_abraham"])
    for t in found.by_time_since:
        theirs = answers["sun_abraham"][str(t.since)]
        assert t.estimate.estimate == pytest.approx(theirs, abs=1e-7)


def test_published_effects_of_minimum_wages(counties):
    d = counties
    found = staggered_effect(d.y, d.wave, d.school, d.first_wave, waiting="to_the_end")
    cells = {(c.cohort, c.wave): c.estimate for c in found.cells if c.since >= 0}
    assert cells.keys() == PUBLISHED.keys()
    for place, (effect, std_error) in PUBLISHED.items():
        assert cells[place].estimate == pytest.approx(effect, abs=0.00005)
        assert cells[place].std_error == pytest.approx(std_error, rel=0.12)
    since = {t.since: t.estimate.estimate for t in found.by_time_since if t.since >= 0}
    assert since == pytest.approx(PUBLISHED_SINCE, abs=0.00005)
    for cohort, effect in PUBLISHED_COHORTS.items():
        own = np.mean([one.estimate for (g, _), one in cells.items() if g == cohort])
        assert own == pytest.approx(effect, abs=0.00005)
