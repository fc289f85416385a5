"""What other programs say of the roll-out of staggered.csv, and of counties' minimum wages.

None of them is needed by this project. In an environment of their own, in this folder:

    pip install diff-diff==3.13.0 csdid==0.4.3 pandas
    python roll_out_peers.py [mpdta.csv]

writes roll_out_peers.json. The counties are those of Callaway and Sant'Anna (2021), in R
`write.csv(did::mpdta, "mpdta.csv", row.names = FALSE)`; their rows are not in this repository, only
the means and covariances of each cohort, from which rows are made that give the same answers.
Without the file the old ones are kept.
"""

import contextlib
import io
import json
import sys
import warnings
from pathlib import Path

import pandas as pd
from csdid.att_gt import ATTgt
from diff_diff import CallawaySantAnna, SunAbraham

COMPARED = {"to_the_end": ("nevertreated", "never_treated"),
            "not_yet": ("notyettreated", "not_yet_treated")}  # fmt: skip


def ask_diff_diff(panel: pd.DataFrame, group: str) -> dict[str, object]:
    """CallawaySantAnna(control_group=group, estimation_method="reg", base_period="universal")."""
    asked = CallawaySantAnna(
        control_group=group, estimation_method="reg", base_period="universal"
    ).fit(panel, outcome="y", unit="unit", time="wave", first_treat="first", aggregate="all")
    cells = asked.group_time_effects.items()
    return {
        "cells": {f"{g}_{t}": [v["effect"], v["se"]] for (g, t), v in cells if t != g - 1},
        "cohorts": {str(g): v["effect"] for g, v in asked.group_effects.items()},
        "since": {str(e): v["effect"] for e, v in asked.event_study_effects.items() if e != -1},
    }


def ask_csdid(panel: pd.DataFrame, group: str) -> dict[str, object]:
    """ATTgt(control_group=group).fit(est_method="reg", base_period="universal", bstrap=False)."""
    asked = ATTgt(
        yname="y", gname="first", idname="unit", tname="wave", control_group=group,
        xformla="y~1", data=panel,
    )  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()):
        asked.fit(est_method="reg", base_period="universal", bstrap=False)
        found = asked.results
        overall = asked.aggte("group").atte["overall_att"]
    cells = zip(found["group"], found["year"], found["att"], strict=True)
    return {
        "cells": {f"{int(g)}_{int(t)}": float(att) for g, t, att in cells if t != g - 1},
        "overall": float(overall),
    }


def ask_sun_abraham(panel: pd.DataFrame) -> dict[str, float]:
    """SunAbraham(control_group="never_treated"): effects by time since, one regression of all."""
    asked = SunAbraham(control_group="never_treated").fit(
        panel, outcome="y", unit="unit", time="wave", first_treat="first"
    )
    return {str(e): float(v["effect"]) for e, v in asked.event_study_effects.items()}


def ask_all(panel: pd.DataFrame) -> dict[str, dict[str, object]]:
    """Ask all of them; csdid compares with no group of fewer than six that wait to the end."""
    answers: dict[str, dict[str, object]] = {"sun_abraham": ask_sun_abraham(panel)}
    never = panel[panel["first"] == 0].unit.nunique()
    for ours, (csdid, diff_diff) in COMPARED.items():
        answers[ours] = {"diff_diff": ask_diff_diff(panel, diff_diff)}
        if ours == "not_yet" or never > 5:
            answers[ours]["csdid"] = ask_csdid(panel, csdid)
    return answers


def school_means() -> pd.DataFrame:
    """Schools with answers at all five waves, a row a school and wave."""
    d = pd.read_csv("staggered.csv")
    means = {"y": ("y", "mean"), "first": ("first_wave", "first")}
    panel = d.groupby(["school", "wave"], as_index=False).agg(**means)
    panel = panel[panel.groupby("school").y.transform("size") == 5].fillna({"first": 0})
    panel["unit"] = pd.factorize(panel.school)[0] + 1
    return panel[["unit", "wave", "first", "y"]].astype({"first": int})


def moments(panel: pd.DataFrame) -> dict[str, object]:
    """Number, means and covariances (divisor n - 1) of the units of each cohort."""
    wide = panel.pivot_table(index="unit", columns="wave", values="y")
    first = panel.groupby("unit")["first"].first()
    return {
        str(g): {"n": len(own), "mean": own.mean().tolist(), "cov": own.cov().to_numpy().tolist()}
        for g, own in wide.groupby(first)
    }


def counties(path: str) -> dict[str, object]:
    given = pd.read_csv(path)
    names = {"countyreal": "unit", "year": "wave", "first.treat": "first", "lemp": "y"}
    panel = given.rename(columns=names)[list(names.values())]
    return {"moments": moments(panel), **ask_all(panel)}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    target = Path("roll_out_peers.json")
    old = json.loads(target.read_text()) if target.exists() else {}
    answers = {"schools": ask_all(school_means()),
               "counties": counties(sys.argv[1]) if sys.argv[1:] else old["counties"]}  # fmt: skip
    target.write_text(json.dumps(answers, indent=1) + "\n")
