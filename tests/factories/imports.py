"""Imports carried out as two persons do: one proposes, another signs."""

from __future__ import annotations

import itertools

from django.db import transaction
from guardian.shortcuts import assign_perm

from platforms.imports.services import name_notice
from platforms.models import ImportBatch
from portal.kernel import signoff
from portal.kernel.permissions import Role
from portal.models import User

_count = itertools.count(1)


def signer_for(batch: ImportBatch) -> User:
    """Another person who may sign: a head of the ministry, or of the province that imports."""
    number = next(_count)
    role = Role.RECOMMENDER if batch.giver_id else Role.MINISTRY_LEAD
    user = User.objects.create_user(
        f"signer-{number}", role=role, name=f"审签人{number}", email=f"s{number}@example.invalid"
    )
    if batch.giver_id:
        for grant in ("handle_recommender", "sign_recommender"):
            assign_perm(f"platforms.{grant}", user, batch.giver)
    return user


def _carry_out(batch: ImportBatch, verb: str, by, note: str) -> ImportBatch:
    signer = signer_for(batch)
    with transaction.atomic():  # what is refused leaves no proposal behind
        act = signoff.prepare([batch], verb, by=by, note=note)
        signoff.sign(act, by=signer)
    batch.refresh_from_db()
    return batch


def apply_import(batch: ImportBatch, *, by, note: str = "") -> ImportBatch:
    if batch.is_of_titles and not batch.notice_address:
        batch = name_notice(batch, by=by, address="https://www.miit.gov.cn/notice.html")
    return _carry_out(batch, "apply", by, note)


def undo_import(batch: ImportBatch, *, by, note: str) -> ImportBatch:
    return _carry_out(batch, "undo", by, note)
