from django.urls import path

from review.views import checking, overlaps, queue, scoring

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
    path("ministry/progress/", checking.progress, name="review_progress"),
    path("ministry/decision/", checking.decision, name="decision"),
    path("experts/", checking.expert_pool, name="expert_pool"),
    path("experts/new/", checking.expert_create, name="expert_create"),
    path("experts/<uuid:pk>/availability/", checking.expert_availability, name="expert_availability"),
    path("dossiers/<uuid:pk>/accept/", checking.Accept.as_view(), name="accept"),
    path("dossiers/<uuid:pk>/refuse/", checking.Refuse.as_view(), name="refuse"),
    path("dossiers/<uuid:pk>/go_on/", checking.GoOn.as_view(), name="go_on"),
    path("dossiers/<uuid:pk>/begin_review/", checking.BeginReview.as_view(), name="begin_review"),
    path("dossiers/<uuid:pk>/conclude_review/", checking.Conclude.as_view(), name="conclude_review"),
    path("dossiers/<uuid:pk>/reject/", checking.Reject.as_view(), name="reject"),
    path("dossiers/<uuid:pk>/take_off_list/", checking.TakeOff.as_view(), name="take_off_list"),
    path("dossiers/<uuid:pk>/panel/", checking.assign, name="panel"),
    path("assignments/<uuid:pk>/release/", checking.release, name="assignment_release"),
    path("assignments/<uuid:pk>/reopen/", checking.reopen, name="assignment_reopen"),
    path("expert/", scoring.home, name="expert_home"),
    path("assignments/<uuid:pk>/declare/", scoring.declare, name="declare"),
    path("assignments/<uuid:pk>/score/", scoring.score, name="score"),
]
