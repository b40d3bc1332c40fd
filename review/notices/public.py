"""What the public reads: notices, publicity with its list, objections and their answers."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Cycle
from portal.accounts import attempts
from portal.files.renditions import rendition
from portal.kernel import clock
from portal.kernel.permissions import fetch
from portal.kernel.receipts import keep_for
from portal.pages.lists import DeclaredList, one_of, page_of, search
from portal.pages.receipts import query_receipt, show_receipt
from portal.pages.refusals import refusals_at
from review.models import Notice, NoticeItem, Objection
from review.notices.exports import FORMATS
from review.notices.forms import ObjectionForm
from review.objections.services import receive_objection
from review.publicity.prechecks import digest_check
from review.suspensions.services import lifted_since


def _national():
    """The ministry's own; a province's notices stand on its own page (Art. 18)."""
    return Notice.objects.public().filter(cycle__programme=None)


NOTICES = DeclaredList(filters=(one_of("kind", Notice.Kind.values),), size=30)
LINES = DeclaredList(filters=(search("platform_name", "recommender_name"),))


@login_not_required
@require_safe
def notices(request):
    cycles = (
        Cycle.objects.national().exclude(state="DRAFT").prefetch_related("attached").order_by("-year")[:5]
    )
    return render(
        request,
        "review/notices/list.html",
        {
            "page": NOTICES.page(request, _national()),
            "cycles": cycles,
            **NOTICES.values(request.GET),
            "subjects": Notice.Subject.choices,
        },
    )


@login_not_required
@require_safe
def publicity_list(request):
    rows = _national().filter(kind="publicity").select_related("cycle")
    page = page_of(request, rows, 30)
    return render(request, "review/notices/publicity_list.html", {"page": page, "today": clock.today()})


@login_not_required
@require_safe
def publicity(request, pk):
    rows = Notice.objects.public().select_related("cycle__programme__recommender", "replaces")
    row = fetch(rows, request.user, pk=pk)
    if row.kind != "publicity":
        return redirect("notice", pk)
    items = row.items.select_related("notice__replaces", "notice__cycle")
    query, items = LINES.values(request.GET)["q"], LINES.narrow(items, request.GET)
    return render(
        request,
        "review/notices/publicity.html",
        {
            "notice": row,
            "items": items,
            "q": query,
            "content": row.content,
            "digest_check": digest_check(row),
            "is_running": row.state == "PUBLISHED" and not row.has_run,
            "corrects": row.items.exclude(ends_on=None).exists(),
        },
    )


@login_not_required
@require_safe
def notice(request, pk):
    row = fetch(Notice.objects.public().select_related("cycle", "replaces"), request.user, pk=pk)
    if row.kind == "publicity":
        return redirect("publicity", pk)
    return render(
        request,
        "review/notices/notice.html",
        {
            "notice": row,
            "content": row.content,
            "digest_check": digest_check(row),
            "lifted": lifted_since(row),
        },
    )


@login_not_required
@require_safe
def notice_file(request, pk, kind):
    """The same snapshot in each format; what was published never changes, so a browser may keep it."""
    row = fetch(Notice.objects.public().select_related("cycle"), request.user, pk=pk)
    if kind not in FORMATS:
        raise Http404
    _, content_type = FORMATS[kind]
    tag = f'"{row.digest[:32]}-{row.state}-{kind}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    content = rendition("notice", f"{row.pk} {tag}", notice=str(row.pk), form=kind)
    response = HttpResponse(content, content_type=content_type, headers={"ETag": tag})
    response["Content-Disposition"] = (
        f'attachment; filename="notice-{row.published_on:%Y%m%d}-{row.serial}.{kind}"'
    )
    return response


@login_not_required
@require_safe
def feed(request):
    """Atom, of everything or of one subject: `?subject=publicity`, designation, confirmation, revocation."""
    rows, subject = _national(), request.GET.get("subject", "")
    if subject in Notice.Subject.values:
        rows = rows.filter(subject=subject)
    label = dict(Notice.Subject.choices).get(subject, "通知公告")
    atom = Atom1Feed(
        title=f"国家中小企业公共服务示范平台 {label}",
        link=settings.SITE_ORIGIN + reverse("notices"),
        description="",
        language="zh-cn",
        feed_url=f"{settings.SITE_ORIGIN}{request.get_full_path()}",  # never the Host header
    )
    for row in rows[:30]:
        withdrawn = f"（已撤回：{row.withdrawn_reason}）" if row.state == "WITHDRAWN" else ""
        atom.add_item(
            title=f"{row.title}{withdrawn[:5]}",
            link=settings.SITE_ORIGIN + reverse("notice", args=[row.pk]),
            description=f"{row.content.get('opening', '')}{withdrawn}",
            unique_id=f"urn:uuid:{row.pk}",
            pubdate=clock.start_of(row.published_on),
            updateddate=max(clock.start_of(row.published_on), row.created_at),
            categories=[row.get_subject_display() or row.get_kind_display()],
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@login_not_required
def object_to(request, pk, item):
    """Anyone may object during the publicity, by name."""
    row = fetch(Notice.objects.public(), request.user, pk=pk)
    line = NoticeItem.objects.filter(pk=item, notice=row).select_related("notice__cycle").first()
    if line is None:
        raise Http404
    form = ObjectionForm(request.POST or None, request.FILES or None, sender=attempts.of_request(request))
    if request.method == "POST" and form.is_valid():
        with refusals_at(form, "evidence"):
            objection = receive_objection(
                line,
                facts=form.cleaned_data["facts"],
                name=form.cleaned_data["name"],
                contact=form.cleaned_data["contact"],
                evidence=[form.cleaned_data["evidence"]] if form.cleaned_data["evidence"] else [],
                pk=form.key(request, str(item)),
            )
            keep_for(request.session, objection)
            return redirect("objection_received", objection.receipt_number)
    return render(
        request,
        "review/objections/form.html",
        {
            "notice": row,
            "item": line,
            "form": form,
            "is_running": row.state == "PUBLISHED" and not row.has_run,
        },
        status=422 if form.is_bound else 200,
    )


@login_not_required
@never_cache
@require_safe
def objection_received(request, number):
    """In the browser that sent the objection."""
    return show_receipt(
        request,
        Objection.objects.all(),
        number,
        template="review/objections/received.html",
        query="objection_query",
    )


@login_not_required
@never_cache
def objection_query(request):
    """The objector's own view, by receipt number and code: stage, dates, conclusion."""
    rows = Objection.objects.select_related("item")
    return query_receipt(request, rows, template="review/objections/query.html", what="异议")
