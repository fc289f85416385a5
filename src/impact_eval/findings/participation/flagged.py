"""How many of the used forms somebody should look at, by flag."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from impact_eval.estimators.estimate import describe
from impact_eval.findings.address import Address
from impact_eval.findings.data.study_data import StudyData
from impact_eval.findings.finding import Finding
from impact_eval.vocabulary import END_FLAGS, FORM_FLAGS

_METHOD: Final = "used forms with the flag, of all used forms"


def flagged(data: StudyData, done: Mapping[str, Finding]) -> Iterator[Finding]:
    """Yield the percentage of forms with each flag that occurs in the study, by wave.

    Flags by which the plan leaves forms out are not among them: those forms are not used, and are
    counted by their fate.
    """
    del done
    quality = data.tables.quality
    ids = {flag: set(rows["submission_id"]) for flag, rows in quality.groupby("flag")}
    left = [flag for flag in (*FORM_FLAGS, *END_FLAGS) if flag not in data.study.plan.exclude]
    for phase, people in data.surveyed():
        for flag in left:
            if flag not in ids:
                continue
            has = np.isin(people.submission_id, list(ids[flag]))
            for wave in data.study.waves:
                rows = people.rows[phase, wave.id]
                if rows.size:
                    share = 100 * float(has[rows].mean())
                    yield Finding(
                        address=Address(
                            study_id=data.study.id,
                            quantity="flagged",
                            audience=people.audience.id,
                            phase=phase,
                            wave_from=wave.id,
                            wave_to=wave.id,
                            estimator="count",
                            variant=flag,
                        ),
                        estimate=describe(share, n=rows.size, n_clusters=0, method=_METHOD),
                        unit="percent",
                    )
