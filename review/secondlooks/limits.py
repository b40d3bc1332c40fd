"""What the unit's own page says of a second look: until when it may be asked for, or how it stands."""

from __future__ import annotations

from django.urls import reverse

from applications.filing.remedies import Remedy, tells_remedy
from applications.models import Application
from portal.kernel import clock
from portal.shared.workingdays import date_cn_weekday
from review.models import SecondLook
from review.secondlooks.terms import term_of


@tells_remedy
def second_look(application: Application) -> Remedy | None:
    look = SecondLook.objects.filter(application=application).first()
    if look:
        return Remedy(f"：{look.get_state_display()}", "结果申诉", reverse("second_look", args=[look.pk]))
    term = term_of(application)
    if term is None:
        return None
    last = f"{date_cn_weekday(term[1])} 24:00"
    if clock.today() > term[1]:
        return Remedy(f"结果申诉期限已于 {last} 届满。")
    url = reverse("ask_second_look", args=[application.pk])
    return Remedy(f"（由负责人提出，只能提出一次，至 {last} 为止）", "提出结果申诉", url)
