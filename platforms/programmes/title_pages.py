"""One line of a province's own register in the province's hands (Art. 18): certificates, its term, its end."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from platforms.certificates.documents import ask_for_sheets, certificate_file
from platforms.frame import history
from platforms.models import ProvincialCertificate, ProvincialTitle
from platforms.programmes import terms as provincial_terms
from platforms.programmes.forms import EndingForm, RenewalForm, RevocationForm
from platforms.programmes.public import programme_of
from platforms.programmes.views import own_programme
from portal.files.views import owns_files
from portal.kernel import signoff
from portal.kernel.permissions import fetch
from portal.kernel.workflow import TransitionBlocked, missing
from portal.models import SignOff, StoredFile
from portal.pages.verbs import VerbView, verbs_for
from portal.shared.refusal import UploadRefused
from portal.shared.storage import private_response

VERBS = ("renew", "end", "revoke")
RELATED = ("programme__recommender", "platform")


@owns_files(ProvincialTitle)
def title_of_file(user, pk):
    return ProvincialTitle.objects.for_user(user, "handle").filter(pk=pk).first()


def title_page(request, pk):
    row = fetch(ProvincialTitle.objects.select_related(*RELATED), request.user, "handle", pk=pk)
    acts = SignOff.objects.for_user(request.user).filter(
        model=row._meta.label_lower, object_ids__contains=[str(row.pk)]
    )
    waiting = signoff.waiting_for(row).first()
    shared = [
        act.facts["proof"]["file"] for act in acts if "proof" in act.facts
    ]  # of several titles' one act
    owned = StoredFile.objects.filter(owner_model=row._meta.label_lower)
    files = owned.filter(Q(owner_id=row.pk) | Q(pk__in=shared))
    return render(
        request,
        "platforms/programme/title.html",
        {
            "row": row,
            "waiting": waiting,
            "verbs": [
                verb
                for verb in ([] if waiting else verbs_for(row, request.user, VERBS))
                if not missing(row, verb.name, by=request.user)
            ],
            "acts": acts.select_related("proposer", "signer").order_by("-proposed_at"),
            "files": files.order_by("-uploaded_at"),
            "certificates": row.certificates.order_by("-issue"),
            "events": history(row),
        },
    )


class TitleVerb(VerbView):
    """Two persons of the province; the page goes on to what waits for the second."""

    model = ProvincialTitle
    basis = ((18, ""),)
    done_message = "已拟办，等待本省负责人审签。"

    def queryset(self):
        return ProvincialTitle.objects.select_related(*RELATED)

    def shown(self):
        row = self.obj
        return [
            ("平台", row.platform_name),
            ("运营单位", row.organisation_name),
            ("统一社会信用代码", row.uscc),
            ("称号", row.programme.honour),
            ("编号和文号", "，".join(part for part in (row.number, row.document_number) if part)),
            ("有效期至", f"{row.valid_until:%Y-%m-%d}" if row.valid_until else "不设期限"),
        ]

    def back_url(self):
        return reverse("province_title", args=[self.obj.pk])

    def act(self, form):
        try:
            return self.propose(**form.cleaned_data)
        except UploadRefused as refusal:
            form.add_error("notice" if "notice" in form.fields else "proof", refusal.sentence)
            raise TransitionBlocked([]) from refusal


class Revoke(TitleVerb):
    verb = "revoke"
    form_class = RevocationForm

    def propose(self, **data):
        return provincial_terms.prepare_revocation(self.obj, by=self.request.user, **data)


class Renew(TitleVerb):
    verb = "renew"
    form_class = RenewalForm

    def propose(self, **data):
        return provincial_terms.prepare_renewal(self.obj, by=self.request.user, **data)


class End(TitleVerb):
    verb = "end"
    form_class = EndingForm

    def propose(self, **data):
        return provincial_terms.prepare_ending(self.obj, by=self.request.user, **data)


@login_not_required
@require_safe
def certificate(request, code, number):
    """The certificate of a standing title; what has ended or was superseded is not issued again."""
    row = get_object_or_404(
        ProvincialCertificate.objects.select_related("title__programme"),
        title__programme=programme_of(code),
        title__number=number,
        superseded_on=None,
    )
    if not row.title.stands:
        return redirect("verify_number", number)
    file = certificate_file(row)
    return private_response(file.key, f"{number}.pdf", "application/pdf", inline=False)


@require_POST
def sheets(request, year, kind):
    """Ask for the standing titles of a year in one PDF; it is made in the background."""
    own_programme(request)
    if ask_for_sheets(request.user, year, kind, provincial=True) is None:
        raise Http404
    return redirect("export_list")
