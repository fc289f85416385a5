"""Answers as written are told apart by hashes that say nothing without the key."""

from __future__ import annotations

import numpy as np
import pandas as pd
from survey_project import Project, form

from impact_eval.surveys.basis import Basis
from impact_eval.surveys.encoded import distinct
from impact_eval.surveys.item_rule import answer_key
from impact_eval.surveys.linking.tokens import Tokens
from impact_eval.surveys.read_file import read_file
from impact_eval.surveys.written import written_hashes

TEXTS = ["4", "5", "4", "03001234567"]


def written(key: bytes) -> list[int]:
    answers = distinct(pd.Series(TEXTS, dtype="str"))
    hashes = written_hashes([answers], hash_key=Tokens(key).hash_key)
    return [hashes[answer_key(text)] for text in TEXTS]


def test_hashes_need_the_key() -> None:
    plain = pd.util.hash_array(np.array(TEXTS, dtype=object)) >> np.uint64(32)
    ours, theirs = written(b"one"), written(b"another")
    assert ours[0] == ours[2] != ours[1]
    assert not {*ours} & {*theirs}
    assert not {*ours} & {*plain.tolist()}


def test_hash_of_all_answers_needs_the_key(project: Project) -> None:
    path = project.write([form(code_1="", _submission_time="2024-03-01T09:00:00")])
    study = project.study()
    hashes = []
    for key in ("ab", "cd"):
        study.key_file.parent.mkdir(exist_ok=True)
        study.key_file.write_text(key * 32)
        read = read_file(path, study.sources[0], Basis.of(study), entry={})
        assert read.forms is not None
        hashes.append(int(read.forms.forms.arrays["answers_hash"][0]))
    assert len({0, *hashes}) == 3
