from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader


def bad_request(request, exception=None):
    """Also for a strange host, which is refused before anybody asked who it is."""
    if not hasattr(request, "user"):
        request.user = AnonymousUser()
    return render(request, "errors/400.html", status=400)


def forbidden(request, exception=None):
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def not_found(request, exception=None):
    return render(request, "errors/404.html", status=404)


def csrf_failure(request, reason=""):
    return render(request, "errors/csrf.html", status=403)


def altered(request, exception):
    """Without context processors: they may need the record that is not what it was."""
    facts = {"reason": str(exception), "request_number": getattr(request, "number", "")}
    return HttpResponse(loader.get_template("errors/altered.html").render(facts), status=500)


def server_error(request):
    """Without context processors: whatever failed may be what they need."""
    page = loader.get_template("errors/500.html").render({"request_number": getattr(request, "number", "")})
    return HttpResponse(page, status=500)
