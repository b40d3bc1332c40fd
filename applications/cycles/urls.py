from django.urls import path

from applications.cycles import attaching, experts_rubric, views
from applications.cycles import text_pages as cycle_texts

urlpatterns = [
    path("cycles/", views.cycle_list, name="cycle_list"),
    path("cycles/new/", views.create, name="cycle_create"),
    path("cycles/<uuid:pk>/", views.cycle, name="cycle"),
    path("cycles/<uuid:pk>/edit/", views.edit, name="cycle_edit"),
    path("cycles/<uuid:pk>/publish/", views.Publish.as_view(), name="cycle_publish"),
    path("cycles/<uuid:pk>/take_back/", views.TakeBack.as_view(), name="cycle_take_back"),
    path("cycles/<uuid:pk>/extend/", views.extend, name="cycle_extend"),
    path("cycles/<uuid:pk>/letters/", cycle_texts.letters, name="cycle_letters"),
    path("cycles/<uuid:pk>/letters/<slug:code>/", cycle_texts.letter, name="cycle_letter"),
    path("cycles/<uuid:pk>/rubric/", cycle_texts.rubric, name="cycle_rubric"),
    path("cycles/<uuid:pk>/experts_rubric/", experts_rubric.experts_rubric, name="cycle_experts_rubric"),
    path("cycles/<uuid:pk>/late/", views.late, name="cycle_late"),
    path("cycles/<uuid:pk>/attachments/", attaching.attachments, name="cycle_attachments"),
    path("cycles/attachments/<uuid:pk>/", attaching.attachment, name="cycle_attachment"),
]
