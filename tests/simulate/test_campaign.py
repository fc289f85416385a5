"""The campaign: two rounds of other people, recall as a dose, no links."""

from __future__ import annotations

import numpy as np
import pandas as pd


def knowledge(written, frame, audience):
    items = written.codebook.query("audience == @audience and outcome == 'knowledge'")
    right = [frame[f"knowledge/{item.item_id}"].eq(item.correct) for item in items.itertuples()]
    return pd.concat(right, axis=1).sum(axis=1)


def clean(written, name):
    frame = written.exports[name]
    truth = written.rows[written.rows["source_file"] == name].set_index("source_row")
    keep = truth["fault"].isin(["", "school_name"]) & (truth["repeat"] == "")
    frame = frame.assign(school=truth["school_id"].to_numpy())
    return frame[keep.to_numpy()]


def test_sizes(tumar):
    kinds = {"students": ("school", 120, 2700, 3300), "parents": ("point", 200, 1800, 2200)}
    for plural, (kind, sites, low, high) in kinds.items():
        places = []
        for number in (1, 2):
            frame = clean(tumar, f"simulated_round_{number}_{plural}.csv")
            assert low < len(frame) < high
            assert frame["school"].nunique() == sites
            assert frame["school"].str.startswith(f"r{number}-{kind}").all()
            places.append(set(frame["school"]))
        assert not places[0] & places[1]
    assert tumar.roster["province"].nunique() == 20
    assert not list(tumar.raw.glob("*attendance*"))


def test_nobody_can_be_linked(tumar):
    assert not any("code" in name for frame in tumar.exports.values() for name in frame)
    assert tumar.rows.groupby("person")["wave"].nunique().max() == 1


def test_recall_rises_and_goes_with_knowledge(tumar):
    first = clean(tumar, "simulated_round_1_students.csv")
    second = clean(tumar, "simulated_round_2_students.csv")
    recalled = [frame.filter(like="recall/").eq("yes").sum(axis=1) for frame in (first, second)]
    truth = next(e for e in tumar.truth["outcomes"] if e["outcome"] == "recall")
    for found, mean in zip(recalled, truth["mean"], strict=True):
        # 3 % of cells are empty, which counts as not recalled here
        assert abs(found.mean() - 0.96 * mean) < 0.06
    together = np.corrcoef(recalled[1], knowledge(tumar, second, "student"))[0, 1]
    assert 0.02 < together < 0.30


def test_change_between_rounds(tumar):
    for audience, plural in (("student", "students"), ("parent", "parents")):
        parts = []
        for number in (1, 2):
            frame = clean(tumar, f"simulated_round_{number}_{plural}.csv")
            items = frame.filter(like="knowledge/")
            frame = frame[items.ne("").all(axis=1)]
            score = knowledge(tumar, frame, audience)
            by_site = score.groupby(frame["school"]).mean()
            parts.append((score.mean(), by_site.var() / len(by_site)))
        found = parts[1][0] - parts[0][0]
        truth = next(
            e
            for e in tumar.truth["outcomes"]
            if (e["audience"], e["outcome"]) == (audience, "knowledge")
        )
        error = np.sqrt(parts[0][1] + parts[1][1])
        assert abs(found - truth["change"][1]) < 4 * error
