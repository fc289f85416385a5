"""Numbers of exposure a second time: means by words, and plain least squares with dummies."""

from __future__ import annotations

import numpy as np
import pandas as pd

from impact_eval.findings.data.arms import AND, CONTRAST, PROGRAMME, SIDES, subgroup_of
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute.roll_outs import cohorts_of
from impact_eval.findings.explained.recompute.scores import school_weight
from impact_eval.study.arms import ARM, WORKSHOP_WAVE

HIGH, LOW = ("yes", "more"), ("no", "least")


def exposure_number(behind: Behind) -> float:
    """Average over those who said a word, or subtract; of two sides subtract once more."""
    if behind.row["contrast"] == CONTRAST:
        numbers = [_number(_on_side(behind, side)) for side in SIDES]
        return numbers[0] - numbers[1]
    return _number(behind)


def exposure_slope(behind: Behind) -> float:
    """Fit scores on exposure beside dummies of the schools."""
    asked = _with_scores(behind, _asked(behind, "wave_to")).dropna(subset=["amount"])
    school = pd.get_dummies(asked["school_id"]).to_numpy(dtype=float)
    design = np.column_stack([asked["amount"], school])
    return float(np.linalg.lstsq(design, asked["value"].to_numpy(), rcond=None)[0][0])


def exposure_change(behind: Behind) -> float:
    """Fit scores on wave, on exposure after and on not knowing, beside schools that both met."""
    waves = {
        name: _with_scores(behind, _asked(behind, name, everybody=True))
        for name in ("wave_from", "wave_to")
    }
    forms = pd.concat([one.assign(t=float(name == "wave_to")) for name, one in waves.items()])
    if not behind.rounds_differ:
        forms = forms[forms.groupby("school_id")["t"].transform("nunique") == 2]
    later = forms["t"] * forms["amount"].notna()
    columns = [forms["t"], later * forms["amount"].fillna(0.0), forms["t"] - later]
    levels = np.ones((len(forms), 1))
    if not behind.rounds_differ:
        levels = pd.get_dummies(forms["school_id"]).to_numpy(dtype=float)
    design = np.column_stack([*columns, levels])
    fitted = np.linalg.lstsq(design, forms["value"].to_numpy(dtype=float), rcond=None)[0]
    return float(fitted[0] + (fitted[1] if _words(behind) in HIGH else 0.0))


def _number(behind: Behind) -> float:
    """Take the percent who said a word, the mean of those who did, or yes less no."""
    words = _words(behind)
    asked = _asked(behind, "wave_to")
    if behind.row["quantity"] == "exposure_share":
        return float(100 * (asked["said"] == words).mean())
    asked = _with_scores(behind, asked)
    if behind.row["quantity"] == "exposed_mean":
        return _mean(behind, asked[asked["said"] == words])
    yes, no = asked["said"].isin(HIGH), asked["said"].isin(LOW)
    return _mean(behind, asked[yes]) - _mean(behind, asked[no])


def _on_side(behind: Behind, side: str) -> Behind:
    row = behind.row.copy()
    row["contrast"], row["subgroup"] = "", f"{row['subgroup']}{AND}{subgroup_of(side)}"
    return Behind(behind.study, behind.tables, row)


def _words(behind: Behind) -> str:
    return str(behind.row["subgroup"]).partition(AND)[0].partition(":")[2]


def _asked(behind: Behind, which: str, *, everybody: bool = False) -> pd.DataFrame:
    """Forms of a wave and side with what was said, as a word and as a number."""
    row, forms = behind.row, behind.tables.submissions
    words, _, side = str(row["subgroup"]).partition(AND)
    name = words.partition(":")[0]
    own = (forms["audience"] == row["audience"]) & (forms["wave"] == row[which])
    if row["phase"] and len(behind.study.phases) > 1:
        own &= forms["phase"] == row["phase"]
    if side:
        own &= forms["school_id"].isin(_schools_of(behind, side))
    said, amount = _said(behind, name)
    table: pd.DataFrame = forms[["submission_id", "school_id"]].assign(said=said, amount=amount)
    table = table[own]
    return table if everybody else table[table["said"] != ""]


def _schools_of(behind: Behind, side: str) -> list[str]:
    """List the schools of one side, or of those that had their workshop before one survey."""
    name, _, key = side.partition(":")
    if name == WORKSHOP_WAVE:
        begun = cohorts_of(behind)
        return list(begun.index[begun == key])
    roster = behind.tables.schools.drop_duplicates("school_id").set_index("school_id")
    with_it = {arm.id: arm.programme for arm in behind.study.arms}
    return list(roster.index[roster[ARM].map(with_it) == (side == subgroup_of(PROGRAMME))])


def _said(behind: Behind, name: str) -> tuple[pd.Series[str], pd.Series[float]]:
    forms = behind.tables.submissions
    doses = behind.study.facts().doses
    if name not in doses:
        words = forms[name].where(forms[name].isin(["yes", "no", "dont_know"]), "")
        return words, words.map({"yes": 1.0, "no": 0.0}).astype("float64")
    item = doses[name].item
    audience = behind.row["audience"]
    row = behind.study.items_of(audience).set_index("item_id").loc[item]
    given = forms[item].astype("float64").where(forms["audience"] == audience)
    least = given.min() if str(row["minimum"]) in ("", "nan") else float(str(row["minimum"]))
    amount = given - least
    words = pd.Series(np.where(amount > 0, "more", "least"), index=forms.index)
    return words.where(amount.notna(), ""), amount


def _with_scores(behind: Behind, asked: pd.DataFrame) -> pd.DataFrame:
    scores = behind.tables.scores
    scores = scores[scores["outcome"] == behind.row["outcome"]].dropna(subset=["score"])
    found: pd.DataFrame = asked.merge(scores.rename(columns={"score": "value"}), on="submission_id")
    return found


def _mean(behind: Behind, rows: pd.DataFrame) -> float:
    by_school = rows.groupby("school_id")["value"].agg(["mean", "size"])
    weight = school_weight(behind, by_school["size"].astype(float))
    weight = by_school["size"] if weight is None else weight
    return float((by_school["mean"] * weight).sum() / weight.sum())
