"""A title of an old notice is claimed by its unit under the eyes of its department."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from platforms.models import Designation, Organisation, Platform, Recommender, TitleClaim
from platforms.organisations.services import edit_platform, verify_organisation
from platforms.register.services import close_title
from platforms.titleclaims.services import answer_claim, claim_title
from portal.kernel.permissions import SYSTEM, Role
from portal.kernel.workflow import TransitionBlocked
from tests.factories.titles import make_titled, make_user
from tests.platforms.test_notices import enter, grants

pytestmark = pytest.mark.django_db
BACKEND = "portal.accounts.backends.PortalBackend"


@pytest.fixture
def past():
    """Three titles of 2012, one of them in 浙江, and a unit there that has none now."""
    enter(grants(2012, 566, "2012年11月27日", 3), make_user("officer", Role.MINISTRY_OFFICER))
    titled = make_titled("浙江", 9)
    close_title(titled.title, "surrender", on=titled.title.granted_on, by=SYSTEM, note="另行认领")
    return Designation.objects.get(jurisdiction__label="浙江", on_paper=True), titled


def test_claimed_verified_and_given(past, client):
    title, titled = past
    platform = titled.title.platform
    stand_in = title.platform
    client.force_login(titled.lead, backend=BACKEND)
    assert "本单位认领此称号" in client.get(f"/directory/{title.key}/").content.decode()
    sent = {"platform": platform.pk, "words": "2014 年更名，牌匾在本单位"}
    assert client.post(f"/directory/{title.key}/claim/", sent).url == "/title-claims/"
    claim = TitleClaim.objects.get()
    with pytest.raises(PermissionDenied):
        answer_claim(claim, "admit", by=titled.lead, note="")
    with pytest.raises(TransitionBlocked, match="执照尚未核验"):
        answer_claim(claim, "admit", by=titled.officer, note="与牌匾核对")
    verify_organisation(platform.organisation, by=titled.officer)
    client.force_login(titled.officer, backend=BACKEND)
    assert "同意认领" in client.get("/title-claims/").content.decode()
    assert client.post(f"/title-claims/{claim.pk}/admit/", {"note": "与牌匾核对"}).url == "/title-claims/"
    title.refresh_from_db()
    assert (title.platform, title.uscc, title.number, title.on_paper) == (
        platform,
        platform.organisation.uscc,
        "",
        True,
    )
    assert title.history.filter(kind="claimed").count() == 1 and not title.certificates.exists()
    assert not Platform.objects.filter(pk=stand_in.pk).exists()
    assert not Organisation.objects.filter(pk=stand_in.organisation_id).exists()
    assert "待补" not in client.get(f"/directory/{title.key}/").content.decode().partition("服务功能")[0]


def test_only_one_of_the_same_territory_and_only_once(past):
    title, titled = past
    other = make_titled("江苏", 8)
    with pytest.raises(TransitionBlocked, match="只能由该地区的平台认领"):
        claim_title(title, other.title.platform, words="是本单位", by=other.lead)
    claim_title(title, titled.title.platform, words="是本单位", by=titled.lead)
    with pytest.raises(TransitionBlocked, match="等待主管部门答复"):
        claim_title(title, titled.title.platform, words="再次", by=titled.lead)


def test_a_titled_platform_does_not_move_itself_to_another_province():
    titled = make_titled()
    with pytest.raises(TransitionBlocked, match="迁出、迁入两地主管部门同意"):
        edit_platform(
            titled.title.platform, by=titled.lead, jurisdiction=Recommender.objects.get(label="江苏")
        )
