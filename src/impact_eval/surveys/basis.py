"""What every survey file of a study is read with."""

from __future__ import annotations

from dataclasses import dataclass

from impact_eval.study import Study
from impact_eval.surveys.linking.pseudonyms import study_key
from impact_eval.surveys.linking.school_names import LikeLabels, accepted_names
from impact_eval.surveys.linking.tokens import Tokens
from impact_eval.surveys.schools import SchoolIndex
from impact_eval.surveys.withdrawals import Withdrawals, read_withdrawals


@dataclass(frozen=True)
class Basis:
    """A study's declarations, its key, and what its other files say of schools and withdrawals."""

    study: Study
    schools: SchoolIndex
    labels: LikeLabels
    withdrawals: Withdrawals
    tokens: Tokens

    @classmethod
    def of(cls, study: Study) -> Basis:
        """Read the key and the list of withdrawals.

        Raises
        ------
        SurveyFileError
            If one of them cannot be relied on.
        """
        roster = study.roster_table
        schools = SchoolIndex(roster, accepted_names(study))
        tokens = Tokens(study_key(study.key_file))
        withdrawals = read_withdrawals(study, schools, tokens=tokens)
        return cls(study, schools, LikeLabels(roster), withdrawals, tokens)
