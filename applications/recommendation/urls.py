from django.urls import path

from applications.corrections import views as reception
from applications.desk import views as desk
from applications.dossiers import views as dossier
from applications.evaluation import views as evaluation
from applications.recommendation import views as evaluating
from applications.reporting import views as reporting

urlpatterns = [
    path("recommender/", desk.home, name="recommender_home"),
    path("recommender/queue/", desk.queue, name="recommender_queue"),
    path("recommender/contact/", desk.contact, name="recommender_contact"),
    path("recommender/reporting/", reporting.reporting, name="reporting"),
    path("recommender/reporting/order/", reporting.order, name="reporting_order"),
    path("reportings/<uuid:pk>/", reporting.receipt, name="reporting_receipt"),
    path("recommender/compare/", reporting.compare, name="compare"),
    path("reportings/<uuid:pk>/receipt.pdf", reporting.receipt_pdf, name="reporting_pdf"),
    path("reportings/<uuid:pk>/package/", reporting.receipt_zip, name="reporting_zip"),
    path(
        "dossiers/<uuid:pk>/recommendation/preview/",
        evaluating.recommendation_preview,
        name="recommendation_preview",
    ),
    path("reportings/<uuid:pk>/list.xlsx", reporting.receipt_xlsx, name="reporting_xlsx"),
    path("dossiers/<uuid:pk>/", dossier.dossier, name="dossier"),
    path("dossiers/<uuid:pk>/materials/<slug:code>/mark/", reception.mark, name="material_mark"),
    path("dossiers/<uuid:pk>/reception/", reception.reception, name="reception"),
    path("dossiers/<uuid:pk>/changes/", reception.changes, name="dossier_changes"),
    path("corrections/<uuid:pk>/notice.pdf", reception.notice_pdf, name="correction_pdf"),
    path("corrections/<uuid:pk>/extend/", reception.extend, name="correction_extend"),
    path("dossiers/<uuid:pk>/correction/", reception.correction, name="dossier_correction"),
    path("dossiers/<uuid:pk>/evaluation/", evaluation.evaluation, name="dossier_evaluation"),
    path("dossiers/<uuid:pk>/visits/", evaluation.visits, name="dossier_visits"),
    path("dossiers/<uuid:pk>/visits/new/", evaluation.visit_add, name="visit_add"),
    path("recommender/items/", evaluation.own_items, name="evaluation_items"),
    path("recommender/items/<uuid:pk>/retire/", evaluation.own_item_retire, name="evaluation_item_retire"),
    path("dossiers/<uuid:pk>/relaxation/", evaluating.relaxation, name="dossier_relaxation"),
    path("dossiers/<uuid:pk>/recommendation/", evaluating.recommendation, name="dossier_recommendation"),
    path(
        "dossiers/<uuid:pk>/recommendation.xlsx", evaluating.recommendation_book, name="recommendation_xlsx"
    ),
    path("dossiers/<uuid:pk>/recommendation.pdf", evaluating.recommendation_file, name="recommendation_pdf"),
    path(
        "dossiers/<uuid:pk>/begin_evaluation/", evaluating.BeginEvaluation.as_view(), name="begin_evaluation"
    ),
    path("dossiers/<uuid:pk>/recommend/", evaluating.Recommend.as_view(), name="recommend"),
    path("dossiers/<uuid:pk>/decline/", evaluating.Decline.as_view(), name="decline"),
    path("dossiers/<uuid:pk>/recall/", evaluating.Recall.as_view(), name="recall"),
]
