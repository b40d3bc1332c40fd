"""A refusal keeps all its reasons."""

from portal.kernel.workflow import TransitionBlocked


def test_one_reason_is_said_as_it_is_and_several_as_one_sentence():
    assert TransitionBlocked(["请先填写期限"]).words == "请先填写期限"
    assert (
        TransitionBlocked(["缺少报告。", "还有 2 份文件在核对。"]).words == "缺少报告；还有 2 份文件在核对。"
    )
