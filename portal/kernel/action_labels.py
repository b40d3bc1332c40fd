"""Actions of the trail in Chinese: verbs carry their labels, the other events register theirs here."""

from __future__ import annotations

from functools import cache

from portal.kernel.workflow import column_of, stateful_models, verbs_of

_words: dict[str, str] = {
    "trainingclock.move": "拨动演练时钟",
    "calendaryear.enter_year": "录入节假日安排",
    "interpretation.issue": "发布条文解释",
    "bulkrun.carry_out": "批量办理",
    "signoff.reveal_contacts": "查看审签内容中的联系方式",
    "storedfile.scan": "检查文件",
    "user.create": "建立账号",
    "user.edit": "修改账号",
    "user.ask_link": "申请重设密码",
    "user.deactivate": "停用账号",
    "outboxmessage.requeue": "重新发送",
    "outboxmessage.drop": "不再发送",
    "user.read_audit": "查看操作记录",
    "user.read_access": "查看登录与访问记录",
    "notification.bounce": "邮件被退回",
}
READS = {"open_file": "打开文件", "read_file": "查看文件", "read_material": "查看材料", "export": "导出"}


def register_words(words: dict[str, str]) -> None:
    """Add labels for events that are not verbs: {"model.action": "中文"}."""
    _words.update(words)


@cache
def _verb_words(procedure: str = "") -> dict[str, str]:
    """With a procedure its own words, without one those of all."""
    words = {}
    for model in stateful_models():
        for verb in verbs_of(model).values():
            label = verb.worded(procedure).label if procedure else verb.labels
            words[f"{model._meta.model_name}.{verb.name}"] = label
            if verb.two_person:
                words[f"{model._meta.model_name}.prepare_{verb.name}"] = f"拟办：{label}"
                words[f"{model._meta.model_name}.return_{verb.name}"] = f"退回拟办：{label}"
    return words


@cache
def _state_words() -> dict[str, dict[str, str]]:
    return {
        str(model._meta.model_name): {
            str(code): str(label) for code, label in column_of(model, "state").choices
        }
        for model in stateful_models()
    }


def state_label(action: str, state: str) -> str:
    """A state as staff read it, for an event of that model."""
    return _state_words().get(action.partition(".")[0], {}).get(state, state)


def states_of(event) -> list[str]:
    """From which state to which the event led, in words; empty when it changed none."""
    return [
        state_label(event.action, state) for state in (event.before, event.after) if event.after and state
    ]


def action_label(action: str, procedure: str = "") -> str:
    name = action.rpartition(".")[2]
    return _verb_words(procedure).get(action) or _words.get(action) or READS.get(name) or action


def known_actions() -> list[tuple[str, str]]:
    """(action, label) pairs for a filter, in the order of their labels."""
    return sorted({**_words, **_verb_words()}.items(), key=lambda pair: pair[1])
