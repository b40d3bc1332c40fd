from __future__ import annotations

import json
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.shared.digests import (
    Digester,
    canonical_json,
    digest_record,
    matches_record,
    sha256_hex,
    sm3_hex,
)

# GB/T 32905—2016, annex A
SM3_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
SM3_ABCD16 = "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
SHA256_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_known_vectors():
    assert sm3_hex(b"abc") == SM3_ABC
    assert sm3_hex(b"abcd" * 16) == SM3_ABCD16
    assert sha256_hex(b"abc") == SHA256_ABC


@given(st.lists(st.binary(max_size=200)))
def test_a_stream_has_the_digest_of_the_whole_however_it_is_cut(chunks):
    digester = Digester()
    for chunk in chunks:
        digester.update(chunk)
    whole = b"".join(chunks)
    assert (digester.sha256, digester.sm3, digester.size) == (sha256_hex(whole), sm3_hex(whole), len(whole))


def test_records_name_their_algorithm():
    assert matches_record(digest_record("sm3", SM3_ABC.upper()), b"abc")
    assert not matches_record(digest_record("sha256", SM3_ABC), b"abc")
    with pytest.raises(ValueError, match="md5"):
        matches_record(digest_record("md5", "0"), b"abc")


def test_canonical_text_letter_by_letter():
    value = {
        "名": "Cafe\u0301",
        "b": [1, 2.5, True, None],
        "a": {Decimal("3.10"), Decimal("2")},
        "日": date(2026, 4, 1),
        "id": UUID(int=7),
        "刻": datetime(2026, 4, 1, 8, 0, tzinfo=timezone(timedelta(hours=8))),
    }
    assert canonical_json(value) == (
        '{"a":["2","3.10"],"b":[1,2.5,true,null],"id":"00000000-0000-0000-0000-000000000007",'
        '"刻":"2026-04-01T00:00:00+00:00","名":"Café","日":"2026-04-01"}'
    )


def test_one_moment_has_one_text_in_every_zone():
    moment = datetime(2026, 4, 30, 16, 0, tzinfo=UTC)
    assert canonical_json(moment) == canonical_json(moment.astimezone(timezone(timedelta(hours=8))))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"é": 1, "e\u0301": 2}])
def test_what_has_no_single_text_is_refused(value):
    with pytest.raises(ValueError):
        canonical_json(value)


def test_unknown_types_are_refused():
    with pytest.raises(TypeError):
        canonical_json({"a": object()})


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abcé", max_size=4), inner, max_size=4)
    ),
)


@given(plain)
def test_the_text_is_stable_and_says_the_same(value):
    text = canonical_json(value)
    assert canonical_json(json.loads(text)) == text
    assert unicodedata.is_normalized("NFC", text)
    assert canonical_json(_reversed(value)) == text


def _reversed(value):
    if isinstance(value, dict):
        return {key: _reversed(item) for key, item in reversed(value.items())}
    return [_reversed(item) for item in value] if isinstance(value, list) else value
