from django.urls import path

from review.views import rectification, rereview, revocation

urlpatterns = [
    path("rereview/", rereview.cohort, name="rereview"),
    path("rereview/<uuid:pk>/<int:year>/defer/", rereview.defer, name="rereview_defer"),
    path("notices/rereview/<int:year>/", rereview.public_cohort, name="rereview_public"),
    path("rectifications/", rectification.rectifications, name="rectifications"),
    path("rectifications/<uuid:pk>/", rectification.rectification, name="rectification"),
    path(
        "rectifications/<uuid:pk>/report_done/",
        rectification.ReportDone.as_view(),
        name="rectification_report_done",
    ),
    path(
        "rectifications/<uuid:pk>/send_back/",
        rectification.SendBack.as_view(),
        name="rectification_send_back",
    ),
    path(
        "rectifications/<uuid:pk>/check_again/",
        rectification.CheckAgain.as_view(),
        name="rectification_check_again",
    ),
    path("rectifications/<uuid:pk>/accept/", rectification.Accept.as_view(), name="rectification_accept"),
    path("rectifications/<uuid:pk>/refer/", rectification.Refer.as_view(), name="rectification_refer"),
    path("revocations/", revocation.revocations, name="revocations"),
    path("revocations/open/", revocation.open_page, name="revocation_open"),
    path("revocations/<uuid:pk>/", revocation.revocation, name="revocation"),
    path("revocations/<uuid:pk>/notify/", revocation.Notify.as_view(), name="revocation_notify"),
    path("revocations/<uuid:pk>/state_case/", revocation.StateCase.as_view(), name="revocation_state_case"),
    path(
        "revocations/<uuid:pk>/hold_hearing/",
        revocation.HoldHearing.as_view(),
        name="revocation_hold_hearing",
    ),
    path("revocations/<uuid:pk>/decide/", revocation.Decide.as_view(), name="revocation_decide"),
    path("revocations/<uuid:pk>/drop/", revocation.Drop.as_view(), name="revocation_drop"),
    path("surrenders/", revocation.surrenders, name="surrenders"),
    path("surrenders/<uuid:pk>/", revocation.surrender, name="surrender"),
    path("surrenders/<uuid:pk>/accept/", revocation.AcceptSurrender.as_view(), name="surrender_accept"),
    path("surrenders/<uuid:pk>/decline/", revocation.DeclineSurrender.as_view(), name="surrender_decline"),
    path("surrenders/<uuid:pk>/recall/", revocation.RecallSurrender.as_view(), name="surrender_recall"),
    path("my/titles/<str:number>/surrender/", revocation.ask_surrender, name="surrender_ask"),
    path("suspensions/", revocation.suspensions, name="suspensions"),
    path("suspensions/<uuid:pk>/lift/", revocation.Lift.as_view(), name="suspension_lift"),
]
