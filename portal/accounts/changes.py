"""Changes of accounts: by one administrator where the account signs nothing, by two where it may sign (ADR 0021)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse

from portal.accounts.factors import clear_factors
from portal.accounts.links import OLD_ADDRESS, OPENED, send_link
from portal.accounts.models import AccountChange
from portal.accounts.places import give_for_a_time, give_place, name_of_place
from portal.accounts.services import create_account, edit_account, end_sessions
from portal.accounts.tokens import end_tokens
from portal.kernel import audit, clock, outbox, signoff
from portal.kernel.permissions import Role, demand_role, demand_scope, table
from portal.kernel.workflow import TransitionBlocked, perform, requires, stateful_models, verbs_of
from portal.models import SignOff, User
from portal.privacy.crypto import seal

OFFICE = "accounts"  # whose acts these are: the administrators' own, read by the inspector
LABELS = {
    "name": "姓名",
    "title": "职务",
    "role": "身份",
    "email": "电子邮箱",
    "phone": "手机",
    "is_active": "启用",
    "place": "所在单位",
    "signs": "可以签发",
    "absent": "外出的负责人",
    "years": "审计年度",
    "order_number": "委派文号",
    "from_on": "自",
    "until": "至（含当日）",
}
CHANGED = ("name", "title", "role", "email", "phone", "is_active")


def signing_roles() -> frozenset[str]:
    """Roles that may be the second person of any act, who scores, who is told of it all, and who audits a year."""
    listed = table()
    signing = {
        role
        for model in stateful_models()
        for verb in verbs_of(model).values()
        if verb.two_person
        for role in listed[model._meta.label_lower].get(verb.name, ())
    }
    return frozenset(signing | {str(Role.EXPERT), str(Role.INSPECTOR), str(Role.OUTSIDE_AUDITOR)})


def needs_two(*roles: str) -> bool:
    return bool(signing_roles().intersection(map(str, roles)))


def administrators() -> int:
    return User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count()


@transaction.atomic
def open_account(*, by, note: str = "", username: str, role: str, **wanted) -> User | SignOff:
    """A new account whose owner gets a link; for one that may sign, a proposal to the other administrator."""
    _demand_administrator(by)
    wanted = {"role": str(role), **wanted}
    if not needs_two(role):
        return _create(username, wanted, by=by)
    return _propose(AccountChange.Kind.CREATE, None, username, wanted, by=by, note=note)


@transaction.atomic
def change_account(account: User, *, by, note: str = "", **wanted) -> SignOff | None:
    """What differs from now; a proposal where the account may sign before or after, else done at once."""
    _demand(account, by)
    changed = {name: value for name, value in wanted.items() if value != getattr(account, name, "")}
    if not changed.get("place"):
        changed = {name: value for name, value in changed.items() if name not in ("place", "signs")}
    if not changed:
        return None
    if needs_two(account.role, wanted.get("role", account.role)):
        return _propose(AccountChange.Kind.EDIT, account, account.username, changed, by=by, note=note)
    _edit(account, changed, by=by)
    return None


@transaction.atomic
def reset_account(account: User, *, by, note: str = "") -> SignOff | None:
    """The old password ends and a link goes to the person. A link to one who has none yet may be sent again."""
    _demand(account, by)
    if not account.email:
        raise TransitionBlocked(["此账号没有登记电子邮箱，不能发送链接，请先补登本人的邮箱。"])
    if needs_two(account.role) and account.has_usable_password():
        return _propose(AccountChange.Kind.RESET, account, account.username, {}, by=by, note=note)
    _reset(account, by=by)
    return None


@transaction.atomic
def propose_for_a_time(kind: str, account: User, wanted: dict, *, by, note: str) -> SignOff:
    """What an account is given until a day: proposed to the other administrator."""
    _demand(account, by)
    return _propose(kind, account, account.username, wanted, by=by, note=note)


@transaction.atomic
def close_account(account: User, *, by) -> None:
    """Shutting somebody out is safe and may be urgent: one administrator, at once. Opening again is a change."""
    _demand(account, by)
    if account.pk == by.pk:
        raise TransitionBlocked(["不能停用自己的账号，请由另一位管理员办理。"])
    edit_account(account, by=by, is_active=False)


# --- a head asks, one administrator proposes, another signs ---


@transaction.atomic
def ask_for_change(
    kind: str, *, username: str, wanted: dict, by, account: User | None = None, reason: str = ""
) -> AccountChange:
    """The wish of whoever answers for an office (the caller has checked that); nothing changes until two have signed."""
    open_ones = (AccountChange.State.REQUESTED, AccountChange.State.PROPOSED)
    if AccountChange.objects.filter(username=username, state__in=open_ones).exists():
        raise TransitionBlocked(["此账号已有一项变动等待办理，请等办结或者先撤回。"])
    change = _make_change(kind, account, username, wanted, by=by, reason=reason)
    audit.record(action="ask", obj=change, by=by, note=reason)
    return change


@transaction.atomic
def take_up(change: AccountChange, *, by, note: str = "") -> SignOff:
    """An administrator proposes what was asked for; another signs it."""
    row = perform(change, "take_up", by=by, note=note or change.reason)
    return signoff.prepare([row], "carry_out", by=by, note=note or change.reason)


@requires(AccountChange, "carry_out")
def _two_administrators(change: AccountChange, attempt):
    if administrators() < 2:
        yield (
            "可以签发的账号须由两位系统管理员办理，本系统目前只有一位；"
            "请在主机上运行 bin/manage create_administrators 同时建立两位。"
        )


@requires(AccountChange, "carry_out")
def _name_is_free(change: AccountChange, attempt):
    if change.kind == AccountChange.Kind.CREATE and User.objects.filter(username__iexact=change.username):
        yield f"用户名“{change.username}”已有人使用。"


def describe(objects: Sequence[AccountChange], facts: Mapping[str, Any]) -> dict[str, Any]:
    change = objects[0]
    role = change.wanted.get("role") or change.account.role
    rows = [["用户名", change.username], ["身份", Role(role).label]]
    if change.account:
        rows.append(["本人", change.account.name])
        rows.append(["本人邮箱", change.account.email or "（没有邮箱）"])
    if change.asked_by.role != Role.ADMINISTRATOR:
        rows.append(["提出人", change.asked_by.audit_label()])
    for name in LABELS:  # in this order: the database keeps none
        if name not in change.wanted or (name == "role" and not change.account):
            continue
        value = change.wanted[name]
        before = (
            _words(name, getattr(change.account, name), role) if name in CHANGED and change.account else ""
        )
        after = _words(name, value, role)
        rows.append([LABELS[name], f"{before} → {after}" if before else after])
    effects = {
        AccountChange.Kind.CREATE: ["建立账号，链接发到本人邮箱，由本人设置密码", "密码任何管理员都看不到"],
        AccountChange.Kind.EDIT: ["账号立即改变；邮箱改变的，原邮箱也收到通知"],
        AccountChange.Kind.RESET: [
            "原密码和验证方式作废，已登录的全部退出",
            "链接发到本人邮箱，由本人设置新密码",
        ],
        AccountChange.Kind.APPOINT: ["期内可以查看所列年度的卷宗和操作轨迹，不能办理；到期自动结束"],
        AccountChange.Kind.DEPUTISE: ["代理期内可以签发，到期自动收回；自己测评的事项仍不能自己签发"],
    }[change.kind]
    return {
        "title": str(change),
        "basis": "",
        "rows": rows,
        "private": ["本人邮箱", LABELS["email"], LABELS["phone"]],
        "effects": [*effects, "记入操作记录，监督人员收到提示"],
    }


def _words(name: str, value: Any, role: str) -> str:
    if name == "role":
        return Role(value).label
    if name == "place":
        return name_of_place(role, value) or "（无）"
    if name == "years":
        return "、".join(name_of_place(role, key) for key in value)
    if name == "absent":
        return User.objects.get(pk=value).name
    if isinstance(value, bool):
        return "是" if value else "否"
    return value or "（无）"


def carry_out(act: SignOff, objects: Sequence[AccountChange], by) -> None:
    for change in objects:
        perform(change, "carry_out", by=by, note=act.note, signoff=act)
        if change.kind == AccountChange.Kind.CREATE:
            _create(change.username, change.wanted, by=by)
        elif change.kind == AccountChange.Kind.EDIT:
            _edit(change.account, change.wanted, by=by)
        elif change.kind in (AccountChange.Kind.DEPUTISE, AccountChange.Kind.APPOINT):
            give_for_a_time(change.account, change.wanted, reason=change.reason, by=by)
        else:
            _reset(change.account, by=by)


def drop(act: SignOff, objects: Sequence[AccountChange], by) -> None:
    for change in objects:
        perform(change, "drop", by=by, note=act.answer)


@signoff.register_office
def people_of_accounts(office: str):
    return User.objects.filter(role=Role.ADMINISTRATOR) if office == OFFICE else None


signoff.register_act(
    AccountChange,
    "carry_out",
    describe=describe,
    execute=carry_out,
    returned=drop,
    office=lambda change: OFFICE,
    page=lambda change: reverse("account_edit", args=[change.account_id]) if change.account_id else "",
)


def _propose(kind, account: User | None, username: str, wanted: dict, *, by, note: str) -> SignOff:
    waiting = AccountChange.objects.filter(username=username, state=AccountChange.State.PROPOSED)
    if waiting.exists():
        raise TransitionBlocked(["此账号已有一项变动等待审签，请先办结或退回。"])
    return take_up(_make_change(kind, account, username, wanted, by=by, reason=note), by=by, note=note)


def _make_change(
    kind, account: User | None, username: str, wanted: dict, *, by, reason: str
) -> AccountChange:
    return AccountChange.objects.create(
        kind=kind,
        account=account,
        username=username,
        wanted=wanted,
        place=str(wanted.get("place") or "")[:40],
        reason=reason,
        asked_by=by,
        asked_at=clock.now(),
    )


def _create(username: str, wanted: Mapping[str, Any], *, by) -> User:
    wanted = dict(wanted)
    place, signs = wanted.pop("place", ""), wanted.pop("signs", False)
    user = create_account(username=username, by=by, **wanted)
    give_place(user, place, signs=signs, by=by)
    send_link(user, by=by, kind=OPENED)
    return user


def _edit(account: User, wanted: Mapping[str, Any], *, by) -> None:
    wanted, address = dict(wanted), account.email
    place, signs = wanted.pop("place", ""), wanted.pop("signs", False)
    row = edit_account(account, by=by, **wanted)
    give_place(row, place, signs=signs, by=by)
    if row.email != address:
        User.objects.filter(pk=row.pk).update(email_failed_at=None, email_failure="")  # told of the old one
    if address and row.email != address:
        event = audit.record(action="change_address", obj=row, by=by)
        old = seal(address, place=OLD_ADDRESS)
        outbox.send("address_changed", key=f"address_changed:{event.uuid}", user=str(row.pk), address=old)


def _reset(account: User, *, by) -> None:
    row = User.objects.select_for_update().get(pk=account.pk)
    row.set_unusable_password()
    row.save(update_fields=["password"])
    clear_factors(row, by=by)
    end_sessions(row)
    end_tokens(row, by=by)
    send_link(row, by=by, kind=OPENED)


def _demand_administrator(by) -> None:
    demand_role(User, by, "edit", "账号由系统管理员管理。")


def _demand(account: User, by) -> None:
    demand_scope(by, "edit", account, "账号由系统管理员管理。")
