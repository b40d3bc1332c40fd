"""Where the second looks stand in the navigation, and the words of their events."""

from __future__ import annotations

from portal.desk.navigation import register
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import WATCHERS

register(
    "结果申诉",
    "second_looks",
    icon="zoom-in",
    group="本年度",
    roles=WATCHERS,
    order=48,
    under="publicity_prepare",
    covers=["second_look*"],
)
register_words({"secondlook.ask": "提出结果申诉"})
