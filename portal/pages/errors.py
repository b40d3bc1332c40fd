from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader


def is_program(request) -> bool:
    """Whoever asks an interface reads JSON."""
    return request.path_info.startswith("/api/")


def tell_program(sentence: str, status: int) -> JsonResponse:
    return JsonResponse({"detail": sentence}, status=status, json_dumps_params={"ensure_ascii": False})


def bad_request(request, exception=None):
    """Also for a strange host, which is refused before anybody asked who it is."""
    if is_program(request):
        return tell_program("请求不能识别，请检查地址和参数。", 400)
    if not hasattr(request, "user"):
        request.user = AnonymousUser()
    return render(request, "errors/400.html", status=400)


def forbidden(request, exception=None):
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def not_found(request, exception=None):
    if is_program(request):
        return tell_program("没有此地址或者此项数据，见 /open-data/。", 404)
    return render(request, "errors/404.html", status=404)


def csrf_failure(request, reason=""):
    return render(request, "errors/csrf.html", status=403)


def altered(request, exception):
    """Without context processors: they may need the record that is not what it was."""
    facts = {"reason": str(exception), "request_number": getattr(request, "number", "")}
    return HttpResponse(loader.get_template("errors/altered.html").render(facts), status=500)


def server_error(request):
    """Without context processors: whatever failed may be what they need."""
    if is_program(request):
        return tell_program(f"系统出错，编号 {getattr(request, 'number', '')}。", 500)
    page = loader.get_template("errors/500.html").render({"request_number": getattr(request, "number", "")})
    return HttpResponse(page, status=500)
