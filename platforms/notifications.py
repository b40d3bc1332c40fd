"""Who is told of what happens to a title: the platform's people, its supervising recommender."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from platforms.certificates.documents import certificate_file
from platforms.models import (
    AnnualSummary,
    Certificate,
    Complaint,
    Designation,
    Organisation,
    ProvincialCertificate,
    ProvincialTitle,
    ServicePosting,
)
from platforms.querysets import people_of_organisation, people_of_recommender
from platforms.states import LIVE_TITLES
from portal.desk.notifications import Message, encloses, notifies, still, until
from portal.kernel.permissions import Role
from portal.models import AuditEvent
from portal.shared.storage import open_private


def people_of_title(title):
    return people_of_organisation(title.platform.organisation)


def certificate_of(title: Designation | ProvincialTitle) -> tuple[tuple[str, str], ...]:
    """The standing certificate, to be enclosed; a title that was granted on paper has none of ours."""
    row = title.certificates.filter(superseded_on=None).first()
    return ((row._meta.model_name, str(row.pk)),) if row else ()


@encloses("certificate")
def enclose_certificate(key: str) -> tuple[str, bytes]:
    return _certificate_named(Certificate.objects.select_related("title", "file").get(pk=key))


@encloses("provincialcertificate")
def enclose_provincial_certificate(key: str) -> tuple[str, bytes]:
    return _certificate_named(ProvincialCertificate.objects.select_related("title", "file").get(pk=key))


def _certificate_named(row: Certificate | ProvincialCertificate) -> tuple[str, bytes]:
    with open_private(certificate_file(row).key) as content:
        return f"证书-{row.title.number}.pdf", content.read()


@notifies(AnnualSummary, "file")
def tell_recommender(event: AuditEvent, summary: AnnualSummary) -> Iterator[Message]:
    yield Message(
        people_of_recommender(summary.recommender),
        f"收到年度总结：{summary.title.platform_name}",
        f"{summary.year} 年度总结已报送，请审阅。",
        reverse("summary", args=[summary.pk]),
    )


@notifies(AnnualSummary, "acknowledge", "send_back")
def tell_platform(event: AuditEvent, summary: AnnualSummary) -> Iterator[Message]:
    returned = event.action.endswith("send_back")
    yield Message(
        people_of_title(summary.title),
        f"{summary.year} 年度总结{'被退回，请修改后再报' if returned else '已审阅通过'}：{summary.title.platform_name}",
        f"{summary.answer}\n期限：{until(summary.due_on)}。".strip() if returned else summary.answer,
        reverse("summary_edit", args=[summary.pk]) if returned else reverse("summary", args=[summary.pk]),
    )


@notifies(ServicePosting, "hide", "restore")
def tell_of_posting(event: AuditEvent, posting: ServicePosting) -> Iterator[Message]:
    hidden = event.action.endswith("hide")
    yield Message(
        people_of_organisation(posting.platform.organisation),
        f"服务信息{'已被隐藏' if hidden else '已恢复显示'}：{posting.name}",
        f"理由：{event.note}\n改正后推荐单位收到通知，由其恢复显示。" if hidden else event.note,
        reverse("postings_ours", args=[posting.platform_id]),
    )


@notifies(ServicePosting, "edit")
def tell_of_mended_posting(event: AuditEvent, posting: ServicePosting) -> Iterator[Message]:
    title = posting.platform.designations.filter(state__in=LIVE_TITLES).first()
    if title:
        yield Message(
            people_of_recommender(title.supervising_recommender),
            f"已隐藏的服务信息有修改：{posting.name}",
            f"{posting.platform.name}修改了此条信息，请核对是否恢复显示。隐藏理由：{posting.hidden_reason}",
            reverse("posting_list") + "?view=hidden",
        )


@notifies(Complaint, "receive")
def tell_of_complaint(event: AuditEvent, complaint: Complaint) -> Iterator[Message]:
    yield Message(
        people_of_recommender(complaint.recommender),
        f"收到投诉：{complaint.title.platform_name}",
        f"{complaint.receipt_number}，办结期限 {until(complaint.due_on)}。",
        reverse("complaint", args=[complaint.pk]),
    )


@notifies(Complaint, "take_up", "conclude", "conclude_fraud")
def tell_complained_of(event: AuditEvent, complaint: Complaint) -> Iterator[Message]:
    concluded = not event.action.endswith("take_up")
    yield Message(
        people_of_title(complaint.title),
        f"投诉已办结（{complaint.get_finding_display()}）" if concluded else "收到投诉，请作出说明",
        complaint.conclusion
        if concluded
        else f"{complaint.summary}\n期限：{until(complaint.answer_due_on)}。",
        reverse("complaint", args=[complaint.pk]),
    )


@notifies(Complaint, "answer")
def tell_handler(event: AuditEvent, complaint: Complaint) -> Iterator[Message]:
    yield Message(
        still(complaint.handler, Role.RECOMMENDER) or people_of_recommender(complaint.recommender),
        f"平台已作出说明：{complaint.receipt_number}",
        complaint.title.platform_name,
        reverse("complaint", args=[complaint.pk]),
    )


@notifies(Designation, "reissue")
def tell_of_reissue(event: AuditEvent, title: Designation) -> Iterator[Message]:
    yield Message(
        people_of_title(title),
        f"证书已换发：{title.platform_name}",
        f"原证书自即日起由新证书取代，编号 {title.number} 不变。新证书随邮件附上，也可以在平台页面下载。",
        reverse("platform_page", args=[title.key]),
        enclosed=certificate_of(title),
    )


def people_of_provincial_title(title: ProvincialTitle):
    """Of its unit, which the code identifies also where the platform of an older list is not known here."""
    unit = Organisation.objects.filter(uscc=title.uscc).first()
    return people_of_organisation(unit) if unit else ()


@notifies(ProvincialTitle, "renew", "end", "revoke")
def tell_of_provincial_title(event: AuditEvent, title: ProvincialTitle) -> Iterator[Message]:
    confirmed = event.action.endswith("renew")
    yield Message(
        people_of_provincial_title(title),
        f"省级称号{'已复核确认' if confirmed else title.get_state_display()}：{title.platform_name}",
        f"{title.programme.honour}{f'，{title.term}' if confirmed else ''}。意见：{event.note}",
        reverse("province_register", args=[title.programme.recommender.code]),
        enclosed=certificate_of(title) if confirmed else (),
    )
