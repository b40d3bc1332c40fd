"""The page on which a unit leaves a round that goes on without it."""

from __future__ import annotations

from django.urls import reverse

from applications.models import Application
from portal.pages.verbs import VerbView
from review.leaving.services import leave_round


class LeaveRound(VerbView):
    model = Application
    verb = "leave_round"

    def queryset(self):
        return Application.objects.select_related("platform", "cycle", "recommender")

    def shown(self):
        return [
            ("平台", self.obj.platform.name),
            ("年度", str(self.obj.cycle)),
            ("当前状态", self.obj.public_state),
            (
                "公示名单",
                "已经列入；退出后名单更正，注明不再列入" if self.obj.notice_items.exists() else "尚未列入",
            ),
        ]

    def act(self, form):
        return leave_round(self.obj, note=form.cleaned_data["note"], by=self.request.user)

    def back_url(self):
        return reverse("dossier_tasks", args=[self.obj.pk])
