import io
import sys

import pytest
from django.core.management import CommandError, call_command

from portal.models import AuditEvent, User
from portal.permissions import Role


def run(monkeypatch, password: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{password}\n"))
    call_command("create_administrator", "first_admin", "王管理", stdout=io.StringIO())


@pytest.mark.django_db
def test_the_first_administrator(monkeypatch):
    run(monkeypatch, "a-long-enough-password-1")
    account = User.objects.get(username="first_admin")
    assert account.role == Role.ADMINISTRATOR
    assert account.check_password("a-long-enough-password-1")
    assert not account.is_superuser
    assert AuditEvent.objects.filter(stream=f"portal.user:{account.pk}").count() == 1
    with pytest.raises(CommandError, match="已有人使用"):
        run(monkeypatch, "a-long-enough-password-2")


@pytest.mark.django_db
def test_a_weak_password_is_refused(monkeypatch):
    with pytest.raises(CommandError):
        run(monkeypatch, "password")
    assert not User.objects.filter(username="first_admin").exists()
