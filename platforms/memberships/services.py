"""Getting into an organisation: claims on a registered code, invitations by e-mail."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.db import transaction

from platforms.models import Invitation, Organisation, OrganisationClaim, Recommender
from platforms.organisations.services import FILLS, SIGNS, add_person, remove_person
from platforms.querysets import office_of, people_of_organisation
from platforms.states import ClaimState
from portal.accounts.services import note_verified
from portal.files.intake import place
from portal.files.taking import Papers, takes_files
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import demand_role, demand_scope, speaks_for_a_unit
from portal.kernel.workflow import TransitionBlocked, perform
from portal.privacy.masking import mask
from portal.shared.uploads import PAPER_BYTES

AUTHORISATION_TYPES = {"pdf", "ofd", "jpg", "png"}
VALID_FOR = timedelta(days=7)
SALT = "platforms.invitation"


@takes_files(authorisation=Papers(AUTHORISATION_TYPES, PAPER_BYTES))
def claim_organisation(
    organisation: Organisation, *, recommender: Recommender, words: str, authorisation=None, by
) -> OrganisationClaim:
    """Ask to be let into a registered organisation. Raises UploadRefused for a file that does not pass."""
    demand_role(Organisation, by, "claim", "只有申报单位账号可以申请加入单位。")
    if people_of_organisation(organisation).filter(pk=by.pk).exists():
        raise TransitionBlocked(["您已经在此单位中，不需要申请。"])
    places = organisation.platforms.values_list("jurisdiction", flat=True)
    if places and recommender.pk not in places:
        raise TransitionBlocked(["此单位的平台不在所选部门的地区，请选择平台所在地区的主管部门。"])
    if OrganisationClaim.objects.filter(
        organisation=organisation, claimant=by, state=ClaimState.OPEN
    ).exists():
        raise TransitionBlocked(["您已提出申请，正在等待答复。"])
    claim = OrganisationClaim.objects.create(
        organisation=organisation, claimant=by, recommender=recommender, words=words, made_at=clock.now()
    )
    if authorisation:
        claim.authorisation = place(authorisation, owner=claim, by=by)
        claim.save(update_fields=["authorisation"])
    event = audit.record(action="make", obj=claim, by=by, note=words, facts={"organisation": organisation})
    outbox.send("event", key=f"event:{event.uuid}", event=str(event.uuid))
    return claim


@transaction.atomic
def admit_claim(
    claim: OrganisationClaim, *, signs: bool = False, displace: bool = False, note: str = "", by
) -> OrganisationClaim:
    """Let the claimant in. Only the department may displace: then nobody of before keeps access, the drafts remain."""
    by_department = office_of(by) is not None
    row = perform(claim, "admit", by=by, note=note, signs=signs, displace=displace and by_department)
    before = list(people_of_organisation(row.organisation))
    grants = (FILLS, SIGNS) if signs or (displace and by_department) else (FILLS,)
    add_person(row.organisation, user=row.claimant, grants=grants, by=by)
    if displace and by_department:
        for person in before:
            remove_person(row.organisation, user=person, by=by)
    return row


@transaction.atomic
def invite(organisation: Organisation, *, email: str, part: str, by) -> Invitation:
    """Offer a place by e-mail; an open invitation of the same address is replaced."""
    demand_scope(by, "manage_people", organisation, "只有本单位负责人可以邀请人员。")
    moment = clock.now()
    for earlier in organisation.invitations.filter(email__iexact=email, accepted_at=None, revoked_at=None):
        revoke_invitation(earlier, by=by)
    invitation = Invitation.objects.create(
        organisation=organisation,
        email=email,
        part=part,
        invited_by=by,
        invited_at=moment,
        expires_at=moment + VALID_FOR,
    )
    audit.record(action="send", obj=invitation, by=by, facts={"email": mask(email), "part": part})
    outbox.send("invitation", key=f"invitation:{invitation.pk}", invitation=str(invitation.pk))
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by) -> None:
    row = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if row.accepted_at is None and row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        audit.record(action="revoke", obj=row, by=by)


@transaction.atomic
def accept_invitation(invitation: Invitation, *, by) -> Organisation:
    """Once, within its time, by an applicant's account."""
    row = Invitation.objects.select_for_update().select_related("organisation").get(pk=invitation.pk)
    if not row.is_open:
        raise TransitionBlocked([f"此邀请{row.standing}，请联系邀请人重新邀请。"])
    if not speaks_for_a_unit(by):
        raise TransitionBlocked(["请使用申报单位的账号接受邀请。"])
    row.accepted_by, row.accepted_at = by, clock.now()
    row.save(update_fields=["accepted_by", "accepted_at"])
    if by.email.casefold() == row.email.casefold():
        note_verified(by)  # the link was in a letter to this address
    grants = (FILLS, SIGNS) if row.part == Invitation.Part.SIGN else (FILLS,)
    add_person(row.organisation, user=by, grants=grants, by=row.invited_by)
    audit.record(action="accept", obj=row, by=by)
    return row.organisation


def token_of(invitation: Invitation) -> str:
    return signing.dumps(str(invitation.pk), salt=SALT)


def invitation_of(token: str) -> Invitation | None:
    """The invitation that an address stands for; None when the signature does not hold."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Invitation.objects.select_related("organisation", "invited_by").filter(pk=key).first()
