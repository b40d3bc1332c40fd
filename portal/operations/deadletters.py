"""Effects that did not get through, as an administrator reads them: what, for whom, since when, and why."""

from __future__ import annotations

from collections.abc import Iterable

from portal.kernel import outbox
from portal.models import OutboxMessage

REASONS = {
    "ConnectionRefusedError": "邮件服务器没有应答",
    "TimeoutError": "对方超时没有应答",
    "gaierror": "找不到服务器的地址",
    "SMTPServerDisconnected": "邮件服务器中断了连接",
    "SMTPConnectError": "邮件服务器拒绝连接",
    "SMTPAuthenticationError": "邮件服务器不接受门户的账号或密码",
    "SMTPRecipientsRefused": "邮件服务器拒收：收件地址不存在或被拒绝",
    "SMTPSenderRefused": "邮件服务器拒收：不接受门户的发件地址",
    "SMTPDataError": "邮件服务器拒收：内容被拒绝",
    "SoftTimeLimitExceeded": "用时超过上限",
    "OSError": "读写失败",
}


def failing_messages():
    """Open messages that failed at least once; those that are no longer tried come first."""
    return outbox.open_messages().filter(attempts__gt=0).order_by("given_up_at", "id")


def describe_all(messages: Iterable[OutboxMessage]) -> list[dict]:
    """In their order; each topic is asked once what its messages are about."""
    rows = list(messages)
    about: dict[int, str] = {}
    for name in {row.topic for row in rows}:
        of_topic = [row for row in rows if row.topic == name]
        words = outbox.topic_of(name).about([row.payload for row in of_topic])
        about.update(zip([row.pk for row in of_topic], words, strict=True))
    return [_describe(row, about[row.pk]) for row in rows]


def _describe(message: OutboxMessage, about: str) -> dict:
    kind = message.error.partition(":")[0]
    return {
        "id": message.pk,
        "topic": message.topic,
        "label": outbox.topic_of(message.topic).label,
        "about": about,
        "since": message.failing_since,
        "attempts": message.attempts,
        "next": message.retry_at,
        "given_up": message.given_up_at is not None,
        "reason": REASONS.get(kind, "处理时出错"),
        "error": message.error,
    }
