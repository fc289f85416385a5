"""Delivery and doses a second time, from the tables and by plain least squares."""

from __future__ import annotations

import numpy as np
import pandas as pd

from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.flow import workshops_behind


def delivered(behind: Behind) -> float:
    """Count, add up or average the rows of the attendance file."""
    held, row = workshops_behind(behind), behind.row
    if row["subgroup"]:
        team = str(row["subgroup"]).partition(":")[2]
        teams = behind.tables.schools.set_index("school_id")["trainer_team"]
        held = held[held["school_id"].map(teams) == team]
    both = held[(held["sessions_planned"] > 0) & held["sessions_held"].notna()]
    if row["quantity"] == "workshops":
        return float(len(both if row["variant"] else held))
    if row["quantity"] == "sessions_share":
        return float(100 * both["sessions_held"].sum() / both["sessions_planned"].sum())
    if row["quantity"] in ("sessions_planned", "sessions_held"):
        return float(both[str(row["quantity"])].sum())
    column = "attended" if row["quantity"] == "people_per_workshop" else "minutes"
    return float(held[column].mean())


def dose_slope(behind: Behind) -> float:
    """Fit the slope by least squares with dummies of schools, or on the linked people's gains."""
    if behind.row["estimator"] == "linked_gain":
        return _of_linked(behind)
    held = workshops_behind(behind)
    mean = held.groupby("school_id")["sessions_held"].mean()
    forms = behind.forms.assign(dose=behind.forms["school"].map(mean)).dropna(subset=["dose"])
    forms = forms.assign(t=(forms["wave"] == behind.row["wave_to"]).astype(float))
    forms = forms[forms.groupby("school")["t"].transform("nunique") == 2]
    school = pd.get_dummies(forms["school"]).to_numpy(dtype=float)
    design = np.column_stack([forms["t"] * forms["dose"], forms["t"], school])
    return float(np.linalg.lstsq(design, forms["value"].to_numpy(), rcond=None)[0][0])


def _of_linked(behind: Behind) -> float:
    """Regress gains on the distance from the school's mean dose, and on that mean."""
    dose, _, part = str(behind.row["variant"]).partition(":")
    item = behind.study.facts().doses[dose].item
    later = behind.tables.submissions.set_index("submission_id")[item]
    post = behind.wave("wave_to")
    post = post.assign(dose=post["submission_id"].map(later)).dropna(subset=["dose"])
    post = post[post["person"] != ""][["person", "value", "dose"]]
    pre = behind.wave("wave_from").rename(columns={"value": "pre"})
    people = pre[pre["person"] != ""].merge(post, on="person")
    mean = people.groupby("school")["dose"].transform("mean")
    columns = {"within": people["dose"] - mean, "between": mean}
    wanted = columns.pop(part)
    design = np.column_stack([wanted, np.ones(len(people)), *columns.values()])
    gain = (people["value"] - people["pre"]).to_numpy()
    return float(np.linalg.lstsq(design, gain, rcond=None)[0][0])
