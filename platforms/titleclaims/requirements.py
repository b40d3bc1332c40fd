"""What must be in place before a title of an old notice is given into a unit's hands."""

from __future__ import annotations

from collections.abc import Iterator

from platforms.models import Designation, Platform, TitleClaim
from platforms.states import LIVE_TITLES
from portal.kernel.workflow import Attempt, requires


def obstacles(title: Designation, platform: Platform) -> Iterator[str]:
    if not title.on_paper or title.uscc:
        yield "此称号已有运营单位的信用代码，不需要认领。"
    if platform.jurisdiction_id != title.jurisdiction_id:
        yield f"此称号的所在地区为{title.jurisdiction.label}，只能由该地区的平台认领。"
    living = platform.designations.filter(state__in=LIVE_TITLES).exclude(pk=title.pk)
    if title.state in LIVE_TITLES and living.exists():
        yield "您的平台已有有效称号，不能再归入一个；确属同一平台再次认定的，请与工业和信息化部联系更正。"


@requires(TitleClaim, "admit")
def title_and_unit_fit(claim: TitleClaim, attempt: Attempt) -> Iterator[str]:
    yield from obstacles(claim.title, claim.platform)
    if not claim.platform.organisation.is_verified:
        yield "该单位的营业执照尚未核验，请先在“单位核验”中核验，再答复认领。"
