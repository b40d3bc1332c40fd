"""Where the second looks stand in the navigation, and the words of their events."""

from __future__ import annotations

from portal.desk.navigation import register
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import MINISTRY, Role

register(
    "结果申诉",
    "second_looks",
    icon="message-report",
    group="年度工作",
    roles=(*MINISTRY, Role.INSPECTOR, Role.OUTSIDE_AUDITOR, Role.RECOMMENDER),
    order=48,
)
register_words({"secondlook.ask": "提出结果申诉"})
