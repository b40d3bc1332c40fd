"""Who may do what: one table per app, verb → role → scope, read as querysets.

`Model.objects.for_user(user, verb)` filters by the table and `user.has_perm(perm, obj)` means
"obj is in that queryset", so a list, a page, a button, a file and a transition cannot disagree.
What the table does not list is refused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, cast

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404


class Role(models.TextChoices):
    PUBLIC = "public", "公众"
    APPLICANT = "applicant", "申报单位"
    RECOMMENDER = "recommender", "推荐单位"
    MINISTRY_OFFICER = "ministry_officer", "工信部经办人"
    MINISTRY_LEAD = "ministry_lead", "工信部负责人"
    EXPERT = "expert", "评审专家"
    INSPECTOR = "inspector", "纪检监督"
    OUTSIDE_AUDITOR = "outside_auditor", "外部审计"
    ADMINISTRATOR = "administrator", "系统管理员"


MINISTRY = (Role.MINISTRY_OFFICER, Role.MINISTRY_LEAD)
OVERSEERS = (Role.INSPECTOR, Role.OUTSIDE_AUDITOR)
ORGANISERS = (*MINISTRY, Role.INSPECTOR)  # those who organise a review, and who watches them
REVIEWERS = (*MINISTRY, *OVERSEERS)  # the ministry's own procedure and those who look at the whole of it
SUPERVISORS = (Role.RECOMMENDER, *MINISTRY)  # the authorities over a platform
WATCHERS = (*SUPERVISORS, *OVERSEERS)
STAFF = (*WATCHERS, Role.ADMINISTRATOR)

Scope = Callable[[Any], Q]
_table: dict[str, dict[str, dict[str, list[Scope]]]] = defaultdict(
    lambda: defaultdict(lambda: defaultdict(list))
)


class _System:
    """An actor that is no person's account: the clock, whose lapses and reminders nobody triggers, or the host."""

    pk = None
    role = "system"
    is_authenticated = False

    def __init__(self, label: str):
        self.label = label

    def __str__(self) -> str:
        return self.label


SYSTEM = _System("系统时钟")
HOST = _System("主机命令行")  # the trail names the act; who sat there is in the operator's own records


def everything(user) -> Q:
    """The scope of a role that reaches every row."""
    return Q(pk__isnull=False)


def grant(model: type[models.Model], rows: Mapping[str, Mapping[Role, Scope]]) -> None:
    """Add rows to the table: {verb: {role: scope}}. A role with several scopes has their union."""
    for verb, roles in rows.items():
        for role, scope_function in roles.items():
            _table[model._meta.label_lower][verb][str(role)].append(scope_function)


def grant_list(model: type[models.Model], *roles: Role, verb: str = "list") -> None:
    """Open the page of all rows to these roles; what stands on it is what each may view."""

    def viewed(user) -> Q:
        return Q(pk__in=rows_of(model).for_user(user).values("pk"))

    grant(model, {verb: dict.fromkeys(roles, viewed)})


def scope(model: type[models.Model], verb: str, *roles: Role):
    """Add a scope to a lower app's model, as `requires` adds requirements."""

    def register(function: Scope) -> Scope:
        grant(model, {verb: dict.fromkeys(roles, function)})
        return function

    return register


def table() -> dict[str, dict[str, tuple[str, ...]]]:
    """The table as plain data for documents and tests: model → verb → roles."""
    return {
        label: {verb: tuple(sorted(roles)) for verb, roles in sorted(verbs.items()) if roles}
        for label, verbs in sorted(_table.items())
    }


def rows_of(model: type[models.Model]) -> Any:
    """The manager of a model that the table speaks of: its rows know `for_user`."""
    return model._default_manager


def role_of(user) -> str:
    return getattr(user, "role", "") or Role.PUBLIC


def speaks_for_a_unit(user) -> bool:
    """An account of the applicants' kind, which belongs to whichever units let it in."""
    return role_of(user) == Role.APPLICANT


def roles_of(model: type[models.Model], verb: str) -> frozenset[str]:
    """Every role that is listed for the verb."""
    return frozenset(_table[model._meta.label_lower][verb])


def holds(model: type[models.Model], user, verb: str) -> bool:
    """Whether the user's role is listed for the verb at all (for menus; rows are decided by for_user)."""
    return role_of(user) in _table[model._meta.label_lower][verb]


def demand_role(model: type[models.Model], user, verb: str, sentence: str = "") -> None:
    """Refuse who is of no listed role: the first line of a list page, or of an act that has no row yet."""
    if not holds(model, user, verb) or (user.is_authenticated and not user.is_active):
        forbid(sentence or who_may(model, user, verb))


def demand_scope(user, verb: str, obj: models.Model, sentence: str = "") -> None:
    """Refuse whom the table does not let do the verb on this very row: the first line of a service."""
    if not allowed(user, verb, obj):
        forbid(sentence or who_may(type(obj), user, verb))


def forbid(sentence: str) -> NoReturn:
    """The answer 403 with its reason; on record (portal.trail.access). Only for what is no role and no row."""
    raise PermissionDenied(sentence)


class ScopedQuerySet(models.QuerySet):
    def for_user(self, user, verb: str = "view"):
        """The rows on which the table lets this user do the verb (who, not when)."""
        scopes = _table[self.model._meta.label_lower][verb].get(role_of(user), ())
        if not scopes or (user.is_authenticated and not user.is_active):
            return self.none()
        condition = Q()
        for scope_function in scopes:
            condition |= scope_function(user)
        return self.filter(condition)

    def ready_for(self, verb: str):
        """The rows whose present state lets the verb begin (when, not who)."""
        from portal.kernel.workflow import verbs_of  # the kernel's two halves know each other

        declared = verbs_of(cast(Any, self.model))[verb]
        rows = self.filter(state__in=declared.sources)
        if "" not in declared.targets:
            rows = rows.filter(procedure__in=list(declared.targets))
        return rows


ScopedManager = models.Manager.from_queryset(ScopedQuerySet)


def allowed(user, verb: str, obj: models.Model) -> bool:
    """Whether the object is in the user's scope for the verb."""
    return rows_of(type(obj)).for_user(user, verb).filter(pk=obj.pk).exists()


def fetch(queryset, user, verb: str = "view", **lookup):
    """One row for a page: 404 when the user may not even see it, 403 when the verb is not theirs."""
    row = queryset.filter(**lookup)
    found = row.for_user(user, verb).first()
    if found is not None:
        return found
    if verb != "view" and row.for_user(user, "view").exists():
        forbid(who_may(queryset.model, user, verb))
    raise Http404


def who_may(model: type[models.Model], user, verb: str) -> str:
    """For a refusal: whose business it is, from the table itself."""
    roles = _table[model._meta.label_lower][verb]
    if role_of(user) in roles:
        return "您的身份可以办理此类事项，但这一件须由其承办人或者有签发权的负责人办理。"
    names = [role.label for role in Role if role in roles]
    return f"此事项由{'、'.join(names)}办理。" if names else ""
