"""Reference numbers written by R and the simulated surveys they were computed on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[1] / "reference"
REAL_DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def reference():
    """Return a reader of R's answers by the name of the script."""
    return lambda name: json.loads((REFERENCE / f"{name}.json").read_text())


@pytest.fixture(scope="session")
def a12():
    """Twelve schools, everybody in both waves, one row a survey."""
    return pd.read_csv(REFERENCE / "a12_long.csv")


@pytest.fixture(scope="session")
def a12_wide():
    return pd.read_csv(REFERENCE / "a12_wide.csv")


@pytest.fixture(scope="session")
def unbal():
    """Twelve schools with a quarter of the surveys lost at random."""
    return pd.read_csv(REFERENCE / "a12_unbal.csv")


@pytest.fixture(scope="session")
def b100():
    return pd.read_csv(REFERENCE / "b100_long.csv.gz")


@pytest.fixture(scope="session")
def b100_wide():
    return pd.read_csv(REFERENCE / "b100_wide.csv.gz")


@pytest.fixture(scope="session")
def c2():
    """Two schools with workshops of 45 people, one row a survey."""
    wide = pd.read_csv(REFERENCE / "c2_wide.csv")
    place = (wide.groupby("school").cumcount() + 1) // 45
    wide["workshop"] = wide["school"] + " " + place.astype(str)
    waves = [wide.assign(t=t, y=wide[name]) for t, name in enumerate(("pre", "post"))]
    return pd.concat(waves, ignore_index=True)


@pytest.fixture(scope="session")
def real_data():
    """Return the path of a real data file, or skip where the data are not at hand."""

    def find(name: str) -> Path:
        path = REAL_DATA / name
        if not path.exists():
            pytest.skip(f"real data are not beside this checkout: {name}")
        return path

    return find


@pytest.fixture(scope="session")
def agree():
    """Hold an estimate to R's b, se, df and p."""

    def check(estimate, expected, rel=1e-8):
        assert estimate.reason == ""
        found = (estimate.estimate, estimate.std_error, estimate.df, estimate.p_value)
        assert found == pytest.approx([expected[key] for key in ("b", "se", "df", "p")], rel=rel)

    return check


def rate(score, k):
    """Ratings from 1 to 5, as measurement.R makes them."""
    z = np.arange(1, score.size + 1)
    made = 3 + (0.5 + 0.15 * k) * score + 0.8 * np.sin((3 + 2 * k) * z + k)
    return np.clip(np.round(made), 1, 5)


@pytest.fixture(scope="session")
def ratings(b100_wide):
    """Five ratings in two waves, of which the second drifts and the fourth turns round."""
    pre, post = b100_wide.pre.to_numpy(), b100_wide.post.to_numpy()
    after = np.column_stack([rate(post, k) for k in range(1, 6)])
    after[:, 1], after[:, 3] = rate(post + 0.9, 2), rate(-0.4 * post, 4)
    return {"pre": np.column_stack([rate(pre, k) for k in range(1, 6)]), "post": after}
