"""Signals and words of what is done to accounts: who watches sees each of it."""

from __future__ import annotations

from django.db.models import Q

from portal.kernel.action_labels import register_words
from portal.trail.watching import register_signal

register_words(
    {
        "user.send_link": "发送设置密码的链接",
        "user.change_address": "改变登记的邮箱",
        "user.set_password": "本人设置密码",
        "user.add_factor": "添加验证方式",
        "user.remove_factor": "移除验证方式",
        "user.clear_factors": "清除验证方式",
        "user.renew_recovery_codes": "生成恢复码",
        "user.use_recovery_code": "使用恢复码",
        "user.issue_token": "签发访问令牌",
        "user.end_token": "停用访问令牌",
        "accountchange.ask": "负责人申请变动人员",
        "accountchange.prepare_carry_out": "拟办：账号变动",
        "accountchange.return_carry_out": "退回拟办：账号变动",
    }
)
register_signal(
    "accounts",
    "账号变动",
    "谁被允许签发、谁的登录被重设：两位系统管理员办理的每一步",
    Q(action__startswith="accountchange.")
    | Q(action__in=("user.send_link", "user.change_address", "user.clear_factors", "user.use_recovery_code"))
    | Q(action="user.create", actor=None),
)
