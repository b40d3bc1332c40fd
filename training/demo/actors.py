"""Demo accounts: one for every role, all with one password, named on the sign-in page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.contrib.auth.hashers import make_password
from guardian.shortcuts import assign_perm

from platforms.models import Recommender
from portal.kernel.permissions import Role
from portal.models import User

PASSWORD = "Demo-2026-Portal"


@dataclass(frozen=True)
class Account:
    username: str
    name: str
    role: str
    title: str
    what: str


ACCOUNTS = (
    Account("yunfan_lead", "沈国栋", Role.APPLICANT, "主任", "申报单位负责人（填写、声明并提交）"),
    Account("yunfan_clerk", "林晓岚", Role.APPLICANT, "项目专员", "申报单位经办人（填写）"),
    Account("yunfan_new", "许婷", Role.APPLICANT, "服务部主管", "申请加入沈国栋单位的人员（等待答复）"),
    Account("qiming_lead", "傅文博", Role.APPLICANT, "主任", "另一申报单位负责人（草稿的人员名册待更正）"),
    Account(
        "huizhi_lead",
        "冯雅文",
        Role.APPLICANT,
        "主任",
        "持有称号的单位负责人（年度总结、服务信息、复核、更名、放弃称号）",
    ),
    Account(
        "zhejiang_officer", "周敏", Role.RECOMMENDER, "四级调研员", "浙江省经济和信息化厅经办人（受理、测评）"
    ),
    Account("zhejiang_lead", "何建国", Role.RECOMMENDER, "处长", "浙江省经济和信息化厅负责人（推荐、报送）"),
    Account("gansu_officer", "马海涛", Role.RECOMMENDER, "主任科员", "甘肃省工业和信息化厅经办人"),
    Account("gansu_lead", "罗文博", Role.RECOMMENDER, "处长", "甘肃省工业和信息化厅负责人"),
    Account("textile_officer", "郑雅琴", Role.RECOMMENDER, "部门主管", "全国性行业协会经办人"),
    Account("textile_lead", "宋明辉", Role.RECOMMENDER, "副秘书长", "全国性行业协会负责人"),
    Account(
        "miit_officer", "周明", Role.MINISTRY_OFFICER, "审查员", "工信部经办人（形式审查、组织评审、拟办）"
    ),
    Account("miit_officer2", "吴静", Role.MINISTRY_OFFICER, "审查员", "工信部经办人"),
    Account("miit_lead", "徐志强", Role.MINISTRY_LEAD, "处长", "工信部负责人（审签）"),
    Account("miit_lead2", "唐丽华", Role.MINISTRY_LEAD, "副处长", "工信部负责人（拟办或审签）"),
    Account("miit_lead3", "顾怀民", Role.MINISTRY_LEAD, "副处长", "工信部负责人（另两位不在时审签）"),
    Account("expert1", "程思远", Role.EXPERT, "教授", "评审专家"),
    Account("inspector", "秦守正", Role.INSPECTOR, "监督员", "纪检监督（只读）"),
    Account("auditor", "曹俊杰", Role.OUTSIDE_AUDITOR, "审计师", "外部审计（只读，按年度委派）"),
    Account("admin", "孙浩然", Role.ADMINISTRATOR, "管理员", "系统管理员（账号、节假日安排）"),
    Account("admin2", "蒋文静", Role.ADMINISTRATOR, "管理员", "系统管理员（审签可以签发的账号的变动）"),
)


@cache
def password_hash() -> str:
    """Hashing is slow on purpose; one hash serves all demo accounts."""
    return make_password(PASSWORD)


def give_password(user: User) -> User:
    user.password = password_hash()
    user.save(update_fields=["password"])
    return user


def make_account(account: Account) -> User:
    user, is_new = User.objects.get_or_create(
        username=account.username,
        defaults={
            "name": account.name,
            "role": account.role,
            "title": account.title,
            "email": f"{account.username}@demo.invalid",
        },
    )
    return give_password(user) if is_new else user


def staff_of(recommender: Recommender) -> tuple[User, User]:
    """The officer and the lead of a recommender, made when they are first needed."""
    pair = []
    for kind, grants in (
        ("officer", ("handle_recommender",)),
        ("lead", ("handle_recommender", "sign_recommender")),
    ):
        username = f"{USERNAMES.get(recommender.code, 'r' + recommender.code)}_{kind}"
        known = next((a for a in ACCOUNTS if a.username == username), None)
        user = make_account(
            known
            or Account(
                username,
                f"{recommender.label[:2]}{'经办' if kind == 'officer' else '负责'}",
                Role.RECOMMENDER,
                "",
                "",
            )
        )
        for grant in grants:
            assign_perm(f"platforms.{grant}", user, recommender)
        pair.append(user)
    return pair[0], pair[1]


USERNAMES = {"33": "zhejiang", "62": "gansu", "CTA": "textile"}
