"""Attempts are counted in the database: per account over all addresses, per address, and in total.

Only digests of addresses and names are kept, for two days. A rule's stretch is a fixed piece of real time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.kernel.request import client_address
from portal.models import AttemptCount

KEPT = timedelta(days=2)


@dataclass(frozen=True)
class Rule:
    most: int
    minutes: int


TOTAL = "total"
RULES: dict[str, dict[str, Rule]] = {
    "sign_in": {"account": Rule(20, 30), "address": Rule(100, 15), TOTAL: Rule(1000, 5)},
    "old_password": {"account": Rule(5, 15)},
    "query": {"account": Rule(10, 60), "address": Rule(60, 15), TOTAL: Rule(2000, 5)},
    # Beyond these nothing is refused: a proof of work, or a question, is asked for.
    "send": {"address": Rule(5, 60), TOTAL: Rule(200, 60)},
    "register": {"address": Rule(5, 60), TOTAL: Rule(500, 60)},
}


def note(kind: str, *, address: str = "", account: str = "") -> None:
    """One more attempt (for sign-in and queries: one more that failed)."""
    for scope, key in _scopes(kind, address, account):
        _add(f"{kind}.{scope}", key, _began(RULES[kind][scope]))


def is_over(kind: str, *, address: str = "", account: str = "") -> bool:
    """Whether any of the limits is reached."""
    return any(
        AttemptCount.objects.filter(
            kind=f"{kind}.{scope}",
            key=key,
            began=_began(RULES[kind][scope]),
            count__gte=RULES[kind][scope].most,
        ).exists()
        for scope, key in _scopes(kind, address, account)
    )


def take_once(kind: str, key: str) -> bool:
    """Whether this is the first use of something that is good for one."""
    return _add(kind, _digest(key), datetime.fromtimestamp(0, tz=timezone.get_default_timezone())) == 1


def of_request(request) -> str:
    return client_address(request)


def forget_old_attempts() -> None:
    AttemptCount.objects.filter(began__lt=timezone.now() - KEPT).exclude(kind="proof").delete()


def _scopes(kind: str, address: str, account: str):
    for scope, value in (("account", account), ("address", address), (TOTAL, TOTAL)):
        if value and scope in RULES[kind]:
            yield scope, _digest(value.strip().lower())


def _digest(value: str) -> str:
    return salted_hmac("portal.accounts.attempts", value, algorithm="sha256").hexdigest()


def _began(rule: Rule) -> datetime:
    seconds = rule.minutes * 60
    return datetime.fromtimestamp(
        timezone.now().timestamp() // seconds * seconds, tz=timezone.get_default_timezone()
    )


def _add(kind: str, key: str, began: datetime) -> int:
    """Count and read in one statement, so that many at once are all counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_attemptcount (kind, key, began, count) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (kind, key, began) DO UPDATE SET count = portal_attemptcount.count + 1 RETURNING count",
            [kind, key, began],
        )
        return cursor.fetchone()[0]
