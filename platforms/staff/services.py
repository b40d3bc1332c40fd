"""A recommender's own people: who shall join or sign is asked for by its head and signed by two administrators (ADR 21)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib.auth.models import Permission
from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from platforms.models import Recommender, Substitution
from platforms.querysets import people_of_recommender
from portal.accounts.changes import ask_for_change
from portal.accounts.services import edit_account
from portal.kernel import audit, clock
from portal.kernel.permissions import Role, demand_scope
from portal.kernel.workflow import TransitionBlocked, perform
from portal.models import AccountChange, User

HANDLES, SIGNS = "handle_recommender", "sign_recommender"
LONGEST = 92  # days of a substitution


@transaction.atomic
def ask_for_colleague(
    recommender: Recommender,
    *,
    username: str,
    name: str,
    title: str,
    email: str,
    may_sign: bool,
    reason: str = "",
    by,
) -> AccountChange:
    """A head asks for an account at the own desk; it is made by two administrators, as every account that may sign."""
    _check(recommender, by)
    wanted = {
        "role": str(Role.RECOMMENDER),
        "name": name,
        "title": title,
        "email": email,
        "place": str(recommender.pk),
        "signs": may_sign,
    }
    return ask_for_change(AccountChange.Kind.CREATE, username=username, wanted=wanted, reason=reason, by=by)


def requests_of(recommender: Recommender):
    """What was asked for in this office and is not carried out yet, or was not to be."""
    rows = AccountChange.objects.filter(place=str(recommender.pk))
    return rows.exclude(state=AccountChange.State.CARRIED_OUT).select_related("asked_by", "account")


@transaction.atomic
def take_back_request(change: AccountChange, *, by) -> None:
    perform(change, "drop", by=by)


@transaction.atomic
def set_signing(recommender: Recommender, *, user: User, signs: bool, by) -> None:
    """Make a head an officer at once, one head always remains; the other way round two administrators sign."""
    _check(recommender, by)
    if signs:
        wanted = {"place": str(recommender.pk), "signs": True}
        ask_for_change(AccountChange.Kind.EDIT, account=user, username=user.username, wanted=wanted, by=by)
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
def ask_for_deputy(
    recommender: Recommender, *, absent: User, deputy: User, from_on: date, until: date, reason: str, by
) -> AccountChange:
    """An officer of the same desk shall sign for a head: a power to sign, so two administrators give it."""
    _check(recommender, by)
    _check_term(recommender, absent, deputy, from_on, until)
    wanted = {
        "place": str(recommender.pk),
        "absent": str(absent.pk),
        "from_on": from_on.isoformat(),
        "until": until.isoformat(),
    }
    return ask_for_change(
        AccountChange.Kind.DEPUTISE,
        account=deputy,
        username=deputy.username,
        wanted=wanted,
        reason=reason,
        by=by,
    )


@transaction.atomic
def deputise(deputy: User, wanted: Mapping[str, str], *, reason: str, by) -> Substitution:
    """What two have signed: who evaluated a dossier still cannot sign it."""
    recommender, absent = Recommender.objects.get(pk=wanted["place"]), User.objects.get(pk=wanted["absent"])
    from_on, until = (date.fromisoformat(wanted[name]) for name in ("from_on", "until"))
    _check_term(recommender, absent, deputy, from_on, until)
    row = Substitution.objects.create(
        recommender=recommender,
        absent=absent,
        deputy=deputy,
        from_on=from_on,
        until=until,
        reason=reason,
        arranged_by=by,
        arranged_at=clock.now(),
    )
    audit.record(
        action="arrange_substitution",
        obj=recommender,
        by=by,
        note=reason,
        facts={"absent": absent, "deputy": deputy, "from": from_on.isoformat(), "until": until.isoformat()},
    )
    turn_substitutions(clock.today(), by=by, only=recommender)
    row.refresh_from_db()
    return row


def _check_term(recommender: Recommender, absent: User, deputy: User, from_on: date, until: date) -> None:
    heads, people = people_of_recommender(recommender, SIGNS), people_of_recommender(recommender)
    if absent not in heads or deputy not in people:
        raise TransitionBlocked(["外出的应为本单位负责人，代理人应为本单位人员。"])
    if deputy in heads:
        raise TransitionBlocked([f"{deputy.name}本来就是负责人，不需要代理。"])
    if until < clock.today() or until < from_on:
        raise TransitionBlocked(["代理的结束日期不能早于今天和开始日期。"])
    if (until - from_on).days > LONGEST:
        raise TransitionBlocked(["一次代理不超过三个月，长期变动请调整人员身份。"])


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
    demand_scope(by, "manage_people", recommender, "本单位人员由负责人管理。")


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
