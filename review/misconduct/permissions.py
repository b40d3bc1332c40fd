"""Who reads a report of misconduct in the review: 纪检 alone, none of those who may be meant."""

from __future__ import annotations

from portal.kernel.permissions import Role, everything, grant
from review.models import MisconductReport

ALONE = {Role.INSPECTOR: everything}

grant(MisconductReport, {"view": ALONE, "answer": ALONE, "close": ALONE})
