"""A recommender's own people: invited by its head, deputising for a time, removed without locking the desk."""

from __future__ import annotations

from datetime import date, timedelta

from django.contrib.auth.models import Permission
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from platforms.models import Recommender, StaffInvitation, Substitution
from platforms.querysets import people_of_recommender
from portal.accounts.services import create_account, edit_account
from portal.kernel import audit, clock, outbox
from portal.kernel.permissions import Role, allowed
from portal.kernel.workflow import TransitionBlocked
from portal.models import User

HANDLES, SIGNS = "handle_recommender", "sign_recommender"
VALID_DAYS, SALT = 14, "staff-invitation"
LONGEST = 92  # days of a substitution


@transaction.atomic
def invite(
    recommender: Recommender, *, name: str, title: str, email: str, may_sign: bool, by
) -> StaffInvitation:
    """Ask a colleague to make an account; the link goes to the address, and nobody else sets the password."""
    _check(recommender, by)
    today = clock.today()
    if StaffInvitation.objects.filter(
        recommender=recommender, email=email, accepted_at=None, withdrawn_at=None, expires_on__gte=today
    ).exists():
        raise TransitionBlocked(["此邮箱已有一份待接受的邀请，请先撤回再重新邀请。"])
    row = StaffInvitation.objects.create(
        recommender=recommender,
        name=name,
        title=title,
        email=email,
        may_sign=may_sign,
        invited_by=by,
        invited_at=clock.now(),
        expires_on=today + timedelta(days=VALID_DAYS),
    )
    audit.record(
        action="invite", obj=recommender, by=by, facts={"name": name, "email": email, "signs": may_sign}
    )
    outbox.send("staff_invitation", key=f"staff_invitation:{row.pk}", invitation=str(row.pk))
    return row


def token_of(invitation: StaffInvitation) -> str:
    return signing.dumps(str(invitation.pk), salt=SALT)


def invitation_of(token: str) -> StaffInvitation | None:
    """The invitation that a link stands for, if it can still be taken up."""
    try:
        key = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    row = StaffInvitation.objects.select_related("recommender", "invited_by").filter(pk=key).first()
    return row if row and row.is_open else None


@transaction.atomic
def accept_invitation(invitation: StaffInvitation, *, username: str, password: str, phone: str) -> User:
    row = StaffInvitation.objects.select_for_update().get(pk=invitation.pk)
    if not row.is_open:
        raise TransitionBlocked(["此邀请已使用、撤回或者过期，请联系邀请人重新发出。"])
    user = create_account(
        username=username, name=row.name, role=Role.RECOMMENDER, by=row.invited_by, password=password,
        email=row.email, title=row.title, phone=phone,
    )  # fmt: skip
    for grant in (HANDLES, SIGNS) if row.may_sign else (HANDLES,):
        _give(row.recommender, user, grant, by=row.invited_by)
    row.accepted_by, row.accepted_at = user, clock.now()
    row.save(update_fields=["accepted_by", "accepted_at"])
    return user


@transaction.atomic
def withdraw_invitation(invitation: StaffInvitation, *, by) -> None:
    _check(invitation.recommender, by)
    row = StaffInvitation.objects.select_for_update().get(pk=invitation.pk)
    if not row.is_open:
        raise TransitionBlocked(["此邀请已经办结，不能撤回。"])
    row.withdrawn_at = clock.now()
    row.save(update_fields=["withdrawn_at"])
    audit.record(action="withdraw_invitation", obj=row.recommender, by=by, facts={"email": row.email})


@transaction.atomic
def set_signing(recommender: Recommender, *, user: User, signs: bool, by) -> None:
    """Make an officer a head, or the other way round; one head always remains."""
    _check(recommender, by)
    if signs:
        _give(recommender, user, SIGNS, by=by)
        return
    _keep_a_head(recommender, user)
    _take(recommender, user, SIGNS, by=by)


@transaction.atomic
def remove_staff(recommender: Recommender, *, user: User, by) -> None:
    """Somebody leaves: grants and account end at once, what was done stays under the name."""
    _check(recommender, by)
    if not people_of_recommender(recommender).filter(pk=user.pk).exists():
        raise TransitionBlocked(["此人不在本单位名单中，请刷新页面。"])
    if user.pk == by.pk:
        raise TransitionBlocked(["不能移除自己，请由另一位负责人办理。"])
    _keep_a_head(recommender, user)
    for grant in (HANDLES, SIGNS):
        _take(recommender, user, grant, by=by)
    edit_account(user, by=by, is_active=False)


@transaction.atomic
def arrange_substitution(
    recommender: Recommender, *, absent: User, deputy: User, from_on: date, until: date, reason: str, by
) -> Substitution:
    """An officer of the same desk signs for a head; who evaluated a dossier still cannot sign it."""
    _check(recommender, by)
    heads, people = people_of_recommender(recommender, SIGNS), people_of_recommender(recommender)
    if absent not in heads or deputy not in people:
        raise TransitionBlocked(["外出的应为本单位负责人，代理人应为本单位人员。"])
    if deputy in heads:
        raise TransitionBlocked([f"{deputy.name}本来就是负责人，不需要代理。"])
    if until < clock.today() or until < from_on:
        raise TransitionBlocked(["代理的结束日期不能早于今天和开始日期。"])
    if (until - from_on).days > LONGEST:
        raise TransitionBlocked(["一次代理不超过三个月，长期变动请调整人员身份。"])
    row = Substitution.objects.create(
        recommender=recommender, absent=absent, deputy=deputy, from_on=from_on, until=until, reason=reason,
        arranged_by=by, arranged_at=clock.now(),
    )  # fmt: skip
    audit.record(
        action="arrange_substitution", obj=recommender, by=by, note=reason,
        facts={"absent": absent, "deputy": deputy, "from": from_on.isoformat(), "until": until.isoformat()},
    )  # fmt: skip
    turn_substitutions(clock.today(), by=by, only=recommender)
    row.refresh_from_db()
    return row


@transaction.atomic
def end_substitution(substitution: Substitution, *, by) -> None:
    """Back earlier than planned."""
    _check(substitution.recommender, by)
    row = Substitution.objects.select_for_update().get(pk=substitution.pk)
    if row.ended_at is None:
        _end(row, by)


@transaction.atomic
def turn_substitutions(day: date, *, by, only: Recommender | None = None) -> None:
    """Begin what begins by this day, end what is over."""
    rows = Substitution.objects.select_for_update().filter(ended_at=None)
    if only:
        rows = rows.filter(recommender=only)
    for row in rows:
        if row.until < day:
            _end(row, by)
        elif row.given_at is None and row.from_on <= day:
            _give(row.recommender, row.deputy, SIGNS, by=by)
            row.given_at = clock.now()
            row.save(update_fields=["given_at"])


@transaction.atomic
def place_account(user: User, key: str, *, signs: bool, by) -> None:
    """An administrator's word: the account belongs to this office, and to no other."""
    here = Recommender.objects.get(pk=key)
    for other in Recommender.objects.exclude(pk=here.pk):
        if user in people_of_recommender(other):
            for grant in (HANDLES, SIGNS):
                _take(other, user, grant, by=by)
    _give(here, user, HANDLES, by=by)
    if signs:
        _give(here, user, SIGNS, by=by)
    elif user in people_of_recommender(here, SIGNS):
        _take(here, user, SIGNS, by=by)


def _end(row: Substitution, by) -> None:
    others = Substitution.objects.filter(
        recommender=row.recommender, deputy=row.deputy, ended_at=None, given_at__isnull=False
    ).exclude(pk=row.pk)
    if row.given_at and not others.exists():
        _take(row.recommender, row.deputy, SIGNS, by=by)
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])


def _check(recommender: Recommender, by) -> None:
    if not allowed(by, "manage_people", recommender):
        raise PermissionDenied("本单位人员由负责人管理。")


def _keep_a_head(recommender: Recommender, user: User) -> None:
    if list(people_of_recommender(recommender, SIGNS)) == [user]:
        raise TransitionBlocked(["这是最后一位负责人，请先增加另一位负责人。"])


def _permission(codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label="platforms", codename=codename)


def _give(recommender: Recommender, user: User, grant: str, *, by) -> None:
    assign_perm(_permission(grant), user, recommender)
    audit.record(action="add_person", obj=recommender, by=by, facts={"user": user, "grant": grant})


def _take(recommender: Recommender, user: User, grant: str, *, by) -> None:
    remove_perm(_permission(grant), user, recommender)
    audit.record(action="remove_person", obj=recommender, by=by, facts={"user": user, "grant": grant})
