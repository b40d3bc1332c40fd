from django.urls import path

from review.decision import views as deliberation
from review.designation import views as publishing
from review.notices import provincial
from review.notices import public as public_notices
from review.objections import views as objections
from review.publicity import views as publicity

urlpatterns = [
    path("province/rounds/<uuid:pk>/decision/", deliberation.round_decision, name="round_decision"),
    path("province/rounds/<uuid:pk>/publicise/", publicity.round_publicity, name="round_publicity"),
    path("province/rounds/<uuid:pk>/publicised/", publishing.round_publicised, name="round_publicised"),
    path("provinces/<slug:code>/notices/", provincial.notices, name="province_notices"),
    path("ministry/publicise/", publicity.prepare, name="publicity_prepare"),
    path("ministry/publicised/", publishing.running, name="publicised"),
    path("notices/<uuid:pk>/withdraw/", publishing.Withdraw.as_view(), name="notice_withdraw"),
    path("notices/<uuid:pk>/correct/", publishing.Correct.as_view(), name="notice_correct"),
    path("objections/", objections.inbox, name="objection_inbox"),
    path("objections/<uuid:pk>/", objections.objection, name="objection"),
    path("notices/", public_notices.notices, name="notices"),
    path("notices/feed.xml", public_notices.feed, name="notice_feed"),
    path("notices/<uuid:pk>/", public_notices.notice, name="notice"),
    path("notices/<uuid:pk>/file.<slug:kind>", public_notices.notice_file, name="notice_file"),
    path("publicity/", public_notices.publicity_list, name="publicity_list"),
    path("publicity/<uuid:pk>/", public_notices.publicity, name="publicity"),
    path("publicity/<uuid:pk>/object/<int:item>/", public_notices.object_to, name="object_to"),
    path(
        "publicity/objections/received/<str:number>/",
        public_notices.objection_received,
        name="objection_received",
    ),
    path("publicity/objections/query/", public_notices.objection_query, name="objection_query"),
]
