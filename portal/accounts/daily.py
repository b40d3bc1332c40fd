"""Daily: counts of attempts are forgotten after two days."""

from __future__ import annotations

from datetime import date

from portal.accounts.attempts import forget_old_attempts
from portal.kernel.daily import daily


@daily
def forget_attempts(day: date) -> None:
    forget_old_attempts()
