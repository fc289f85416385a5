"""Estimates from raw exports by plain pandas; shares no code with the simulator or the package.

Tolerances are four standard errors, estimated from trainer teams, schools or people as fits.
"""

from __future__ import annotations

import functools

import numpy as np
import pandas as pd

URDU = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
HARMLESS = ["", "school_name", "urdu_digits", "no_workshop", "wrong_date"]
CODE = ["code/code_1", "code/code_2", "code/code_3", "code/code_4"]


@functools.cache
def joined(written, file_part, *, clean=True):
    """Export rows with the truth of each row beside them, clean rows only unless asked."""
    parts = []
    for name, export in written.exports.items():
        if file_part not in name:
            continue
        rows = written.rows[written.rows["source_file"] == name].set_index("source_row")
        rows = rows.loc[export.index + 2].reset_index(drop=True).add_prefix("true_")
        parts.append(pd.concat([export, rows], axis=1))
    frame = pd.concat(parts, ignore_index=True).fillna("")
    if clean:
        frame = frame[frame["true_fault"].isin(HARMLESS) & (frame["true_repeat"] == "")]
        frame = frame[~frame["true_made_up"].astype(bool)]
        for audience, batches in written.truth["batches"].items():
            stretched = frame["true_school_id"].isin(batches["seven_steps_at_first_wave"])
            frame = frame[~(stretched & (frame["true_audience"] == audience))]
    return frame.reset_index(drop=True)


def item_numbers(written, frame, audience, outcome):
    """Items as numbers after reversal; NaN where there is no valid answer."""
    items = written.codebook
    items = items[(items["audience"] == audience) & (items["outcome"] == outcome)]
    columns = {}
    for item in items.itertuples():
        cells = frame[f"{outcome}/{item.item_id}"].map(lambda cell: cell.translate(URDU))
        if item.type == "choice":
            number = cells.eq(item.correct).astype(float).where(cells != "")
        else:
            number = pd.to_numeric(cells, errors="coerce")
            low, high = float(item.minimum), float(item.maximum)
            number = number.where(number.between(low, high))
            number = low + high - number if item.reverse else number
        columns[item.item_id] = number
    return pd.DataFrame(columns)


def score(written, frame, audience, outcome):
    items = item_numbers(written, frame, audience, outcome)
    is_count = "choice" in set(
        written.codebook.query("audience == @audience and outcome == @outcome")["type"]
    )
    total = items.sum(axis=1) if is_count else items.mean(axis=1)
    return total.where(items.notna().all(axis=1))


@functools.cache
def by_wave(written, audience, outcome, phase):
    """A row per person: school, workshop, team, and the score in each wave."""
    frame = joined(written, f"{phase.replace('_', '')}_{audience}")
    frame = frame.assign(score=score(written, frame, audience, outcome))
    keys = ["true_person", "true_school_id", "true_workshop_id"]
    wide = frame.pivot_table(index=keys, columns="true_wave", values="score").reset_index()
    teams = written.roster.set_index("school_id")["trainer_team"]
    wide["team"] = wide["true_school_id"].map(teams)
    return wide


def declared(written, audience, outcome, phase="phase_2"):
    return next(
        each
        for each in written.truth["outcomes"]
        if (each["audience"], each["outcome"], each["phase"]) == (audience, outcome, phase)
    )


def cluster_mean(values, clusters):
    """Mean of the people, and its standard error from the clusters' totals."""
    values, clusters = np.asarray(values), np.asarray(clusters)
    residual = pd.Series(values - values.mean()).groupby(clusters).sum()
    count = len(residual)
    return values.mean(), np.sqrt((residual**2).sum() * count / (count - 1)) / len(values)


def pair_correlation(values, school, unit, team):
    """Correlation of two people of one school and different units, with its standard error.

    The mean product of deviations over such pairs, for each school, over the variance. A unit is a
    workshop, or a person where a school has one workshop.
    """
    deviation = np.asarray(values) - np.mean(values)
    frame = pd.DataFrame({"d": deviation, "school": np.asarray(school), "unit": np.asarray(unit)})
    sums = frame.groupby(["school", "unit"])["d"].agg(["sum", "size"])
    total = sums.groupby("school").sum()
    squares = (sums**2).groupby("school").sum()
    pairs = total["size"] ** 2 - squares["size"]
    product = ((total["sum"] ** 2 - squares["sum"]) / pairs)[pairs > 0]
    per_team = product.groupby(team.reindex(product.index).to_numpy()).mean()
    weights = product.groupby(team.reindex(product.index).to_numpy()).size()
    spread = np.sqrt((weights**2 * (per_team - product.mean()) ** 2).sum()) / weights.sum()
    return product.mean() / deviation.var(), spread / deviation.var()


def cronbach(items):
    complete = items.dropna().to_numpy()
    count = complete.shape[1]
    return count / (count - 1) * (1 - complete.var(axis=0).sum() / complete.sum(axis=1).var())


def close(found, truth, error, least=0.0):
    assert abs(found - truth) < max(4 * error, least), (found, truth, error)


def code_agreement(frame):
    """Whether the codes of people who are there before and after agree, case and spaces aside."""
    code = frame[CODE].apply(
        lambda column: column.str.translate(URDU).str.strip().str.lower().str.lstrip("0")
    )
    frame = frame.assign(code=code.agg("|".join, axis=1))
    first = frame[frame["true_wave"] == "pre"].set_index("true_person")
    later = frame[frame["true_wave"] == "post"].set_index("true_person")
    both = first.index.intersection(later.index)
    same = first.loc[both, "code"] == later.loc[both, "code"]
    return pd.DataFrame({"same": same, "school": first.loc[both, "true_school_id"]})
