from django.urls import path

from review.experts import candidate_pages as candidates
from review.experts import invitation_pages as invitations
from review.experts import views as experts
from review.panels import views as panels

urlpatterns = [
    path("experts/", experts.expert_pool, name="expert_pool"),
    path("experts/new/", experts.expert_create, name="expert_create"),
    path("experts/join/<str:token>/", invitations.join, name="expert_join"),
    path("experts/<uuid:pk>/", experts.expert_edit, name="expert_edit"),
    path("experts/<uuid:pk>/invite/", experts.expert_invite, name="expert_invite"),
    path("expert/profile/", experts.profile, name="expert_profile"),
    path("expert/candidates/", candidates.expert_candidates, name="expert_candidates"),
    path("ministry/panels/ask/", candidates.ask, name="panel_ask"),
    path("ministry/panels/", panels.matrix, name="panel_matrix"),
    path("ministry/panels/draw/", panels.draw, name="panel_draw"),
    path("ministry/panels/draws/<uuid:pk>/", panels.draw_record, name="panel_draw_record"),
    path("dossiers/<uuid:pk>/panel/", panels.panel, name="panel"),
    path("assignments/<uuid:pk>/release/", panels.release, name="assignment_release"),
    path("assignments/<uuid:pk>/reopen/", panels.reopen, name="assignment_reopen"),
]
