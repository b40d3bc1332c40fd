"""Who hears what another office decided deserves a watcher's look."""

from __future__ import annotations

from django.db.models import Q

from portal.trail.watching import register_signal

register_signal(
    "outside_handlers",
    "外部办理人员",
    "由其他地区主管部门的人员办理异议和结果申诉的指派和由两人提前结束的指派，及其理由",
    Q(action__in=["outsidehandler.appoint", "outsidehandler.end"]),
)
