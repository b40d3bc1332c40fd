from django.urls import path

from platforms.complaints import views as complaint
from platforms.imports import views as importing
from platforms.notices import views as notices
from platforms.postings import views as posting
from platforms.summaries import views as summary
from platforms.support import plan_views as support_plans
from platforms.support import views as support
from platforms.titleclaims import views as titleclaims
from platforms.unitchanges import views as unitchanges

urlpatterns = [
    path("my/summaries/<uuid:pk>/", summary.edit, name="summary_edit"),
    path("summaries/", summary.summaries, name="summary_list"),
    path("summaries/figures/", summary.figures, name="summary_figures"),
    path("summaries/download.xlsx", summary.download, name="summary_download"),
    path("summaries/<uuid:pk>/", summary.detail, name="summary"),
    path("summaries/<uuid:pk>/acknowledge/", summary.Acknowledge.as_view(), name="summary_acknowledge"),
    path("summaries/<uuid:pk>/send_back/", summary.SendBack.as_view(), name="summary_send_back"),
    path("my/platforms/<uuid:pk>/services/", posting.ours, name="postings_ours"),
    path("my/platforms/<uuid:pk>/services/new/", posting.new, name="posting_new"),
    path("postings/", posting.postings, name="posting_list"),
    path("postings/<uuid:pk>/edit/", posting.edit, name="posting_edit"),
    path("postings/<uuid:pk>/confirm/", posting.confirm, name="posting_confirm"),
    path("postings/<uuid:pk>/hide/", posting.Hide.as_view(), name="posting_hide"),
    path("postings/<uuid:pk>/restore/", posting.Restore.as_view(), name="posting_restore"),
    path("postings/<uuid:pk>/withdraw/", posting.Withdraw.as_view(), name="posting_withdraw"),
    path("services/", posting.services, name="services"),
    path("services/<uuid:pk>/", posting.service, name="service"),
    path("directory/<str:number>/complain/", complaint.complain, name="complain"),
    path("complaints/query/", complaint.query, name="complaint_query"),
    path("complaints/received/<str:number>/", complaint.received, name="complaint_received"),
    path("complaints/", complaint.complaints, name="complaint_list"),
    path("complaints/download.xlsx", complaint.download, name="complaint_download"),
    path("complaints/<uuid:pk>/", complaint.detail, name="complaint"),
    path("complaints/<uuid:pk>/complainant/", complaint.complainant, name="complaint_complainant"),
    path("complaints/<uuid:pk>/take_up/", complaint.TakeUp.as_view(), name="complaint_take_up"),
    path("complaints/<uuid:pk>/decline/", complaint.Decline.as_view(), name="complaint_decline"),
    path(
        "complaints/<uuid:pk>/decline_fraud/",
        complaint.DeclineFraud.as_view(),
        name="complaint_decline_fraud",
    ),
    path(
        "complaints/<uuid:pk>/conclude_fraud/",
        complaint.ConcludeFraud.as_view(),
        name="complaint_conclude_fraud",
    ),
    path("complaints/<uuid:pk>/conclude/", complaint.Conclude.as_view(), name="complaint_conclude"),
    path("support/", support.records, name="support_list"),
    path("support/new/", support.new, name="support_new"),
    path("support/download.xlsx", support.download, name="support_download"),
    path("support/plans/", support_plans.plans, name="support_plans"),
    path("support/plans/new/", support_plans.new, name="support_plan_new"),
    path("support/plans/<uuid:pk>/", support_plans.plan, name="support_plan"),
    path("support/plans/<uuid:pk>/close/", support_plans.close, name="support_plan_close"),
    path("support/<uuid:pk>/void/", support.void, name="support_void"),
    path("my/platforms/<uuid:pk>/support/", support.ours, name="support_ours"),
    path("imports/", importing.batches, name="import_list"),
    path("imports/templates/<slug:kind>.xlsx", importing.template_file, name="import_template"),
    path("directory/<str:number>/claim/", titleclaims.claim, name="title_claim"),
    path("title-claims/", titleclaims.claims, name="title_claims"),
    path("title-claims/<uuid:pk>/admit/", titleclaims.Admit.as_view(), name="title_claim_admit"),
    path("title-claims/<uuid:pk>/refuse/", titleclaims.Refuse.as_view(), name="title_claim_refuse"),
    path("title-claims/<uuid:pk>/cancel/", titleclaims.Cancel.as_view(), name="title_claim_cancel"),
    path("my/platforms/<uuid:pk>/change/", unitchanges.new, name="unit_change_new"),
    path("unit-changes/", unitchanges.changes, name="unit_changes"),
    path("unit-changes/<uuid:pk>/", unitchanges.detail, name="unit_change"),
    path("unit-changes/<uuid:pk>/verify/", unitchanges.Verify.as_view(), name="unit_change_verify"),
    path("unit-changes/<uuid:pk>/ask/", unitchanges.Ask.as_view(), name="unit_change_ask"),
    path("unit-changes/<uuid:pk>/explain/", unitchanges.Explain.as_view(), name="unit_change_explain"),
    path("unit-changes/<uuid:pk>/agree/", unitchanges.Agree.as_view(), name="unit_change_agree"),
    path("unit-changes/<uuid:pk>/approve/", unitchanges.Approve.as_view(), name="unit_change_approve"),
    path("unit-changes/<uuid:pk>/withdraw/", unitchanges.Withdraw.as_view(), name="unit_change_withdraw"),
    path("directory/changes/<uuid:pk>/", unitchanges.notice, name="unit_change_notice"),
    path("imports/notice/", notices.start, name="notice_start"),
    path("imports/<uuid:pk>/correct/", notices.correct, name="import_correct"),
    path("imports/<uuid:pk>/", importing.batch, name="import_batch"),
    path("imports/<uuid:pk>/marked.xlsx", importing.marked, name="import_marked"),
    path("imports/<uuid:pk>/apply/", importing.Apply.as_view(), name="import_apply"),
    path("imports/<uuid:pk>/undo/", importing.Undo.as_view(), name="import_undo"),
    path("imports/<uuid:pk>/discard/", importing.Discard.as_view(), name="import_discard"),
]
