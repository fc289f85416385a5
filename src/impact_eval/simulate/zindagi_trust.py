"""The numbers of the simulated workshops in Pakistan.

They are of the size that published evaluations of comparable programmes report: knowledge and
confidence move, attitudes little, behaviour hardly; trained teachers deliver about half of what the
first team delivered; weaker pupils and boys are missing more often.
"""

from __future__ import annotations

from impact_eval.simulate.model import AudienceModel, Construct, PhaseModel, Programme

_AUDIENCES = (
    AudienceModel(
        audience="student",
        plural="students",
        sex_values=("girl", "boy"),
        share_female=0.5,
        reached={"phase_1": 1500, "phase_2": 44000},
        workshops={"phase_1": (9, 9), "phase_2": (2, 4)},
        surveyed={"phase_1": None, "phase_2": (40, 80)},
        seconds_before=240.0,
        seconds_per_item=9.0,
    ),
    AudienceModel(
        audience="teacher",
        plural="teachers",
        sex_values=("woman", "man"),
        share_female=0.5,
        reached={"phase_1": 120, "phase_2": 2000},
        workshops={"phase_1": (1, 2), "phase_2": (1, 1)},
        surveyed={"phase_1": None, "phase_2": (6, 12)},
        seconds_before=150.0,
        seconds_per_item=8.0,
    ),
    AudienceModel(
        audience="parent",
        plural="parents",
        sex_values=("woman", "man"),
        share_female=0.7,
        reached={"phase_1": 180, "phase_2": 4000},
        workshops={"phase_1": (1, 2), "phase_2": (1, 1)},
        surveyed={"phase_1": None, "phase_2": (15, 25)},
        share_interviewed=0.4,
        interviewers=("trainer_team", 2),
        seconds_before=180.0,
        seconds_per_item=11.0,
    ),
)

_CONSTRUCTS = (
    Construct("student", "knowledge", "quiz", 6.3, 0.66, 0.55, 0.10, 0.03, 0.06,
              (0.15, 0.22), girls_start_higher=0.10),
    Construct("student", "confidence", "rating", 3.95, 0.80, 0.52, 0.04, 0.03, 0.06,
              (0.03, 0.05), (-0.10, -0.10)),
    Construct("student", "attitudes", "rating", 3.75, 0.70, 0.48, 0.03, 0.03, 0.05,
              (-0.03, -0.08)),
    Construct("student", "help_seeking", "rating", 3.45, 0.72, 0.48, 0.03, 0.03, 0.05,
              (0.0, -0.05), girls_start_higher=0.10),
    Construct("student", "behaviour", "frequency", 0.95, 0.70, 0.50, 0.03, 0.02, 0.05,
              (0.0, 0.04), girls_start_higher=-0.20),
    Construct("student", "exposure", "frequency", 0.75, 0.70, 0.50, 0.03, 0.02, 0.05,
              (0.0, 0.02)),
    Construct("teacher", "knowledge", "quiz", 5.6, 0.62, 0.45, 0.08, 0.0, 0.08, (0.12, 0.15)),
    Construct("teacher", "confidence", "rating", 3.45, 0.80, 0.45, 0.04, 0.0, 0.06,
              (0.03, 0.03), (-0.10, -0.10)),
    Construct("parent", "knowledge", "quiz", 3.9, 0.60, 0.48, 0.10, 0.0, 0.07, (0.10, 0.12)),
    Construct("parent", "mediation", "rating", 3.20, 0.76, 0.50, 0.04, 0.0, 0.06, (0.02, 0.05)),
    Construct("parent", "trust", "rating", 3.55, 0.72, 0.50, 0.04, 0.0, 0.06, (0.02, 0.04)),
    Construct("teacher", "practice", "frequency", 0.90, 0.68, 0.45, 0.05, 0.0, 0.05, (0.0, 0.05),
              drawn_apart=True),
    Construct("parent", "settings", "yes_no", 0.8, 0.58, 0.50, 0.05, 0.0, 0.05, (0.0, 0.05),
              drawn_apart=True),
)  # fmt: skip

_FIRST = PhaseModel(
    phase="phase_1",
    effects={
        ("student", "knowledge"): (0.90, 0.40),
        ("student", "confidence"): (0.45, 0.25),
        ("student", "attitudes"): (0.15, 0.10),
        ("student", "help_seeking"): (0.15, 0.10),
        ("student", "behaviour"): (0.0, -0.08),
        ("student", "exposure"): (0.0, 0.05),
        ("teacher", "knowledge"): (1.00, 0.60),
        ("teacher", "confidence"): (0.60, 0.40),
        ("parent", "knowledge"): (0.70, 0.28),
        ("parent", "mediation"): (0.25, 0.10),
        ("parent", "trust"): (0.15, 0.06),
        ("teacher", "practice"): (0.0, 0.30),
        ("parent", "settings"): (0.0, 0.20),
    },
    effect_sd=0.10,
    fidelity=(0.90, 0.90),
    missing={"student": (0.06, 0.18), "teacher": (0.05, 0.15), "parent": (0.08, 0.25)},
    missing_first_wave=0.02,
    exact_match=0.75,
    exact_match_sd=0.05,
    straightlining={"student": 0.025, "teacher": 0.02, "parent": 0.04},
    random_answers=0.03,
    item_missing=0.02,
    fault_factor=0.5,
    boys_straightline_more=1.0,  # there are no boys in these schools
)

_SECOND = PhaseModel(
    phase="phase_2",
    effects={
        ("student", "knowledge"): (0.60, 0.25),
        ("student", "confidence"): (0.30, 0.15),
        ("student", "attitudes"): (0.10, 0.07),
        ("student", "help_seeking"): (0.08, 0.05),
        ("student", "behaviour"): (0.0, -0.04),
        ("student", "exposure"): (0.0, 0.05),
        ("teacher", "knowledge"): (0.70, 0.40),
        ("teacher", "confidence"): (0.45, 0.28),
        ("parent", "knowledge"): (0.45, 0.18),
        ("parent", "mediation"): (0.15, 0.06),
        ("parent", "trust"): (0.10, 0.04),
        ("teacher", "practice"): (0.0, 0.20),
        ("parent", "settings"): (0.0, 0.12),
    },
    effect_sd=0.15,
    fidelity=(0.33, 0.80),
    missing={"student": (0.12, 0.32), "teacher": (0.10, 0.25), "parent": (0.14, 0.42)},
    missing_first_wave=0.03,
    exact_match=0.68,
    exact_match_sd=0.10,
    straightlining={"student": 0.06, "teacher": 0.03, "parent": 0.06},
    random_answers=0.04,
    item_missing=0.03,
)

ZINDAGI_TRUST = Programme(
    study_id="zindagi_trust",
    waves=("pre", "post", "follow_up"),
    audiences=_AUDIENCES,
    constructs=_CONSTRUCTS,
    phases=(_FIRST, _SECOND),
)
