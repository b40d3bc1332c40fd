"""Words of a dossier: what its state, its tone and its materials are called."""

from __future__ import annotations

from applications.editions.model import MaterialSpec
from applications.states import EDITABLE, ENDS, TONES, Procedure, state_words


class DossierWords:
    """Mixed into Application, which holds the state and the procedure that these read."""

    @property
    def province_opinion(self) -> str:
        """Of a re-review (Art. 14): what the recommender's evaluation comes to."""
        evaluation = getattr(self, "evaluation", None) if self.procedure == Procedure.REREVIEW else None
        return evaluation.get_opinion_display() if evaluation else ""

    @property
    def public_state(self) -> str:
        return state_words(self.state, self.procedure, public=True)

    @property
    def tone(self) -> str:
        return TONES.get(self.state, "info")

    def spec(self, code: str) -> MaterialSpec:
        """What the edition that it was filed under asks of one of its materials."""
        return self.cycle.edition.material(code, self.procedure)

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def has_ended(self) -> bool:
        return self.state in ENDS
