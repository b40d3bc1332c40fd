"""Navigation of a title's later life, and the words of its events."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Prefetch, Q
from django.urls import reverse

from platforms.models import (
    AnnualSummary,
    Certificate,
    Complaint,
    Designation,
    ImportBatch,
    Organisation,
    OrganisationClaim,
    Platform,
    ProvincialTitle,
    ServicePosting,
    SupportRecord,
)
from platforms.organisations.at_hand import units_at_hand
from platforms.querysets import office_of, people_of_recommender
from platforms.register.queries import find
from platforms.states import LIVE_TITLES, OPEN_COMPLAINTS, ClaimState, PostingState, SummaryState
from portal.desk.navigation import register
from portal.desk.searching import EACH, Hit, searches, searches_work
from portal.desk.views import provides_desk_panel
from portal.kernel import clock
from portal.kernel.action_labels import register_words
from portal.kernel.permissions import MINISTRY, Role


def summaries_to_read(user):
    """What waits for this user's own answer; whoever only reads is shown no count."""
    return AnnualSummary.objects.for_user(user, "acknowledge").filter(state=SummaryState.FILED)


def open_complaints(user):
    return Complaint.objects.for_user(user).filter(state__in=OPEN_COMPLAINTS)


def open_claims(user):
    return OrganisationClaim.objects.for_user(user, "admit").filter(state=ClaimState.OPEN)


register(
    "加入单位申请",
    "organisation_claims",
    icon="user-plus",
    group="更多",
    roles=[Role.RECOMMENDER],
    order=55,
    count=open_claims,
    covers=["organisation_claim*"],
)
register(
    "年度总结",
    "summary_list",
    icon="report",
    group="称号管理",
    asks=(AnnualSummary, "list"),
    order=10,
    count=summaries_to_read,
    covers=["summary*"],
)
register(
    "年度数据",
    "summary_figures",
    icon="chart-bar",
    group="称号管理",
    roles=(Role.RECOMMENDER, *MINISTRY),
    order=15,
)
register(
    "服务信息",
    "posting_list",
    icon="news",
    group="称号管理",
    asks=(ServicePosting, "list"),
    order=20,
    covers=["posting*"],
)
register(
    "投诉",
    "complaint_list",
    icon="message-exclamation",
    group="处置",
    asks=(Complaint, "list"),
    order=10,
    count=open_complaints,
    hot=True,
    covers=[
        "complaint",
        "complaint_complainant",
        "complaint_conclude",
        "complaint_conclude_fraud",
        "complaint_decline",
        "complaint_decline_fraud",
        "complaint_take_up",
    ],
)
register(
    "证书",
    "certificate_desk",
    icon="certificate",
    group="称号管理",
    asks=(Certificate, "list"),
    order=40,
    covers=["certificate_*"],
)
register(
    "扶持记录",
    "support_list",
    icon="coin",
    group="称号管理",
    asks=(SupportRecord, "list"),
    order=50,
    covers=["support*", "platform_edit"],
)
register(
    "批量导入",
    "import_list",
    icon="upload",
    group="更多",
    asks=(ImportBatch, "view"),
    order=60,
    covers=["import*", "notice_start", "title_claim*"],
)
register_words(
    {
        "programme.open": "设立省级认定",
        "programme.edit": "修改省级认定的设定",
        "provincialtitle.grant": "授予省级称号",
        "provincialtitle.list": "列入本省名录",
        "platform.take_back": "撤销导入",
        "importbatch.correct": "改正公告名单",
        "importbatch.choose_columns": "指定名单的列",
        "importbatch.name_notice": "填写公告原文",
        "recommender.register": "按年度通知登记推荐单位",
        "organisation.take_back": "撤销导入",
        "supportrecord.take_back": "撤销导入",
        "supportrecord.record": "登记扶持",
        "supportplan.open": "登记扶持计划",
        "supportplan.close": "办结扶持计划",
        "supportrecord.void": "作废扶持记录",
        "importbatch.preview": "上传名单",
        "importbatch.decide": "逐行判断",
        "designation.import_title": "按历史名单登记称号",
        "organisation.import_organisation": "按历史名单登记单位",
        "platform.import_platform": "按历史名单登记平台",
        "designation.reissue": "换发证书",
        "designation.print": "打印证书",
        "designation.number": "编定证书编号",
        "designation.rename": "换用新名称",
        "designation.change": "登记信息变更",
        "designation.set_last_day": "定下或者撤去复核不合格的撤销日",
        "titleevent.enter": "记入称号事项",
        "titleevent.replace": "称号事项由后来的代替",
        "titleevent.take_back": "撤销导入",
        "complaint.receive": "收到投诉",
        "complaint.forget": "保存期满，清除投诉人信息",
        "complaint.see_complainant": "打开投诉人页面（信息遮盖）",
        "complaint.reveal_complainant": "查看投诉人姓名和联系方式",
        "complaint.answer": "平台说明",
        "serviceposting.publish": "发布服务信息",
        "serviceposting.edit": "修改服务信息",
        "serviceposting.confirm": "确认服务信息有效",
        "annualsummary.open": "列入年度总结",
        "annualsummary.edit": "填写年度总结",
    }
)


@provides_desk_panel(Role.APPLICANT, template="platforms/title_panel.html")
def titles_of_ours(request) -> dict:
    """Each living title of ours with its term and what it asks for."""
    titles = (
        Designation.objects.filter(
            platform__in=Platform.objects.for_user(request.user),
            platform__organisation__in=units_at_hand(request),
            state__in=LIVE_TITLES,
        )
        .select_related("platform__organisation", "recommender")
        .prefetch_related(Prefetch("summaries", AnnualSummary.objects.order_by("-year")))
        .annotate(
            postings=Count(
                "platform__postings",
                filter=Q(platform__postings__state=PostingState.PUBLISHED),
                distinct=True,
            )
        )
        .order_by("number")
    )
    return {"rows": [(title, term_of(title), next(iter(title.summaries.all()), None)) for title in titles]}


def term_of(title: Designation) -> dict:
    """The bar 认定—复核—到期: where today stands within the present term, in hundredths of its length."""
    last = title.valid_until.year if title.valid_until else title.review_year or title.year + 3
    start, end = date(max(title.year, last - 3), 1, 1), title.valid_until or date(last, 12, 31)
    review, today = title.valid_until or date(last, 1, 1), clock.today()
    span = max((end - start).days, 1)
    return {
        "start": title.granted_on,
        "review": last,
        "now": f"{min(max((today - start).days, 0), span) * 100 / span:.1f}",
        "mark": f"{(review - start).days * 100 / span:.1f}",
        "due": not title.valid_until and last <= today.year,
    }


CODE = re.compile(r"[0-9A-Z]{4,18}")  # a credit code or its beginning


@searches
def search_titles(query: str):
    """National titles, living or ended, each with its state."""
    titles = Designation.objects.all()
    rows = [*titles.filter(uscc__startswith=query.upper())[:EACH]] if CODE.fullmatch(query.upper()) else []
    rows = rows or find(titles, query)[:EACH]
    return [
        Hit(
            f"示范平台 · {row.get_state_display()}",
            row.platform_name,
            reverse("platform_page", args=[row.key]),
            f"{row.organisation_name} {row.number}",
        )
        for row in rows
    ]


@searches
def search_provincial_titles(query: str):
    words = (
        Q(platform_name__icontains=query)
        | Q(organisation_name__icontains=query)
        | Q(number__istartswith=query)
    )
    if CODE.fullmatch(query.upper()):
        words |= Q(uscc__startswith=query.upper())
    rows = ProvincialTitle.objects.filter(words).select_related("programme__recommender")
    return [
        Hit(
            f"省级称号（不是国家级称号） · {row.get_state_display()}",
            row.platform_name,
            f"{reverse('province_register', args=[row.programme.recommender.code])}?{urlencode({'q': row.number or row.platform_name})}",
            f"{row.programme.recommender.name} {row.number}",
        )
        for row in rows.order_by("-year")[:EACH]
    ]


@searches
def search_services(query: str):
    words = Q(name__icontains=query) | Q(description__icontains=query) | Q(platform__name__icontains=query)
    rows = ServicePosting.objects.current().filter(words).select_related("platform")[:EACH]
    return [Hit("服务信息", row.name, reverse("service", args=[row.pk]), row.platform.name) for row in rows]


@searches_work
def search_units(user, query: str):
    words = Q(name__icontains=query) | Q(uscc__istartswith=query)
    rows = Organisation.objects.for_user(user).filter(words).order_by("name")[:EACH]
    return [Hit("单位", row.name, reverse("organisation", args=[row.pk]), row.uscc) for row in rows]


@searches_work
def search_colleagues(user, query: str):
    """Everybody at a recommender's desk sees who works there."""
    office = office_of(user)
    rows = people_of_recommender(office).filter(name__icontains=query) if office else ()
    return [Hit("本单位人员", row.name, reverse("staff"), office.name) for row in rows[:EACH]]
