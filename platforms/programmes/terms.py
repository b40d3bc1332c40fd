"""The term of a provincial title (Art. 18): confirmed for another one, or ended, by two persons on a proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import BinaryIO

from django.db import transaction

from platforms.models import ProvincialCertificate, ProvincialTitle
from platforms.programmes.services import register_changed, years_later
from portal.files.intake import take_in
from portal.kernel import clock, signoff
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import SignOff

PROOF_TYPES = {"pdf", "ofd", "jpg", "png"}
MAX_BYTES = 50 * 1024 * 1024


def next_term(title: ProvincialTitle, years: int | None) -> date | None:
    """The last day of another term: it follows on the present one, or begins today when that is over."""
    if not years:
        return None
    begins = title.valid_until + timedelta(days=1) if title.stands else clock.today()
    return years_later(begins, years)


@transaction.atomic
def prepare_renewal(title: ProvincialTitle, *, by, note: str, years: int | None, proof: BinaryIO) -> SignOff:
    """Propose another term on an opinion and its proof. Raises UploadRefused, TransitionBlocked."""
    _check(title, "renew", by)
    until = next_term(title, years)
    return signoff.prepare(
        [title],
        "renew",
        by=by,
        note=note,
        years=years,
        until=until.isoformat() if until else "",
        proof=_keep(title, proof, by),
    )


@transaction.atomic
def prepare_ending(title: ProvincialTitle, *, by, note: str, proof: BinaryIO) -> SignOff:
    """Propose that the title ends: not confirmed, or given up. Raises UploadRefused, TransitionBlocked."""
    _check(title, "end", by)
    return signoff.prepare([title], "end", by=by, note=note, proof=_keep(title, proof, by))


def _check(title: ProvincialTitle, verb: str, by) -> None:
    """Before a file is taken in."""
    demand_scope(by, f"prepare_{verb}", title, "本省名录由本省办理。")
    reasons = missing(title, verb, by=by)
    if reasons:
        raise TransitionBlocked(reasons)


def _keep(title: ProvincialTitle, upload: BinaryIO, by) -> dict[str, str]:
    """What both persons see of the proof: its digest binds it."""
    file = take_in(upload, name=upload.name, owner=title, by=by, allowed=PROOF_TYPES, max_bytes=MAX_BYTES)
    return {"file": str(file.pk), "name": file.name, "sha256": file.sha256}


@transaction.atomic
def carry_out(act: SignOff, *, titles: Sequence[ProvincialTitle], by) -> None:
    """What the second person's signature does: the verb, the next certificate, and the proofs that rely on it."""
    for title in titles:
        row = perform(title, act.verb, by=by, note=act.note, signoff=act, **act.facts)
        if act.verb == "renew":
            _next_certificate(row)
        register_changed(row, f"{act.verb}:{act.pk}")


def _next_certificate(title: ProvincialTitle) -> None:
    """For the new term, in the platform's present name. A line of an older list has none."""
    last = title.certificates.filter(superseded_on=None).first()
    if last is None:
        return
    platform, today = title.platform, clock.today()
    title.platform_name, title.organisation_name = platform.name, platform.organisation.name
    title.save(update_fields=["platform_name", "organisation_name"])
    last.superseded_on = today
    last.save(update_fields=["superseded_on"])
    ProvincialCertificate.objects.create(
        title=title,
        issue=last.issue + 1,
        platform_name=title.platform_name,
        organisation_name=title.organisation_name,
        issued_on=today,
        reason="复核确认",
        honour=last.honour,
        authority=last.authority,
        rules=last.rules,
        valid_until=title.valid_until,
    )
