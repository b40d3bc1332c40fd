"""Words and the signal of what is done to the portal's keys on its host, where no account is asked."""

from __future__ import annotations

from django.db.models import Q

from portal.kernel.action_labels import register_words
from portal.trail.watching import register_signal

register_words(
    {
        "seal.change": "更换电子印章密钥",
        "logkey.add": "增加公开日志密钥",
        "logkey.retire": "停用公开日志旧密钥",
        "stock.take": "登记公开记录的现状",
        "contactskey.rotate": "联系方式换用新密钥封存",
    }
)
register_signal(
    "keys", "密钥更换", "在服务器上更换的电子印章、公开日志和联系方式密钥", Q(stream__startswith="host.")
)
