"""The first two administrators come together, from the host, and set their passwords by a link."""

import io
import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from portal.kernel import outbox
from portal.kernel.permissions import Role
from portal.models import AuditEvent, User

pytestmark = pytest.mark.django_db
FIRST, SECOND = ("wang", "王管理", "wang@ops.example"), ("li", "李管理", "li@ops.example")
NEW = "quite-a-new-password-7"


def run(*people) -> str:
    out = io.StringIO()
    call_command("create_administrators", *people[0], *people[1], stdout=out)
    return out.getvalue()


def test_two_persons_each_with_a_link():
    said = run(FIRST, SECOND)
    assert "wang" in said and "li" in said
    both = User.objects.filter(role=Role.ADMINISTRATOR).order_by("username")
    assert [user.has_usable_password() for user in both] == [False, False]
    assert {event.actor_label for event in AuditEvent.objects.filter(action="user.create")} == {"主机命令行"}
    outbox.drain_outbox()
    assert sorted(letter.to[0] for letter in mail.outbox) == ["li@ops.example", "wang@ops.example"]
    letter = next(letter for letter in mail.outbox if letter.to == ["li@ops.example"])
    client = Client()
    where = client.get(
        re.search(r"https?://[^/]+(/password/reset/\S+)", letter.body)[1], follow=True
    ).redirect_chain[-1][0]
    assert client.post(where, {"new_password1": NEW, "new_password2": NEW}).url == "/login/"
    assert User.objects.get(username="li").check_password(NEW)


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        (("WANG", "李管理", "li@ops.example"), "用户名不能相同"),
        (("li", "王管理", "li@ops.example"), "姓名不能相同"),
        (("li", "李管理", "Wang@ops.example"), "邮箱不能相同"),
        (("li", "李管理", "nowhere"), "不是电子邮箱地址"),
    ],
)
def test_one_person_is_not_two(second, sentence):
    with pytest.raises(CommandError, match=sentence):
        run(FIRST, second)
    assert not User.objects.filter(role=Role.ADMINISTRATOR).exists()


def test_nobody_is_added_from_the_host_while_two_are_there():
    run(FIRST, SECOND)
    with pytest.raises(CommandError, match="已有两位系统管理员"):
        run(("zhao", "赵", "zhao@ops.example"), ("qian", "钱", "qian@ops.example"))
