"""What the lost could make of a change, a second time: dense fits, plain loops, the same draws."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from impact_eval.estimators.missing import imputed_gain
from impact_eval.findings.explained.behind import Behind
from impact_eval.findings.explained.recompute import lost_sides, roll_out_ways

STEPS: Final = 500
CLOSE: Final = 1e-11
SEED: Final = 1


def with_lost(behind: Behind) -> float | dict[str, float]:
    """Compute the weighted or imputed gain, or the bounds; of an interval nothing again."""
    row = behind.row
    people = _people(behind)
    if row["estimator"] == "retention_weights":
        again = _weighted(behind, people)
        if row["estimand"] != "participants":
            return float(np.average(again["gain"], weights=again["weight"]))
        inside = again.assign(part=again["gain"] * again["weight"]).groupby("school")
        own = inside["part"].sum() / inside["weight"].sum()
        share = people[people["school"].isin(own.index)].groupby("school").size()
        return float((own * share).sum() / share.sum())
    if row["estimator"] == "imputation":
        return _imputed(behind, people)["estimate"]
    if str(row["variant"]).endswith("interval"):
        return {"conf_low": float(row["conf_low"]), "conf_high": float(row["conf_high"])}
    low, high = _range(behind)
    return {"conf_low": _filled(behind, people, low), "conf_high": _filled(behind, people, high)}


def sides_with_lost(behind: Behind) -> dict[str, float]:
    """Compute the bounds of both sides and put them together; of an interval nothing again."""
    row = behind.row
    if behind.study.design == "staggered":
        return roll_out_ways.worst_case(behind)
    if str(row["variant"]).endswith("interval"):
        return {"conf_low": float(row["conf_low"]), "conf_high": float(row["conf_high"])}
    people = _people(behind)
    people["with"] = people["group"] == "programme"
    if row["estimator"] == "retention_weights":
        return {"estimate": lost_sides.weighted(behind, people, _by_side(behind, people))}
    if row["estimator"] == "imputation":
        return {"estimate": lost_sides.imputed(behind, people, _known(people)[1:])["estimate"]}
    if row["estimator"] == "lee":
        return _lee(people)
    ends = [
        [float((part["post"].fillna(end) - part["pre"]).mean()) for end in _range(behind)]
        for part in (people[people["with"]], people[~people["with"]])
    ]
    (lower, upper), (other_lower, other_upper) = ends
    return {"conf_low": lower - other_upper, "conf_high": upper - other_lower}


def lost(behind: Behind) -> float:
    """Count who has no later score; by school, or workshop, where codes fail."""
    if behind.study.design == "staggered":
        return roll_out_ways.lost(behind)
    if not str(behind.row["variant"]):
        return float(_people(behind)["post"].isna().sum())
    return float(_by_place(behind)["lost"].sum())


def balance(behind: Behind) -> float:
    """Compare those seen again with all asked before, weighted or not."""
    everybody = _people(behind)
    return max(
        _largest(behind, everybody[everybody["side"] == side], again)
        for side, again in _by_side(behind, everybody).items()
    )


def _largest(behind: Behind, people: pd.DataFrame, again: pd.DataFrame) -> float:
    """Look for the largest distance of one side's people seen again from all of them."""
    if behind.row["variant"] == "before":
        again = again.assign(weight=1.0)
    people = people[people["school"].isin(again["school"])]
    largest = 0.0
    for name in _known(people):
        spread = people[name].std(ddof=0)
        mean = float(np.average(again[name], weights=again["weight"]))
        if spread > 0:
            largest = max(largest, abs(mean - float(people[name].mean())) / float(spread))
    return largest


def effective_sample(behind: Behind) -> float:
    """Divide the squared sum of the weights by the sum of their squares."""
    sides = _by_side(behind, _people(behind)).values()
    weights = [again["weight"] for again in sides]
    return sum(float(weight.sum() ** 2 / (weight**2).sum()) for weight in weights)


def missing_information(behind: Behind) -> float:
    """Take the missing information of the same draws."""
    people = _people(behind)
    if not behind.row["contrast"]:
        return 100 * _imputed(behind, people)["missing"]
    return 100 * lost_sides.imputed(behind, people, _known(people)[1:])["missing"]


def _people(behind: Behind) -> pd.DataFrame:
    """Everybody with an earlier score: pre, post, places, and the other columns known before."""
    before, after = behind.wave("wave_from"), behind.wave("wave_to")
    later = after[after["person"] != ""].set_index("person")["value"]
    people = before.rename(columns={"value": "pre"}).sort_values("submission_id")
    people["post"] = people["person"].where(people["person"] != "").map(later)
    forms = behind.tables.submissions.set_index("submission_id")
    for outcome in behind.study.outcomes_of(behind.row["audience"]):
        if outcome.id != behind.row["outcome"]:
            scores = behind.tables.scores[behind.tables.scores["outcome"] == outcome.id]
            own = people["submission_id"].map(scores.set_index("submission_id")["score"])
            if own.notna().any():
                people[f"x_{outcome.id}"] = own.fillna(own.mean())
                people[f"x_{outcome.id}_missing"] = own.isna().astype(float)
    for group in behind.study.subgroups:
        if group.id in forms:
            levels = people["submission_id"].map(forms[group.id]).fillna("")
            for level in sorted(set(levels)):
                people[f"x_{group.id}_{level}"] = (levels == level).astype(float)
    people["side"] = people["group"] if behind.row["contrast"] else ""
    return people.reset_index(drop=True)


def _by_side(behind: Behind, people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Weigh those seen again of each side, or of all where there are none."""
    return {
        str(side): _weighted(behind, own.reset_index(drop=True))
        for side, own in people.groupby("side")
    }


def _known(people: pd.DataFrame) -> list[str]:
    return ["pre", *(str(name) for name in people.columns if str(name).startswith("x_"))]


def _weighted(behind: Behind, people: pd.DataFrame) -> pd.DataFrame:
    """Give those seen again gains and trimmed weights, by a dense penalised logit."""
    seen_in = people.groupby("school")["post"].transform("count") > 0
    people = people[seen_in].reset_index(drop=True)
    seen = people["post"].notna().to_numpy(dtype=float)
    x = people[_known(people)].to_numpy(dtype=float)
    x = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
    dummies = pd.get_dummies(people["school"]).to_numpy(dtype=float)
    design = np.column_stack([dummies, x])
    design = _independent(design, dummies=range(dummies.shape[1]))
    slope = np.zeros(design.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-design @ slope))
        inverse = np.linalg.inv((design * (chance * (1 - chance))[:, None]).T @ design)
        hat = chance * (1 - chance) * ((design @ inverse) * design).sum(axis=1)
        step = inverse @ (design.T @ (seen - chance + hat * (0.5 - chance)))
        longest = float(np.abs(step).max())
        slope += step * min(0.5, 1 / max(longest, CLOSE))
        if longest < CLOSE:
            break
    again: pd.DataFrame = people[seen == 1].copy()
    weight = seen.mean() / (1 / (1 + np.exp(-design @ slope)))[seen == 1]
    again["weight"] = np.clip(weight, *np.quantile(weight, (0.01, 0.99)))
    again["gain"] = again["post"] - again["pre"]
    return again


def _independent(design: np.ndarray, *, dummies: range) -> np.ndarray:
    """Drop every column that those before it give already, or all but give."""
    kept: list[int] = []
    for k in range(design.shape[1]):
        own, basis = design[:, k], design[:, kept]
        rest = own - basis @ np.linalg.lstsq(basis, own, rcond=None)[0] if kept else own
        if rest @ rest > 1e-4 * len(design) or k in dummies:
            kept.append(k)
    return design[:, kept]


def _imputed(behind: Behind, people: pd.DataFrame) -> dict[str, float]:
    held = behind.row["estimand"] == "participants"
    found = imputed_gain(
        people["pre"],
        people["post"],
        people["workshop" if held else "cluster"],
        group=people["workshop" if held else "school"],
        seed=SEED,
        covariates=people[_known(people)[1:]],
        hold_groups=people["school"] if held else None,
    )
    return {"estimate": found.estimate.estimate, "missing": found.missing_information}


def _range(behind: Behind) -> tuple[float, float]:
    row = behind.row
    return behind.study.outcome_range(row["audience"], row["outcome"], row["wave_to"])


def _by_place(behind: Behind) -> pd.DataFrame:
    """Means and numbers of each place and wave, and how many it lost."""
    place = "workshop" if behind.row["estimand"] == "participants" else "school"
    before, after = (
        _sizes(behind.wave(which), place, name)
        for which, name in (("wave_from", "pre"), ("wave_to", "post"))
    )
    table = before.join(after, how="outer").fillna(0.0)
    table["linked"] = behind.linked().groupby(place).size()
    most = (table["size_pre"] - table["linked"].fillna(0.0)).clip(lower=0)
    fewest = (table["size_pre"] - table["size_post"]).clip(lower=0)
    fewer = str(behind.row["variant"]).startswith("fewest")
    table["lost"] = np.minimum(fewest, most) if fewer else most
    return table


def _sizes(forms: pd.DataFrame, place: str, name: str) -> pd.DataFrame:
    own = forms.groupby(place)["value"].agg(["size", "mean"])
    return own.set_axis([f"size_{name}", f"mean_{name}"], axis=1)


def _filled(behind: Behind, people: pd.DataFrame, end: float) -> float:
    """Give all lost people one later score, and take the change again."""
    if not str(behind.row["variant"]):
        return float((people["post"].fillna(end) - people["pre"]).mean())
    table = _by_place(behind)
    later = table["size_post"] + table["lost"]
    kept = table[(table["size_pre"] > 0) & (later > 0)]
    later = later[kept.index]
    mean = (kept["size_post"] * kept["mean_post"] + kept["lost"] * end) / later
    weight = kept["size_pre"] * later / (kept["size_pre"] + later)
    return float(((mean - kept["mean_pre"]) * weight).sum() / weight.sum())


def _lee(people: pd.DataFrame) -> dict[str, float]:
    """Trim the side that answered more, answer by answer, the last one in part."""
    sides = [people.loc[people["with"] == side, "post"] for side in (True, False)]
    rates = [float(side.notna().mean()) for side in sides]
    more = 0 if rates[0] >= rates[1] else 1
    keep = min(rates) / max(rates) * sides[more].count()
    means = []
    for ascending in (True, False):
        ordered = sides[more].dropna().sort_values(ascending=ascending).to_numpy()
        part = np.clip(keep - np.arange(ordered.size), 0, 1)
        means.append(float(part @ ordered / keep))
    other = float(sides[1 - more].mean())
    low, high = (mean - other for mean in means)
    if more:
        low, high = -high, -low
    return {"conf_low": low, "conf_high": high}
