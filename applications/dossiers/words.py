"""Words of a dossier: what its state, its tone and its materials are called."""

from __future__ import annotations

from applications.editions.model import MaterialSpec
from applications.states import EDITABLE, ENDS, Procedure, facts_of, state_words


class DossierWords:
    """Mixed into Application, which holds the state and the procedure that these read."""

    @property
    def province_opinion(self) -> str:
        """Of a re-review (Art. 14): what the recommender's evaluation comes to."""
        evaluation = getattr(self, "evaluation", None) if self.procedure == Procedure.REREVIEW else None
        return evaluation.get_opinion_display() if evaluation else ""

    @property
    def public_state(self) -> str:
        words = state_words(self.state, self.procedure, public=True)
        return self._of_its_road(words)

    def _of_its_road(self, words: str) -> str:
        """Art. 19: what a province does on the one road, an association does on the other."""
        own_round = self.procedure == Procedure.PROVINCIAL
        if "省级" not in words or own_round or not self.recommender.is_association:
            return words
        return words.replace("省级", "协会")

    def words_of(self, submission) -> str:
        """Which submission it was: 首次提交, 省级补正 (of an association 协会补正), 部级补正."""
        return self._of_its_road(submission.get_kind_display())

    @property
    def tone(self) -> str:
        return facts_of(self.state).tone

    def spec(self, code: str) -> MaterialSpec:
        """What the edition that it was filed under asks of one of its materials."""
        return self.cycle.edition.material(code, self.procedure)

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def has_ended(self) -> bool:
        return self.state in ENDS
