"""The same simulated survey in the layout of every tool: the same scores, links and fates."""

from __future__ import annotations

import re
import shutil
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

from impact_eval.errors import UnknownNameError
from impact_eval.simulate import write_raw
from impact_eval.simulate.faults import ROW_FAULTS
from impact_eval.simulate.layouts import Dress, SimulatedLayout, write_layout
from impact_eval.study import Study
from impact_eval.surveys import SurveyTables, prepare

PROJECT = Path(__file__).parents[2]
SEED, PEOPLE = 1, 300
SCHOOLS = ("phase1-01", "phase1-02", "phase2-002")
SHEETS = {"before": "Before", "after": "After", "later": "Later"}
PREFIXES = {"before": "first_", "after": "second_", "later": "third_"}
WAVE = (
    'wave = { column = "wave", values = { before = "pre", after = "post", later = "follow_up" } }'
)
SOURCE = """
[[sources]]
file = "simulated_{pattern}_{plural}{suffix}"
layout = "{layout}"
audience = "{audience}"
{wave}
columns = {{ {columns} }}
consent_values = ["yes"]
values = {{ sex = {{ {sexes} }} }}
duplicates = "last"
{further}
"""
ARABIC = {"school": "المدرسة", "workshop": "ورشة", "sex": "الجنس"}


@dataclass(frozen=True)
class Trip:
    """A layout, how it is written, and what study.toml says about it."""

    layout: str
    declared: str
    suffix: str = ".csv"
    wave: str = WAVE
    day: str = '"today"'
    further: str = ""
    pattern: str = "phase*"
    options: dict[str, Any] = field(default_factory=dict)


TRIPS = {
    "kobo": Trip("kobo", "kobo"),
    "kobo without groups": Trip("kobo_without_groups", "kobo"),
    "kobo in UTF-16 with tabs": Trip(
        "kobo", "kobo", options={"dress": Dress(encoding="utf-16", delimiter="\t")}
    ),
    "kobo with Persian digits": Trip("kobo", "kobo", options={"dress": Dress(digits="persian")}),
    "kobo with English labels": Trip("kobo_labels", "kobo"),
    "kobo with Urdu labels": Trip("kobo_labels", "kobo", options={"language": "Urdu (ur)"}),
    "kobo with Urdu labels in UTF-16": Trip(
        "kobo_labels", "kobo", options={"language": "Urdu (ur)", "dress": Dress(encoding="utf-16")}
    ),
    "kobo workbook": Trip("kobo_xlsx", "kobo", suffix=".xlsx"),
    "odk": Trip("odk", "odk"),
    "odk archive": Trip("odk_zip", "odk", suffix=".zip"),
    "google forms": Trip("google_forms", "google_forms"),
    "google forms in Urdu": Trip("google_forms", "google_forms", options={"language": "Urdu (ur)"}),
    "workbook": Trip(
        "workbook",
        "workbook",
        suffix=".xlsx",
        wave='sheets = { Before = { wave = "pre" }, After = { wave = "post" }, '
        'Later = { wave = "follow_up" } }',
        options={"waves": SHEETS},
    ),
    "spss": Trip("spss", "spss", suffix=".sav"),
    "stata": Trip("stata", "stata", suffix=".dta"),
    "long": Trip("long", "long"),
    "long in Windows-1256": Trip(
        "long", "long", options={"dress": Dress(encoding="cp1256", headings=ARABIC)}
    ),
    "long with decimal commas": Trip(
        "long", "long", options={"dress": Dress(delimiter=";", decimal_comma=True)}
    ),
    "wide": Trip(
        "wide",
        "wide",
        wave='wave_columns = { pre = "first_{item}", post = "second_{item}", '
        'follow_up = "third_{item}" }',
        day='{ pre = "first_today", post = "second_today", follow_up = "third_today" }',
        options={"waves": PREFIXES},
    ),
}
BY_ROW = ("wide",)


def sources(trip: Trip, raw: Path) -> str:
    """What study.toml says about the files of one layout, and of those without a wave."""
    heading = getattr(trip.options.get("dress"), "headings", {})
    found = []
    for audience, woman, man in (
        ("student", "girl", "boy"),
        ("teacher", "woman", "man"),
        ("parent", "woman", "man"),
    ):
        names = {name: heading.get(name, name) for name in ("school", "workshop", "sex")}
        columns = [f'{name} = "{said}"' for name, said in names.items()]
        columns += [f"answered_on = {trip.day}", 'consent = "consent"', code("code")]
        columns += [code("child_code")] if audience == "parent" else []
        about = {
            "audience": audience,
            "plural": f"{audience}s",
            "sexes": f'{woman} = "female", {man} = "male"',
            "further": trip.further,
            "columns": ", ".join(columns),
        }
        found.append(
            SOURCE.format(
                **about,
                pattern=trip.pattern,
                suffix=trip.suffix,
                layout=trip.declared,
                wave=trip.wave,
            )
        )
        if any(raw.glob(f"*_{audience}s_no_wave.csv")):
            rest = {"suffix": "_no_wave.csv", "layout": "long", "wave": WAVE}
            found.append(SOURCE.format(**about, **rest, pattern=trip.pattern))
    return "".join(found)


def code(name: str) -> str:
    elements = ", ".join(f'"{name}_{n}"' for n in range(1, 5))
    return f"{name} = [{elements}]"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """A study of three schools, with KoboToolbox's files."""
    root = tmp_path_factory.mktemp("rounds")
    folder = root / "studies" / "zindagi_trust"
    shutil.copytree(PROJECT / "studies" / "zindagi_trust", folder)
    roster = (folder / "roster.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in roster if line.startswith(("school_id", *SCHOOLS))]
    (folder / "roster.csv").write_text("".join(kept), encoding="utf-8")
    write_raw(Study.open("zindagi_trust", start=root), seed=SEED, people=PEOPLE)
    return Study.open("zindagi_trust", start=root)


@pytest.fixture(scope="module")
def expected(written: Study) -> SurveyTables:
    return prepare(written)


@pytest.fixture(scope="module")
def expected_people(expected: SurveyTables) -> Counter[frozenset[tuple[object, ...]]]:
    return people_of(expected)


def travelled(study: Study, root: Path, trip: Trip) -> SurveyTables:
    """Tables of the survey in another layout."""
    shutil.copytree(study.root / "studies", root / "studies")
    shutil.copytree(study.root / "secrets", root / "secrets")
    raw = root / "data" / "raw" / "zindagi_trust"
    raw.mkdir(parents=True)
    forms = {one.audience: form for one, form in zip(study.instruments, study.forms, strict=True)}
    for path in sorted(study.raw_folder.glob("*.csv")):
        found = re.fullmatch(r"simulated_phase\d_(.+)s\.csv", path.name)
        if found is None:
            shutil.copy(path, raw)
            continue
        frame = pd.read_csv(path, sep=";", dtype="str", keep_default_na=False)
        write_layout(
            frame, forms[found[1]], layout=trip.layout, folder=raw, stem=path.stem, **trip.options
        )
    toml = root / "studies" / "zindagi_trust" / "study.toml"
    head, _, rest = toml.read_text(encoding="utf-8").partition("[[sources]]")
    rest = rest[rest.index("# --- outcomes") :]
    toml.write_text(head + sources(trip, raw) + rest, encoding="utf-8")
    return prepare(Study.open("zindagi_trust", start=root))


def forms_of(tables: SurveyTables) -> pd.DataFrame:
    """Used forms with all that was read and scored, without the place in the file."""
    scores = tables.scores.set_index(["submission_id", "outcome"])["score"].unstack()  # noqa: PD010
    about = tables.submissions.drop(columns=["source_file", "source_row"])
    joined = about.set_index("submission_id").join(scores.add_prefix("score_"))
    return joined.join(tables.links.set_index("submission_id"))


def people_of(tables: SurveyTables) -> Counter[frozenset[tuple[object, ...]]]:
    """Linked people as the sets of their forms, whatever they are called."""
    forms = forms_of(tables).drop(columns="flags")
    linked = forms[forms["respondent_id"] != ""]
    own: dict[str, Counter[tuple[object, ...]]] = defaultdict(Counter)
    rows = linked.drop(columns="respondent_id").astype("str").itertuples(index=False, name=None)
    for person, row in zip(linked["respondent_id"], rows, strict=True):
        own[person][row] += 1
    return Counter(frozenset(found.items()) for found in own.values())


def comparable(tables: SurveyTables) -> pd.DataFrame:
    forms = forms_of(tables).drop(columns=["respondent_id"])
    return forms.sort_values(list(forms.columns)).reset_index(drop=True)


@pytest.mark.parametrize("name", TRIPS)
def test_scores_links_and_fates_are_the_same(
    written: Study,
    expected: SurveyTables,
    expected_people: Counter[frozenset[tuple[object, ...]]],
    tmp_path: Path,
    name: str,
) -> None:
    trip = TRIPS[name]
    tables = travelled(written, tmp_path, trip)
    assert tables.faults == ()
    if name in BY_ROW:
        # a row of several waves says so where one of them is not used
        flags = tables.submissions["flags"].str.replace("other_wave_not_used", "").str.strip()
        tables = replace(tables, submissions=tables.submissions.assign(flags=flags))
    pd.testing.assert_frame_equal(comparable(tables), comparable(expected))
    assert people_of(tables) == expected_people
    if name not in BY_ROW:
        place = ["school_id", "audience", "phase", "wave", "fate"]
        pd.testing.assert_frame_equal(
            tables.counts.groupby(place)["rows"].sum().reset_index(),
            expected.counts.groupby(place)["rows"].sum().reset_index(),
        )


def test_the_survey_holds_every_fault(written: Study) -> None:
    folder = written.raw_folder / "truth"
    rows = pd.read_parquet(folder / "simulated_truth_rows.parquet")
    assert set(rows["fault"]) - {""} == set(ROW_FAULTS)
    assert set(rows["repeat"]) == {"", "double_upload", "filled_twice"}
    assert rows["withdrawn"].any()


def test_every_layout_travels() -> None:
    assert {trip.layout for trip in TRIPS.values()} == set(get_args(SimulatedLayout))


def test_unknown_layouts_and_languages_list_the_known_ones(written: Study, tmp_path: Path) -> None:
    (form, *_) = written.forms
    frame = pd.DataFrame({"knowledge/k01": ["a"], "_uuid": ["u"]})
    options: dict[str, Any] = {"folder": tmp_path, "stem": "simulated"}
    with pytest.raises(UnknownNameError, match="kobo, kobo_without_groups, kobo_labels"):
        write_layout(frame, form, layout="fax", **options)
    with pytest.raises(UnknownNameError, match=r"Languages: Urdu \(ur\), English \(en\)"):
        write_layout(frame, form, layout="kobo_labels", language="Latin", **options)
    with pytest.raises(UnknownNameError, match="needs `waves`"):
        write_layout(frame, form, layout="wide", **options)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("layout", ["odk_zip", "kobo_labels", "long"])
def test_the_same_survey_gives_the_same_bytes(
    written: Study, tmp_path: Path, layout: SimulatedLayout
) -> None:
    (form, *_) = written.forms
    source = written.raw_folder / "simulated_phase1_students.csv"
    frame = pd.read_csv(source, sep=";", dtype="str", keep_default_na=False)
    once, again = (
        write_layout(frame, form, layout=layout, folder=tmp_path, stem="simulated")[0].read_bytes()
        for _ in range(2)
    )
    assert once == again
