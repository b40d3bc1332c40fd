"""The lower limits of Art. 5 (四), as the edition in force gives them, beside what platforms report every year."""

from __future__ import annotations

from decimal import Decimal

from applications.cycles.years import cycle_of_rules
from applications.editions import DEFAULT, get_edition
from applications.editions.model import UNKNOWN
from platforms.summaries.trends import provides_limits

CODES = {
    "smes": "smes_served",
    "satisfaction": "satisfaction",
}  # threshold of the edition → figure of the summary


@provides_limits
def limits_of_edition() -> dict[str, Decimal]:
    cycle = cycle_of_rules()
    edition = cycle.edition if cycle else get_edition(DEFAULT)
    return {
        CODES[row.code]: row.value
        for row in edition.thresholds
        if row.code in CODES and row.value is not UNKNOWN
    }
