from django.urls import path

from review.rectifications import views as rectification
from review.rereview import failing_pages as failing
from review.rereview import views as rereview
from review.revocations import case_pages as case
from review.revocations import views as revocation
from review.spot_checks import plan_pages as check_plan
from review.spot_checks import views as spot_check
from review.surrenders import views as surrenders
from review.suspensions import views as suspensions

urlpatterns = [
    path("rereview/", rereview.cohort, name="rereview"),
    path("rereview/<uuid:pk>/<int:year>/defer/", rereview.defer, name="rereview_defer"),
    path("rereview/<int:year>/remind/", failing.remind, name="rereview_remind"),
    path("rereview/<uuid:pk>/<int:year>/tell/", failing.tell, name="rereview_tell"),
    path("rereview/failing/", failing.failing_notices, name="failing_notices"),
    path("rereview/failing/<uuid:pk>/", failing.failing_notice, name="failing_notice"),
    path("rereview/failing/<uuid:pk>/bring_forward/", failing.bring_forward, name="failing_bring_forward"),
    path("rereview/failing/<uuid:pk>/paper.<str:kind>", failing.failing_paper, name="failing_paper"),
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
    path("revocations/<uuid:pk>/write_facts/", case.write_facts, name="revocation_write_facts"),
    path("revocations/<uuid:pk>/papers/<uuid:paper>.<str:kind>", case.paper_file, name="revocation_paper"),
    path("revocations/<uuid:pk>/state_view/", case.state_view, name="revocation_state_view"),
    path("revocations/<uuid:pk>/notify/", revocation.Notify.as_view(), name="revocation_notify"),
    path("revocations/<uuid:pk>/state_case/", revocation.StateCase.as_view(), name="revocation_state_case"),
    path(
        "revocations/<uuid:pk>/hold_hearing/",
        revocation.HoldHearing.as_view(),
        name="revocation_hold_hearing",
    ),
    path("revocations/<uuid:pk>/decide/", revocation.Decide.as_view(), name="revocation_decide"),
    path("revocations/<uuid:pk>/drop/", revocation.Drop.as_view(), name="revocation_drop"),
    path("surrenders/", surrenders.surrenders, name="surrenders"),
    path("surrenders/<uuid:pk>/", surrenders.surrender, name="surrender"),
    path("surrenders/<uuid:pk>/accept/", surrenders.AcceptSurrender.as_view(), name="surrender_accept"),
    path("surrenders/<uuid:pk>/decline/", surrenders.DeclineSurrender.as_view(), name="surrender_decline"),
    path("surrenders/<uuid:pk>/recall/", surrenders.RecallSurrender.as_view(), name="surrender_recall"),
    path("my/titles/<str:number>/surrender/", surrenders.ask_surrender, name="surrender_ask"),
    path("suspensions/", suspensions.suspensions, name="suspensions"),
    path("suspensions/<uuid:pk>/lift/", suspensions.Lift.as_view(), name="suspension_lift"),
    path("checks/", check_plan.plans, name="check_plans"),
    path("checks/new/", check_plan.create, name="check_plan_new"),
    path("checks/mine/", spot_check.mine, name="checks_mine"),
    path("checks/<uuid:pk>/", check_plan.plan, name="check_plan"),
    path("checks/<uuid:pk>/edit/", check_plan.edit, name="check_plan_edit"),
    path("checks/<uuid:pk>/discard/", check_plan.Discard.as_view(), name="check_discard"),
    path("checks/<uuid:pk>/announce/", check_plan.Announce.as_view(), name="check_announce"),
    path("checks/<uuid:pk>/draw/", check_plan.Draw.as_view(), name="check_draw_now"),
    path(
        "checks/<uuid:pk>/publish_results/", check_plan.PublishResults.as_view(), name="check_publish_results"
    ),
    path("notices/checks/", check_plan.public_plans, name="checks_public"),
    path("notices/checks/<uuid:pk>/", check_plan.public_draw, name="check_draw"),
    path("notices/checks/<uuid:pk>/inputs.json", check_plan.public_inputs, name="check_inputs"),
    path("checks/items/<uuid:pk>/", spot_check.check, name="spot_check"),
    path("checks/items/<uuid:pk>/notify/", spot_check.NotifyCheck.as_view(), name="spot_check_notify"),
    path("checks/items/<uuid:pk>/hand_over/", spot_check.HandOver.as_view(), name="spot_check_hand_over"),
    path(
        "checks/items/<uuid:pk>/answer_findings/",
        spot_check.AnswerFindings.as_view(),
        name="spot_check_answer_findings",
    ),
    path("checks/items/<uuid:pk>/clear/", spot_check.Clear.as_view(), name="spot_check_clear"),
    path(
        "checks/items/<uuid:pk>/clear_suspicion/",
        spot_check.ClearSuspicion.as_view(),
        name="spot_check_clear_suspicion",
    ),
    path(
        "checks/items/<uuid:pk>/order_rectification/",
        spot_check.OrderRectification.as_view(),
        name="spot_check_order_rectification",
    ),
    path("checks/items/<uuid:pk>/refer/", spot_check.ReferCheck.as_view(), name="spot_check_refer"),
]
