"""People's contacts are ciphertext in the database, plain to whoever may see them, and follow their keys."""

import base64
import os

import pytest
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection

from applications.models import RosterRow
from platforms.organisations.services import edit_organisation, edit_platform
from portal.accounts.changes import change_account
from portal.accounts.services import ask_for_links, edit_account
from portal.kernel import signoff as signing
from portal.kernel.permissions import Role
from portal.models import AccountChange, AuditEvent, SignOff, User
from portal.privacy import crypto
from portal.privacy.fields import private_fields
from portal.privacy.masking import mask
from portal.privacy.rotation import count_older
from portal.trail.sealing import describe_seal, sealed_models
from portal.trail.seals import check_signed_words
from tests.factories import dossiers, people

CANARY, ADDRESS = "13812345678", "Canary@Example.invalid"


def new_key(name: str) -> str:
    return f"{name}:{base64.b64encode(os.urandom(32)).decode()}"


def columns_of(model, *fields) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {", ".join(fields)} FROM "{model._meta.db_table}"')
        return repr(cursor.fetchall())


@pytest.mark.django_db
def test_contacts_are_ciphertext_in_the_database_and_plain_in_python():
    user = people.user(Role.APPLICANT, email=ADDRESS, phone=CANARY)
    row = dossiers.objection_in("RECEIVED", about=dossiers.application_in("PUBLICISED"), contact=CANARY)
    stored = columns_of(User, "email", "phone") + columns_of(type(row), "objector_name", "objector_contact")
    assert CANARY not in stored and "anary" not in stored and row.objector_name not in stored
    user = User.objects.get(pk=user.pk)
    assert (user.email, user.phone) == (ADDRESS, CANARY)
    row.refresh_from_db()
    assert row.objector_contact == CANARY


@pytest.mark.django_db
def test_a_whole_address_is_found_by_its_digest_and_nothing_else_is_asked():
    user = people.user(Role.APPLICANT, email=ADDRESS, phone=CANARY)
    people.user(Role.APPLICANT, email="other@example.invalid")
    assert list(User.objects.filter(email__iexact="canary@example.INVALID")) == [user]
    with pytest.raises(FieldError):
        User.objects.filter(email__icontains="canary")
    with pytest.raises(ValueError, match="not searchable"):
        User.objects.filter(phone=CANARY).exists()
    ask_for_links("canary@example.invalid")
    assert AuditEvent.objects.filter(action="user.ask_link").count() == 1


@pytest.mark.django_db
def test_the_trail_keeps_no_whole_contact():
    user = people.user(Role.APPLICANT, email=ADDRESS, phone=CANARY)
    edit_account(user, by=user, email="new-canary@example.invalid", phone="13987654321")
    assert "new-canary" not in (body := AuditEvent.objects.get(action="user.edit").body)
    assert "13987654321" not in body and CANARY not in body and "n***@example.invalid" in body


@pytest.mark.parametrize("algorithm", ["A256GCM", "SM4GCM"])
def test_what_is_sealed_for_one_place_opens_in_no_other_and_not_when_altered(settings, algorithm):
    settings.PRIVACY_ALGORITHM = algorithm
    sealed = crypto.seal(CANARY, place="a.b.c")
    assert algorithm in sealed and crypto.unseal(sealed, place="a.b.c") == CANARY
    assert crypto.seal(CANARY, place="a.b.c") != sealed
    for text, place in ((sealed, "a.b.d"), (sealed[:-6] + "AAAAA=", "a.b.c")):
        with pytest.raises(crypto.Unreadable):
            crypto.unseal(text, place=place)


@pytest.mark.django_db
def test_rotation_seals_everything_anew_and_goes_on_where_it_stopped(settings, capsys):
    first, second = new_key("k1"), new_key("k2")
    settings.PRIVACY_KEYS = first
    users = [
        people.user(Role.APPLICANT, email=f"c{number}@example.invalid", phone=CANARY) for number in range(3)
    ]
    settings.PRIVACY_KEYS = f"{second},{first}"
    field = User._meta.get_field("email")
    assert User.objects.get(email="c1@example.invalid") == users[1]  # before the rotation too
    users[0].save()  # one is done already, as after a rotation that was broken off
    assert count_older(field) == 2
    call_command("privacy_keys", "rotate")
    assert "2 / 2" in capsys.readouterr().out
    assert AuditEvent.objects.get(action="contactskey.rotate").facts == {"to": "k2"}
    assert {count_older(one) for one in private_fields()} == {0}
    settings.PRIVACY_KEYS = second  # the old key is gone
    assert User.objects.get(email="C2@example.invalid").phone == CANARY
    settings.PRIVACY_KEYS = new_key("k3")
    with pytest.raises(crypto.Unreadable):
        User.objects.get(pk=users[0].pk)


@pytest.fixture
def proposal(settings):
    """A change of the contacts of an account that may sign, which a second administrator has to sign."""
    settings.PRIVACY_KEYS = new_key("k1")
    one, two = (people.user(Role.ADMINISTRATOR) for _ in range(2))
    lead = people.user(Role.MINISTRY_LEAD, email=ADDRESS)
    return change_account(lead, by=one, email="new-canary@example.invalid", phone=CANARY), one, two


@pytest.mark.django_db
def test_what_two_persons_sign_about_contacts_is_sealed_and_follows_its_keys(proposal, settings):
    act, _, second = proposal
    stored = columns_of(SignOff, "shown") + columns_of(AccountChange, "wanted")
    assert CANARY not in stored and "anary" not in stored
    settings.PRIVACY_KEYS = f"{new_key('k2')},{settings.PRIVACY_KEYS}"
    call_command("privacy_keys", "rotate")
    settings.PRIVACY_KEYS = settings.PRIVACY_KEYS.partition(",")[0]
    assert not list(check_signed_words())
    signing.sign(SignOff.objects.get(pk=act.pk), by=second)
    assert User.objects.get(email="new-canary@example.invalid").phone == CANARY
    shown = SignOff.objects.get(pk=act.pk).shown
    SignOff.objects.filter(pk=act.pk).update(shown={**shown, "title": "别的"})
    (found,) = check_signed_words()
    assert str(act.pk) in found.stream and "审签人所见" in found.sentence


@pytest.mark.django_db
def test_who_does_not_sign_sees_contacts_masked_until_a_reason_is_given(proposal, client):
    act, first, second = proposal
    page = f"/signoffs/{act.pk}/"

    def seen_by(user) -> str:
        client.force_login(user)
        return client.get(page).content.decode()

    assert "<td>effects</td>" not in seen_by(first)  # an act without a list shows none
    assert all(CANARY in seen_by(user) and ADDRESS in seen_by(user) for user in (first, second))
    signing.sign(act, by=second)
    for user in (first, second, people.user(Role.INSPECTOR)):
        assert CANARY not in (told := seen_by(user)) and "anary@" not in told and "138****78" in told
    assert client.post(page, {"then": "reveal", "reason": ""}).status_code == 422
    assert CANARY in client.post(page, {"then": "reveal", "reason": "核实邮箱变更"}).content.decode()
    assert AuditEvent.objects.get(action="signoff.reveal_contacts").note == "核实邮箱变更"


@pytest.mark.django_db
def test_contacts_of_units_and_of_their_clients_are_sealed():
    row = dossiers.application_in("SUBMITTED")
    platform = row.platform
    person = people.user(Role.APPLICANT)
    edit_organisation(platform.organisation, by=person, phone=CANARY, email=ADDRESS)
    edit_platform(platform, by=person, contact="卢照邻")
    stored = columns_of(type(platform.organisation), "phone", "email") + columns_of(type(platform), "contact")
    stored += columns_of(type(platform.organisation).changes.rel.related_model, "before", "after")
    assert CANARY not in stored and "anary" not in stored and "卢照邻" not in stored
    events = AuditEvent.objects.filter(action__in=("organisation.edit", "platform.edit"))
    told = "".join(events.values_list("body", flat=True))
    assert len(events) == 2 and CANARY not in told and "anary@" not in told and "卢照邻" not in told
    smes = row.materials.get(code="smes")
    clients = RosterRow(material=smes, number=9, data={}, contacts={"phone": CANARY})
    clients.save()
    assert CANARY not in columns_of(RosterRow, "contacts", "data")
    assert RosterRow.objects.get(pk=clients.pk).cells["phone"] == CANARY


def test_no_sealed_column_is_bound_to_the_key_it_is_sealed_with():
    """A row that never changes could not follow a new key: such a field has a digest of its words instead."""
    for model in sealed_models():
        seal = describe_seal(model)
        bound = {
            *seal["always"],
            *seal["once"],
            *(name for names in seal["in_state"].values() for name in names),
        }
        assert not bound & {field.column for field in private_fields() if field.model is model}


@pytest.mark.parametrize(
    ("text", "masked"),
    [("13812345678", "138****78"), ("wang@x.example", "w***@x.example"), ("李先生", "李**"), ("", "")],
)
def test_masks(text, masked):
    assert mask(text) == masked
