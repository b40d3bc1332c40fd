from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.test import Client
from django.urls import Resolver404, resolve

from portal.models import User
from training.demo.actors import ACCOUNTS

LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')
LEFT_OUT = {"logout"}  # links that end the walk
SHOWN_FAULTS = 10


@dataclass
class Walk:
    """One person's way: the home, everything it leads to, and one page of each further kind."""

    client: Client
    who: str
    known: set[str]  # kinds of pages that the role has seen
    opened: int = 0
    faults: list[str] = field(default_factory=list)

    def begin(self, start: str) -> None:
        first = self.open(start)
        second = [link for address in first for link in self.open(address)]
        for address in second:
            self.open(address)

    def open(self, address: str) -> list[str]:
        """Open a page of a kind that is not known yet; the links on it."""
        try:
            kind = resolve(address.partition("?")[0]).view_name
        except Resolver404:
            self.faults.append(f"{self.who}：{address} 没有这个地址")
            return []
        if kind in self.known or kind in LEFT_OUT:
            return []
        self.known.add(kind)
        answer = self.client.get(address, follow=True)
        self.opened += 1
        if answer.status_code != 200:
            self.faults.append(f"{self.who}：{address} 应答 {answer.status_code}")
            return []
        if not answer.get("Content-Type", "").startswith("text/html"):
            b"".join(answer) if answer.streaming else answer.content
            return []
        return [unescape(found) for found in dict.fromkeys(LINK.findall(answer.content.decode()))]


class Command(BaseCommand):
    help = "Open the main pages of every role of the demonstration, signed in as its accounts; ends with an error when one fails."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("只在演示模式下可用。")
        walks = [*self.walk()]
        faults = [fault for walk in walks for fault in walk.faults]
        for fault in faults[:SHOWN_FAULTS]:
            self.stderr.write(fault)
        opened = sum(walk.opened for walk in walks)
        if faults:
            raise CommandError(f"打开 {opened} 个页面，{len(faults)} 个不能打开。")
        self.stdout.write(f"{len(walks)} 个账号（含未登录），打开 {opened} 个页面，全部正常。")

    def walk(self):
        users = User.objects.in_bulk([account.username for account in ACCOUNTS], field_name="username")
        known: dict[str, set[str]] = {}
        for account in (None, *ACCOUNTS):
            client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
            if account:
                client.force_login(users[account.username])
            walk = Walk(
                client,
                account.username if account else "未登录",
                known.setdefault(account.role if account else "", set()),
            )
            walk.known.discard("desk")  # every account has one of its own
            walk.begin("/desk/" if account else "/")
            yield walk
