"""The lower limits of Art. 5 (四), as the edition in force gives them, beside what platforms report every year."""

from __future__ import annotations

from decimal import Decimal

from applications.cycles.years import rules_in_force
from applications.editions.model import UNKNOWN
from platforms.summaries.trends import provides_limits

CODES = {
    "smes": "smes_served",
    "satisfaction": "satisfaction",
}  # threshold of the edition → figure of the summary


@provides_limits
def limits_of_edition() -> dict[str, Decimal]:
    return {
        CODES[row.code]: row.value
        for row in rules_in_force().thresholds
        if row.code in CODES and row.value is not UNKNOWN
    }
