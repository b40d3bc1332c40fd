from django.urls import path

from review.decision import views as deliberation
from review.formal_check import views as checking
from review.overlaps import views as overlaps
from review.panels import progress
from review.queue import views as queue
from review.scoring import views as scoring

urlpatterns = [
    path("ministry/", queue.home, name="ministry_home"),
    path("ministry/queue/", queue.queue, name="ministry_queue"),
    path("ministry/queue/assign/", queue.assign_handler, name="assign_handler"),
    path("ministry/queue/officers/", queue.assignment_board, name="assignment_board"),
    path("ministry/queue/views/save/", queue.view_save, name="view_save"),
    path("ministry/queue/views/<uuid:pk>/remove/", queue.view_remove, name="view_remove"),
    path("overlaps/", overlaps.overlap_list, name="overlap_list"),
    path("overlaps/<uuid:pk>/", overlaps.overlap, name="overlap"),
    path("ministry/queue/export.xlsx", queue.export, name="queue_export"),
    path("ministry/queue/next/", queue.next_item, name="queue_next"),
    path("ministry/progress/", progress.progress, name="review_progress"),
    path("ministry/progress/remind/", progress.send_reminders, name="review_remind"),
    path("ministry/scores/", progress.scores, name="expert_scores"),
    path("dossiers/<uuid:pk>/moderation/", progress.moderation, name="moderation"),
    path("ministry/decision/", deliberation.decision, name="decision"),
    path("dossiers/<uuid:pk>/accept/", checking.Accept.as_view(), name="accept"),
    path("dossiers/<uuid:pk>/refuse/", checking.Refuse.as_view(), name="refuse"),
    path("dossiers/<uuid:pk>/go_on/", checking.GoOn.as_view(), name="go_on"),
    path("dossiers/<uuid:pk>/begin_review/", checking.BeginReview.as_view(), name="begin_review"),
    path("dossiers/<uuid:pk>/conclude_review/", checking.Conclude.as_view(), name="conclude_review"),
    path("dossiers/<uuid:pk>/reject/", checking.Reject.as_view(), name="reject"),
    path("dossiers/<uuid:pk>/take_off_list/", checking.TakeOff.as_view(), name="take_off_list"),
    path("expert/", scoring.home, name="expert_home"),
    path("assignments/<uuid:pk>/declare/", scoring.declare, name="declare"),
    path("assignments/<uuid:pk>/score/", scoring.score, name="score"),
]
