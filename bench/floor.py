"""The floor: what the same Postgres and the same gunicorn line cost under a bare Django without middleware.

Its pages read the portal's own tables, so that a list here and there shows the same rows.
"""

from __future__ import annotations

import csv
import hashlib
import os
from urllib.parse import urlsplit

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="measured and thrown away",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    FILE_UPLOAD_MAX_MEMORY_SIZE=1 << 20,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": "127.0.0.1",
            "USER": "postgres",
            "PORT": urlsplit(os.environ["DATABASE_URL"]).port,
            "NAME": urlsplit(os.environ["DATABASE_URL"]).path[1:],
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 8}},
        }
    },
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates"}],
)
django.setup()

from django.core.paginator import Paginator
from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.template import engines
from django.urls import path


class Dossier(models.Model):
    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=24)
    state = models.CharField(max_length=24)
    due_on = models.DateField()
    platform = models.ForeignKey("Platform", models.PROTECT)

    class Meta:
        app_label, managed, db_table = "floor", False, "applications_application"


class Platform(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=200)
    service_area = models.CharField(max_length=200)
    address = models.CharField(max_length=200)

    class Meta:
        app_label, managed, db_table = "floor", False, "platforms_platform"


class Title(models.Model):
    id = models.UUIDField(primary_key=True)
    number = models.CharField(max_length=40)
    year = models.IntegerField()
    platform_name = models.CharField(max_length=200)
    organisation_name = models.CharField(max_length=200)
    uscc = models.CharField(max_length=18)
    state = models.CharField(max_length=24)
    granted_on = models.DateField()

    class Meta:
        app_label, managed, db_table = "floor", False, "platforms_designation"


PAGE = engines["django"].from_string(
    "<!DOCTYPE html><table>{% for row in page %}<tr><td>{{ row.number }}<td>{{ row.platform.name }}<td>{{ row.platform.service_area }}"
    "<td>{{ row.platform.address }}<td>{{ row.state }}<td>{{ row.due_on|date:'Y-m-d' }}{% endfor %}</table>"
    "{{ page.number }} / {{ page.paginator.num_pages }}"
)


def ok(request):
    return HttpResponse("ok")


def one(request):
    return HttpResponse(Platform.objects.order_by("pk").values_list("name", flat=True).first())


def listed(request):
    rows = Dossier.objects.select_related("platform").order_by("pk")
    return HttpResponse(PAGE.render({"page": Paginator(rows, 50).get_page(request.GET.get("page"))}))


def search(request):
    rows = Dossier.objects.select_related("platform").filter(platform__name__icontains=request.GET["q"])
    return HttpResponse(PAGE.render({"page": Paginator(rows.order_by("pk"), 50).get_page(1)}))


def as_csv(request):
    names = ("number", "platform_name", "organisation_name", "uscc", "year", "state", "granted_on")
    response = HttpResponse(content_type="text/csv")
    csv.writer(response).writerows(Title.objects.values_list(*names).iterator())
    return response


def submit(request):
    """Lock, change, write down; a commit that is safe on disk."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        cursor.execute("SELECT id FROM floor_row WHERE id = %s FOR UPDATE", [request.GET["row"]])
        cursor.execute("UPDATE floor_row SET state = state + 1 WHERE id = %s", [request.GET["row"]])
        cursor.execute("INSERT INTO floor_event (row, body) VALUES (%s, %s)", [request.GET["row"], "x" * 400])
    return HttpResponse("ok")


def upload(request):
    """Parse, keep on disk and digest: what no portal can leave out."""
    digest = hashlib.sha256()
    for piece in request.FILES["file"].chunks():
        digest.update(piece)
    return HttpResponse(digest.hexdigest())


urlpatterns = [
    path("healthz", ok),
    path("ok", ok),
    path("one", one),
    path("list", listed),
    path("search", search),
    path("csv", as_csv),
    path("submit", submit),
    path("upload", upload),
]
application = get_wsgi_application()
