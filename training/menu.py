"""Demo accounts on the sign-in page."""

from __future__ import annotations

from portal.accounts.views import demo_accounts
from training.demo.actors import ACCOUNTS, PASSWORD


@demo_accounts
def accounts_on_sign_in():
    return [(account.username, account.name, account.what, PASSWORD) for account in ACCOUNTS]
