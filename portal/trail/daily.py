"""The trail's own jobs of the day."""

from __future__ import annotations

from datetime import date

from portal.kernel.daily import daily
from portal.trail.standing import take_stock


@daily
def take_stock_of_public_records(day: date) -> None:
    """Only the first time does it find anything to do."""
    take_stock()
