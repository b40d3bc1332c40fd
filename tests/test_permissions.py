"""The table against the traps of the permission libraries underneath it."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser, Permission
from django.core.exceptions import PermissionDenied
from django.http import Http404
from guardian.shortcuts import assign_perm, remove_perm

from applications.filing.locked import why_locked
from applications.models import Application
from applications.states import ApplicationState as S
from platforms.models import Organisation, Platform, Recommender
from platforms.querysets import organisations_of, recommenders_of
from portal.kernel import permissions
from portal.kernel.permissions import Role, fetch
from portal.kernel.workflow import perform, verbs_of
from portal.models import User
from tests.factories import dossiers, people
from tests.factories.dossiers import on
from tests.scopes import kept_scopes, read_scopes


def test_every_scope_asks_for_what_was_meant(db):
    """The written rows hold; rows that came since are written by `python -m tests.write_scopes`."""
    scopes, kept = read_scopes(), kept_scopes()
    assert {row: scopes.get(row) for row in kept} == kept


@pytest.fixture
def submitted(db):
    return dossiers.application_in(S.SUBMITTED)


class TestGuardian:
    """Grants on one row never become grants on all rows."""

    @pytest.mark.parametrize("grant", ["handle_recommender", "sign_recommender"])
    def test_a_global_permission_opens_nothing(self, submitted, grant, monkeypatch):
        outsider = people.user(Role.RECOMMENDER)
        permission = Permission.objects.get(codename=grant)
        monkeypatch.setattr(User, "get_all_permissions", lambda *a: {f"platforms.{grant}"}, raising=False)
        monkeypatch.setattr(
            User, "user_permissions", Permission.objects.filter(pk=permission.pk), raising=False
        )
        assert list(recommenders_of(outsider, grant)) == []
        assert not Application.objects.for_user(outsider).exists()

    def test_being_called_superuser_opens_nothing(self, submitted, monkeypatch):
        outsider = people.user(Role.RECOMMENDER)
        monkeypatch.setattr(User, "is_superuser", True)
        assert list(recommenders_of(outsider)) == []
        assert list(organisations_of(outsider)) == []
        assert not outsider.has_perm("applications.view_application", submitted)

    def test_a_grant_ends_when_it_is_taken(self, submitted):
        officer, _ = people.staff_of(submitted.recommender)
        assert Application.objects.for_user(officer).get() == submitted
        remove_perm("platforms.handle_recommender", officer, submitted.recommender)
        assert not Application.objects.for_user(officer).exists()

    def test_a_grant_of_another_role_opens_nothing(self, submitted):
        """An expert who was once given an organisation's grant is still an expert."""
        stranger = people.user(Role.EXPERT)
        assign_perm("platforms.handle_organisation", stranger, submitted.platform.organisation)
        assert not Application.objects.for_user(stranger).exists()


def test_nobody_is_a_superuser():
    """There is no column to set: nobody passes the table by."""
    assert {field.name for field in User._meta.get_fields()} & {"is_superuser", "is_staff"} == set()
    assert (User.is_superuser, User.is_staff) == (False, False)


def test_roles_that_must_never_meet():
    """Operate, configure, audit: no verb of casework is listed for those who look on or configure."""
    table = permissions.table()
    onlookers = {Role.INSPECTOR, Role.OUTSIDE_AUDITOR}
    reads, looks = {"view", "take_evidence", "take_copy"}, ("see_", "read_", "list")
    found = {
        (label, verb)
        for label, verbs in table.items()
        for verb, roles in verbs.items()
        if onlookers & set(roles) and verb not in reads and not verb.startswith(looks)
    }
    own = ("applications.readingdoubt", "review.misconductreport")  # 纪检's own records
    answers = {(label, verb) for label in own for verb in ("answer", "close")}
    assert found == {("portal.trainingclock", "move"), *answers}
    casework = ("applications.", "review.", "platforms.")
    administrators = {
        (label, verb)
        for label, verbs in table.items()
        for verb, roles in verbs.items()
        if Role.ADMINISTRATOR in roles and label.startswith(casework) and verb != "view"
    }
    assert administrators == {("applications.auditappointment", "end")}  # taking a view away


@pytest.mark.parametrize(
    "model", [Application, Organisation, Platform, Recommender], ids=lambda m: m.__name__
)
def test_an_inactive_account_gets_nothing(submitted, model):
    _, lead = people.staff_of(submitted.recommender)
    assert model.objects.for_user(lead).exists()
    User.objects.filter(pk=lead.pk).update(is_active=False)
    lead.refresh_from_db()
    for verb in ("view", *(verbs_of(model) or ())):
        assert not model.objects.for_user(lead, verb).exists()
    assert not lead.has_perm("applications.view_application", submitted)
    with pytest.raises(PermissionDenied), on(dossiers.EVALUATED_ON):
        perform(submitted, "begin_evaluation", by=lead)


def test_an_inactive_account_cannot_sign_in(db, rf):
    account = people.user()
    account.set_password("Correct-Horse-9")
    account.save()
    request = rf.post("/login/")
    assert authenticate(request, username=account.username, password="Correct-Horse-9") == account
    account.is_active = False
    account.save()
    assert authenticate(request, username=account.username, password="Correct-Horse-9") is None


def test_has_perm_is_for_user(submitted):
    """One definition: the same answer for list and object, for every verb and every kind of user."""
    officer, lead = people.staff_of(submitted.recommender)
    users = [
        officer,
        lead,
        submitted.created_by,
        people.ministry(),
        people.user(Role.INSPECTOR),
        AnonymousUser(),
    ]
    table = permissions.table()["applications.application"]
    for user in users:
        for verb in table:
            listed = Application.objects.for_user(user, verb).filter(pk=submitted.pk).exists()
            if user.is_authenticated:
                assert user.has_perm(f"applications.{verb}_application", submitted) is listed
            assert permissions.allowed(user, verb, submitted) is listed


def test_what_the_table_does_not_list_is_refused(submitted):
    officer, _ = people.staff_of(submitted.recommender)
    assert not Application.objects.for_user(officer, "no_such_verb").exists()
    assert not officer.has_perm("applications.no_such_verb_application", submitted)
    assert not officer.has_perm("applications.view_application")


def test_out_of_scope_is_missing_and_in_scope_is_forbidden(submitted):
    officer, _ = people.staff_of(submitted.recommender)
    stranger, _ = people.staff_of(people.recommender("甘肃"))
    assert fetch(Application.objects, officer, pk=submitted.pk) == submitted
    with pytest.raises(PermissionDenied):
        fetch(Application.objects, officer, "accept", pk=submitted.pk)
    with pytest.raises(Http404):
        fetch(Application.objects, stranger, "accept", pk=submitted.pk)


def test_the_evaluator_does_not_sign_the_same_dossier(db):
    """负责人 is not the evaluator of the same dossier."""
    application, unit = dossiers.draft()
    dossiers.bring_to(application, unit, S.SUBMITTED)
    _, lead = people.staff_of(application.recommender)
    with on(dossiers.EVALUATED_ON):
        dossiers.officials.evaluate(application, lead, day=dossiers.EVALUATED_ON)
        with pytest.raises(PermissionDenied):
            perform(application, "recommend", by=lead)
        second = people.lead_of(application.recommender)
        assert perform(application, "recommend", by=second).state == S.RECOMMENDED


def test_a_refusal_says_whose_business_it_is(submitted):
    officer = people.staff_of(submitted.recommender)[0]
    for verb, words in (
        ("accept", "此事项由工信部经办人、工信部负责人办理。"),
        ("recommend", "您的身份可以办理此类事项，但这一件须由其承办人或者有签发权的负责人办理。"),
    ):
        with pytest.raises(PermissionDenied) as refused:
            fetch(Application.objects.all(), officer, verb, pk=submitted.pk)
        assert str(refused.value) == words


def test_a_locked_material_says_why_until_when_and_whom_to_ask(submitted):
    words = why_locked(submitted)
    assert "已于 2026 年 3 月 2 日提交，现为“已提交”，直到发出补正通知为止" in words
    assert submitted.recommender.name in words
    with on(dossiers.EVALUATED_ON):
        returned = dossiers.ask(submitted, "recommender", by=people.staff_of(submitted.recommender)[0])
    assert "24:00 只有补正通知所列的材料可以修改" in why_locked(returned.application)
