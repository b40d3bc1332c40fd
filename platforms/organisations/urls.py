from django.urls import path

from platforms.memberships import views as membership
from platforms.memberships.merging import account_merge
from platforms.organisations import views

urlpatterns = [
    path("register/", views.register, name="register"),
    path("account/merge/", account_merge, name="account_merge"),
    path("organisations/new/", views.organisation_new, name="organisation_new"),
    path("organisations/<uuid:pk>/", views.organisation, name="organisation"),
    path("organisations/<uuid:pk>/edit/", views.organisation_edit, name="organisation_edit"),
    path("organisations/<uuid:pk>/verify/", views.organisation_verify, name="organisation_verify"),
    path("organisations/<uuid:pk>/people/add/", views.person_add, name="person_add"),
    path("organisations/<uuid:pk>/people/<uuid:user>/remove/", views.person_remove, name="person_remove"),
    path("organisations/<uuid:pk>/people/<uuid:user>/part/", membership.person_part, name="person_part"),
    path("organisations/<uuid:pk>/leave/", membership.leave, name="organisation_leave"),
    path("organisations/<uuid:pk>/invitations/", membership.invite, name="invitation_send"),
    path(
        "organisations/<uuid:pk>/invitations/<uuid:invitation>/revoke/",
        membership.invitation_revoke,
        name="invitation_revoke",
    ),
    path("invitations/<str:token>/", membership.invitation, name="invitation"),
    path("claims/", membership.claim_list, name="organisation_claims"),
    path("claims/new/", membership.claim_new, name="organisation_claim_new"),
    path("claims/<uuid:pk>/", membership.claim, name="organisation_claim"),
    path("claims/<uuid:pk>/cancel/", membership.claim_cancel, name="organisation_claim_cancel"),
    path("organisations/<uuid:pk>/platforms/new/", views.platform_new, name="platform_new"),
    path("platforms/<uuid:pk>/edit/", views.platform_edit, name="platform_edit"),
]
