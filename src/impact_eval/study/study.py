"""Study: a study's files, read, checked against each other and ready to use."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any, Self

import pandas as pd

from impact_eval.errors import StudyError, UnknownNameError
from impact_eval.facts import StudyFacts
from impact_eval.instruments import Instrument
from impact_eval.study.declaration import Declaration
from impact_eval.study.declared_facts import (
    items_by_outcome,
    outcome_range,
    study_facts,
    topics_of_outcome,
)
from impact_eval.study.find import find_root, find_study_folder, study_ids
from impact_eval.study.known_forms import keep_form
from impact_eval.study.locking.content import Content
from impact_eval.study.locking.deviations import lock_facts
from impact_eval.study.locking.lock import LOCK_FILE, PlanLock
from impact_eval.study.outcome import Outcome
from impact_eval.study.read import read_study
from impact_eval.study.structure import Audience, Wave


class Study(Declaration):
    """A study as its files declare it; `Study.open` reads one.

    `waves` are the surveys that took place, in order; waves that look back are apart from them, in
    `retrospective`, so that nothing takes one for a survey.
    """

    root: Path
    retrospective: tuple[Wave, ...] = ()
    roster_table: pd.DataFrame
    items: pd.DataFrame
    forms: tuple[Instrument, ...]
    attendance_table: pd.DataFrame
    school_names_table: pd.DataFrame
    plan_hash: str
    plan_content: Content
    plan_locks: tuple[PlanLock, ...]

    @classmethod
    def open(cls, study_id: str, *, start: Path | None = None) -> Self:
        """Read a study and check every file of it.

        Parameters
        ----------
        study_id : str
            Name of a folder in studies/.
        start : Path, optional
            Folder from which the project is looked for upwards; the working folder if not given.

        Returns
        -------
        Study
            The study, with roster, items, forms and attendance.

        Raises
        ------
        UnknownNameError
            If there is no such study; the message lists the valid ids.
        StudyError
            With every mistake in study.toml, roster, codebook, forms, attendance and plan.lock at
            once.
        """
        root = find_root(start)
        folder = find_study_folder(study_id, root)
        data = root / "data"
        files, faults = read_study(folder, data / "raw" / study_id, data / "processed" / study_id)
        if files is None:
            raise StudyError(faults)
        declared = dict(files.declaration)
        waves = files.declaration.waves
        declared["waves"] = tuple(wave for wave in waves if not wave.looks_back)
        return cls(
            **declared,
            retrospective=tuple(wave for wave in waves if wave.looks_back),
            root=root,
            roster_table=files.roster,
            items=files.items,
            forms=files.forms,
            attendance_table=files.attendance,
            school_names_table=files.school_names,
            plan_hash=files.plan_hash,
            plan_content=files.plan_content,
            plan_locks=files.plan_locks,
        )

    @staticmethod
    def ids(start: Path | None = None) -> tuple[str, ...]:
        """Ids of all studies of the project."""
        return study_ids(find_root(start))

    @property
    def folder(self) -> Path:
        """Folder of the files that people write."""
        return self.root / "studies" / self.id

    @property
    def lock_file(self) -> Path:
        """File of the plan's locks; it need not be there."""
        return self.folder / LOCK_FILE

    @property
    def raw_folder(self) -> Path:
        """Folder of the survey files as received; read-only."""
        return self.root / "data" / "raw" / self.id

    @property
    def processed_folder(self) -> Path:
        """Folder of the tables made from the raw files; disposable."""
        return self.root / "data" / "processed" / self.id

    @property
    def reports_folder(self) -> Path:
        """Folder of the published runs; disposable."""
        return self.root / "reports" / self.id

    @property
    def key_file(self) -> Path:
        """File of the key of the pseudonyms; never committed."""
        return self.root / "secrets" / f"{self.id}.key"

    @property
    def safeguarding_folder(self) -> Path:
        """Folder of what only the safeguarding lead can open; never committed."""
        return self.root / "data" / "safeguarding" / self.id

    @property
    def simulated(self) -> bool:
        """Whether the data are simulated, which every page then says."""
        return self.data == "simulated"

    @property
    def phase_ids(self) -> tuple[str, ...]:
        """Ids of the phases, in order."""
        return tuple(phase.id for phase in self.phases)

    @property
    def wave_ids(self) -> tuple[str, ...]:
        """Ids of the waves, in the order in which they took place."""
        return tuple(wave.id for wave in self.waves)

    @property
    def answer_wave_ids(self) -> tuple[str, ...]:
        """Ids of all waves that an answer can belong to: the surveys, then those that look back."""
        return (*self.wave_ids, *(wave.id for wave in self.retrospective))

    def waves_of(self, item: Any) -> tuple[str, ...]:  # noqa: ANN401 - a row of `item_rows`
        """Waves in which an item is asked; of those that look back only if a scale holds it.

        Parameters
        ----------
        item : named tuple
            One of `item_rows`. Without `waves` it is asked in all of them.
        """
        asked = self.wave_ids
        if self.retrospective:
            scales = {(one.audience, one.id) for one in self.outcomes if one.kind == "scale"}
            if (item.audience, item.outcome) in scales:
                asked = self.answer_wave_ids
        named = [one.strip() for one in str(item.waves).split("|") if one.strip()]
        return tuple(one for one in asked if one in named) if named else asked

    @property
    def audience_ids(self) -> tuple[str, ...]:
        """Ids of the audiences, in order."""
        return tuple(audience.id for audience in self.audiences)

    @property
    def subgroup_ids(self) -> tuple[str, ...]:
        """Ids of the subgroups, in order."""
        return tuple(subgroup.id for subgroup in self.subgroups)

    @property
    def school_ids(self) -> tuple[str, ...]:
        """Ids of the roster's schools, in its order; empty without a roster."""
        return tuple(self.roster_table["school_id"])

    def audience(self, audience: str) -> Audience:
        """Look an audience up; UnknownNameError lists the valid ids."""
        for declared in self.audiences:
            if declared.id == audience:
                return declared
        raise UnknownNameError(
            f'There is no audience "{audience}". Audiences: {", ".join(self.audience_ids)}.'
        )

    def outcomes_of(self, audience: str) -> tuple[Outcome, ...]:
        """Outcomes of an audience, in order."""
        known = self.audience(audience).id
        return tuple(outcome for outcome in self.outcomes if outcome.audience == known)

    def outcome(self, audience: str, outcome: str) -> Outcome:
        """Look an outcome of an audience up; UnknownNameError lists the valid ids."""
        declared = self.outcomes_of(audience)
        for one in declared:
            if one.id == outcome:
                return one
        valid = ", ".join(one.id for one in declared)
        raise UnknownNameError(
            f'There is no outcome "{outcome}" of the audience "{audience}". Outcomes: {valid}.'
        )

    @cached_property
    def item_rows(self) -> tuple[Any, ...]:
        """Items as named tuples of the codebook's columns, in its order."""
        return tuple(self.items.itertuples(index=False, name="Item"))

    @cached_property
    def _by_outcome(self) -> dict[tuple[str, str], pd.DataFrame]:
        return items_by_outcome(self.items)

    def items_of(self, audience: str, outcome: str | None = None) -> pd.DataFrame:
        """Items of an audience, or of one outcome of it, with the codebook's columns."""
        if outcome is not None:
            one = self.outcome(audience, outcome)
            return self._of_outcome(one).reset_index(drop=True)
        chosen = self.items["audience"] == self.audience(audience).id
        return self.items[chosen].reset_index(drop=True)

    def _of_outcome(self, outcome: Outcome) -> pd.DataFrame:
        return self._by_outcome.get((outcome.audience, outcome.id), self.items.iloc[:0])

    def topics_of(self, audience: str, outcome: str) -> dict[str, tuple[str, ...]]:
        """Items of each topic of an outcome, as topics are declared; empty with fewer than two."""
        return topics_of_outcome(self.topics, self._of_outcome(self.outcome(audience, outcome)))

    def outcome_range(
        self, audience: str, outcome: str, wave: str | None = None
    ) -> tuple[float, float]:
        """Lowest and highest possible score of an outcome, in its unit.

        An index goes from 0 to the sum of its items' weights, which are 1 unless declared, a scale
        from the lowest to the highest rating, a ready-made score as declared (of one wave, if given
        and declared by wave).
        """
        one = self.outcome(audience, outcome)
        return outcome_range(one, self._of_outcome(one), wave)

    def facts(self, schools: pd.DataFrame | None = None) -> StudyFacts:
        """Everything declared that readers may see: labels, units, thresholds.

        Parameters
        ----------
        schools : DataFrame, optional
            The prepared table of schools, used if the study has no roster: its schools are then
            those that the data name.
        """
        if schools is None or not self.roster_table.empty:
            schools = self.roster_table
        lock = lock_facts(self.plan_locks, self.plan_content)
        return study_facts(
            self,
            self.items,
            schools,
            self.plan_hash,
            looking_back=self.retrospective,
            lock=lock,
        )

    def keep_forms(self) -> None:
        """Keep the forms beside the processed tables, so that later processes open no workbook."""
        for declared, form in zip(self.instruments, self.forms, strict=True):
            path, audience = self.folder / declared.file, declared.audience or ""
            keep_form(form, path, audience=audience, folder=self.processed_folder)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)
