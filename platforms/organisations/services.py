"""Organisations, their people and their platforms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from guardian.shortcuts import assign_perm, remove_perm

from platforms.models import Designation, Organisation, OrganisationChange, Platform, Suspension
from platforms.querysets import people_of_organisation
from platforms.states import LIVE_TITLES, SuspensionState
from portal.accounts.links import send_username
from portal.accounts.services import complete_username, create_account
from portal.kernel import audit, clock
from portal.kernel.permissions import Role, speaks_for_a_unit
from portal.kernel.workflow import TransitionBlocked, column_of

Keeper = Callable[[Any, set[str]], Iterable[str]]
_keepers: dict[type, list[tuple[Keeper, bool]]] = defaultdict(list)
FILLS, SIGNS = "handle_organisation", "sign_organisation"
TRACKED = ("name", "kind", "legal_person", "registered_address", "phone", "email", "established_on")


@transaction.atomic
def register_applicant(
    *, username: str, name: str, email: str, password: str | None, phone: str = "", title: str = ""
):
    """A self-registered account; it reaches nothing until it registers or joins an organisation."""
    return create_account(
        username=username,
        name=name,
        role=Role.APPLICANT,
        email=email,
        phone=phone,
        title=title,
        password=password,
        by=None,
    )


@transaction.atomic
def register_oneself(*, username: str, **fields):
    """From the public page: the name is completed, and a letter tells the whole of it."""
    user = register_applicant(username=complete_username(username), **fields)
    send_username(user)
    return user


@transaction.atomic
def register_organisation(*, by, **fields) -> Organisation:
    """One organisation per code. Whoever registers it fills in and signs for it until others are added."""
    if Organisation.objects.filter(uscc=fields["uscc"]).exists():
        raise TransitionBlocked([CODE_TAKEN])
    try:
        with transaction.atomic():
            organisation = Organisation.objects.create(**fields)
    except IntegrityError as error:
        raise TransitionBlocked([CODE_TAKEN]) from error
    audit.record(action="register", obj=organisation, by=by, facts=fields)
    for grant in (FILLS, SIGNS):
        _give(organisation, by, grant, by=by)
    return organisation


CODE_TAKEN = (
    "此统一社会信用代码已有人登记。您可以申请加入该单位，由其负责人答复；联系不上或者确属他人冒用的，"
    "上传授权文件，由所在地区主管部门决定。"
)


@transaction.atomic
def edit_organisation(organisation: Organisation, *, by, reason: str = "", **changes) -> Organisation:
    """Change registered facts with their history; a changed name must be verified anew. `keeps` says what is held."""
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    _check_kept(
        row, {field for field in TRACKED if field in changes and changes[field] != getattr(row, field)}
    )
    return write_organisation(row, by=by, reason=reason, **changes)


@transaction.atomic
def write_organisation(organisation: Organisation, *, by, reason: str = "", **changes) -> Organisation:
    """Write registered facts with their history; whoever may is asked before."""
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    changed = {}
    for field in TRACKED:
        if field in changes and changes[field] != getattr(row, field):
            changed[field] = [str(getattr(row, field)), str(changes[field])]
            OrganisationChange.objects.create(
                organisation=row,
                field=str(column_of(Organisation, field).verbose_name),
                before=str(getattr(row, field)),
                after=str(changes[field]),
                reason=reason[:200],
                changed_by=by,
                changed_at=clock.now(),
            )
            setattr(row, field, changes[field])
    if changed:
        if {"name", "legal_person", "established_on"} & set(changed):
            row.verified_at = row.verified_by = None
        row.save()
        audit.record(action="edit", obj=row, by=by, note=reason, facts=changed)
    return row


@transaction.atomic
def verify_organisation(organisation: Organisation, *, by, note: str = "") -> Organisation:
    """An officer has held the licence against the code."""
    row = Organisation.objects.select_for_update().get(pk=organisation.pk)
    row.verified_at, row.verified_by = clock.now(), by
    row.save(update_fields=["verified_at", "verified_by"])
    audit.record(action="verify", obj=row, by=by, note=note)
    return row


@transaction.atomic
def add_person(organisation: Organisation, *, user, grants, by) -> None:
    """Let an applicant's account fill in (handle) or also sign for the organisation."""
    if not speaks_for_a_unit(user):
        raise TransitionBlocked(["只能加入申报单位的账号。"])
    for grant in grants:
        _give(organisation, user, grant, by=by)


@transaction.atomic
def remove_person(organisation: Organisation, *, user, by) -> None:
    """Somebody leaves. The last one who may sign cannot be removed: the unit would be locked out."""
    _keep_a_signer(organisation, user)
    take_person_away(organisation, user=user, by=by)


def take_person_away(organisation: Organisation, *, user, by) -> None:
    """Where it is sure already that somebody who may sign remains."""
    for grant in (FILLS, SIGNS):
        remove_perm(grant, user, organisation)
    audit.record(action="remove_person", obj=organisation, by=by, facts={"user": user})


@transaction.atomic
def set_part(organisation: Organisation, *, user, signs: bool, by) -> None:
    """经办人 becomes 负责人, or the other way; somebody who may sign always remains."""
    if not people_of_organisation(organisation).filter(pk=user.pk).exists():
        raise TransitionBlocked(["此人已不在本单位，请刷新页面。"])
    if signs:
        _give(organisation, user, SIGNS, by=by)
        return
    _keep_a_signer(organisation, user)
    remove_perm(SIGNS, user, organisation)
    audit.record(action="remove_person", obj=organisation, by=by, facts={"user": user, "grant": SIGNS})


def _keep_a_signer(organisation: Organisation, leaving) -> None:
    """Two colleagues who leave at the same moment wait for each other on the organisation's row."""
    Organisation.objects.select_for_update().get(pk=organisation.pk)
    signers = people_of_organisation(organisation, SIGNS)
    if list(signers.values_list("pk", flat=True)) == [leaving.pk]:
        raise TransitionBlocked(["这是最后一位负责人，请先加入另一位负责人，再移除或者变更。"])


@transaction.atomic
def register_platform(organisation: Organisation, *, by, **fields) -> Platform:
    if reasons := reasons_against_name(organisation, fields["name"]):
        raise TransitionBlocked(reasons)
    platform = Platform.objects.create(organisation=organisation, **fields)
    audit.record(
        action="register", obj=platform, by=by, facts={**fields, "jurisdiction": fields["jurisdiction"].name}
    )
    return platform


def reasons_against_name(unit: Organisation, name: str, *, of: Platform | None = None) -> list[str]:
    """No unit has two platforms of one name, and certificates tell them apart by it; `of` is the one that takes it."""
    if unit.platforms.filter(name=name).exclude(pk=of.pk if of else None).exists():
        return [f"{unit.name}已有同名的平台“{name}”，确为另一个平台的，请换一个名称。"]
    return []


def keeps(model: type, *, in_case: bool = True) -> Callable[[Keeper], Keeper]:
    """Register what holds registered facts as they are: (row as it stands, fields to change) → sentences.

    What only holds whoever changes them alone, and not a case of 变更登记, is registered with `in_case=False`.
    """

    def register(function: Keeper) -> Keeper:
        _keepers[model].append((function, in_case))
        return function

    return register


def what_keeps(row: Organisation | Platform, changing: set[str], *, in_case: bool = False) -> list[str]:
    held = [keeper for keeper, always in _keepers[type(row)] if always or not in_case]
    return [reason for keeper in held for reason in keeper(row, changing)]


def goes_by_case(platform: Platform) -> bool:
    """Whether 变更登记 is the way: a title is in force, or a public list holds the names for a case alone."""
    if platform.designations.filter(state__in=LIVE_TITLES).exists():
        return True
    rows = (platform, platform.organisation)
    return all(what_keeps(row, {"name"}) and not what_keeps(row, {"name"}, in_case=True) for row in rows)


def _check_kept(row: Organisation | Platform, changing: set[str]) -> None:
    if reasons := what_keeps(row, changing):
        raise TransitionBlocked(reasons)


@keeps(Platform)
def suspension_is_not_evaded(platform: Platform, changed: set[str]) -> Iterable[str]:
    """Art. 15: whoever is held by a jurisdiction's suspension does not move to another one."""
    rows = Suspension.objects.filter(recommender=platform.jurisdiction_id, state=SuspensionState.IN_FORCE)
    held = rows.filter(year__gte=clock.today().year).first() if "jurisdiction" in changed else None
    if held:
        yield f"{held.recommender.label} {held.year} 年度申报工作暂停期间，平台的所在地区不能变更。确有迁移的，请与工业和信息化部联系。"


BY_CASE = {Organisation: {"name", "legal_person", "registered_address"}, Platform: {"name", "address"}}
IN_A_CASE = "有效称号的登记信息不能自行修改，请在“变更登记”中提交证照，由主管部门核验后变更。"


@keeps(Platform, in_case=False)
def titled_ones_do_not_move_themselves(platform: Platform, changed: set[str]) -> Iterable[str]:
    """A title's checks, duties and complaints are with the department of its territory, which would lose it unasked."""
    if not platform.designations.filter(state__in=LIVE_TITLES).exists():
        return
    if "jurisdiction" in changed:
        yield (
            "本平台有有效称号，所在地区不能自行变更：迁移须由迁出、迁入两地主管部门同意，请在“变更登记”中提出。"
        )
    if changed & BY_CASE[Platform]:
        yield f"平台名称、经营服务场所地址是{IN_A_CASE}"


@keeps(Organisation, in_case=False)
def a_titled_unit_shows_its_licence(organisation: Organisation, changed: set[str]) -> Iterable[str]:
    """Name, legal person and address stand on the licence, on certificates and in the register."""
    titles = Designation.objects.filter(platform__organisation=organisation, state__in=LIVE_TITLES)
    if changed & BY_CASE[Organisation] and titles.exists():
        yield f"单位名称、法定代表人、注册地址是{IN_A_CASE}"


@transaction.atomic
def edit_platform(platform: Platform, *, by, **changes) -> Platform:
    """Change what nothing holds."""
    row = Platform.objects.select_for_update().get(pk=platform.pk)
    new = {field for field, value in changes.items() if getattr(row, field) != value}
    if "name" in new and (reasons := reasons_against_name(row.organisation, changes["name"], of=row)):
        raise TransitionBlocked(reasons)
    _check_kept(row, new)
    return write_platform(row, by=by, **changes)


@transaction.atomic
def write_platform(platform: Platform, *, by, **changes) -> Platform:
    """Write facts of a platform into its trail; whoever may is asked before."""
    row = Platform.objects.select_for_update().get(pk=platform.pk)
    new = {field: value for field, value in changes.items() if getattr(row, field) != value}
    changed = {field: [str(getattr(row, field)), str(value)] for field, value in new.items()}
    for field, value in new.items():
        setattr(row, field, value)
    if changed:
        row.save()
        audit.record(action="edit", obj=row, by=by, facts=changed)
    return row


def _give(organisation: Organisation, user, grant: str, *, by) -> None:
    assign_perm(
        Permission.objects.get(content_type__app_label="platforms", codename=grant), user, organisation
    )
    audit.record(action="add_person", obj=organisation, by=by, facts={"user": user, "grant": grant})
