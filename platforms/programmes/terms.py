"""The term of a provincial title (Art. 18): confirmed for another one, or ended, by two persons on a proof."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from platforms.models import ProvincialCertificate, ProvincialTitle
from platforms.programmes.services import register_changed, years_later
from portal.files.intake import Judged, place
from portal.files.taking import Papers, takes_files
from portal.kernel import clock, signoff
from portal.kernel.permissions import demand_scope
from portal.kernel.workflow import TransitionBlocked, missing, perform
from portal.models import SignOff
from portal.shared.uploads import DOCUMENT_BYTES

PROOF = Papers({"pdf", "ofd", "jpg", "png"}, DOCUMENT_BYTES)


def next_term(title: ProvincialTitle, years: int | None) -> date | None:
    """The last day of another term: it follows on the present one, or begins today when that is over."""
    if not years:
        return None
    begins = title.valid_until + timedelta(days=1) if title.stands else clock.today()
    return years_later(begins, years)


def prepare_renewal(title: ProvincialTitle, *, by, note: str, years: int | None, proof) -> SignOff:
    """Propose another term on an opinion and its proof. Raises UploadRefused, TransitionBlocked."""
    return prepare_renewals([title], by=by, note=note, years=years, proof=proof)


@takes_files(proof=PROOF)
def prepare_renewals(
    titles: Sequence[ProvincialTitle], *, by, note: str, years: int | None, proof
) -> SignOff:
    """The same for many, on one opinion and one proof; each keeps its own days."""
    for title in titles:
        _check(title, "renew", by)
    days = {str(title.pk): next_term(title, years) for title in titles}
    until = {key: day.isoformat() if day else "" for key, day in days.items()}
    return signoff.prepare(
        titles, "renew", by=by, note=note, years=years, until=until, proof=_keep(titles[0], proof, by)
    )


@takes_files(proof=PROOF)
def prepare_ending(title: ProvincialTitle, *, by, note: str, proof) -> SignOff:
    """Propose that the title ends: not confirmed, or given up. Raises UploadRefused, TransitionBlocked."""
    _check(title, "end", by)
    return signoff.prepare([title], "end", by=by, note=note, proof=_keep(title, proof, by))


@takes_files(notice=PROOF, statement=PROOF)
def prepare_revocation(
    title: ProvincialTitle,
    *,
    by,
    note: str,
    told_on: date,
    told_by: str,
    notice,
    statement=None,
    checked: str = "",
) -> SignOff:
    """Propose that a title is taken away. What the unit said is its own paper, never the officer's words."""
    _check(title, "revoke", by)
    papers = [{"label": "告知书和送达凭证", **_keep(title, notice, by)}]
    if statement:
        papers.append({"label": "单位的书面陈述", **_keep(title, statement, by)})
    heard = {
        "told_on": told_on.isoformat(),
        "told_by": told_by,
        "stated": bool(statement),
        "checked": checked,
    }
    return signoff.prepare([title], "revoke", by=by, note=note, heard=heard, papers=papers)


def _check(title: ProvincialTitle, verb: str, by) -> None:
    demand_scope(by, f"prepare_{verb}", title, "本省名录由本省办理。")
    reasons = missing(title, verb, by=by)
    if reasons:
        raise TransitionBlocked(reasons)


def _keep(title: ProvincialTitle, upload: Judged, by) -> dict[str, str]:
    """What both persons see of the proof: its digest binds it."""
    file = place(upload, owner=title, by=by)
    return {"file": str(file.pk), "name": file.name, "sha256": file.sha256}


@transaction.atomic
def carry_out(act: SignOff, *, titles: Sequence[ProvincialTitle], by) -> None:
    """What the second person's signature does: the verb, the next certificate, and the proofs that rely on it."""
    for title in titles:
        facts = act.facts
        if act.verb == "renew":
            facts = {**facts, "until": facts["until"][str(title.pk)]}
        row = perform(title, act.verb, by=by, note=act.note, signoff=act, **facts)
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
