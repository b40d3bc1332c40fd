from django.urls import path

from portal.pages.verbs import verb_paths
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
    *verb_paths("dossiers/<uuid:pk>/", checking),
    path("expert/", scoring.home, name="expert_home"),
    path("assignments/<uuid:pk>/declare/", scoring.declare, name="declare"),
    path("assignments/<uuid:pk>/score/", scoring.score, name="score"),
]
