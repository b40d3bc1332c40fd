"""The log's arithmetic against published vectors, with the two stand-alone programs beside it."""

from __future__ import annotations

import base64
import json
import random
import runpy
from pathlib import Path

import pytest

from portal.trail import tlog
from portal.trail.tiles import Tiles, pack, tile_path, unpack

ROOT = Path(__file__).resolve().parents[3]
VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
verify = runpy.run_path(str(ROOT / "deploy/verify/verify.py"))
witness = runpy.run_path(str(ROOT / "deploy/witness/witness.py"))

# The reference inputs of RFC 6962's implementations and the roots over the first 1…8 of them.
LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# The example of golang.org/x/mod/sumdb/note, the first implementation of signed notes.
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "\N{EM DASH} PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)


def leaves(count: int) -> list[bytes]:
    return [tlog.hash_leaf(bytes.fromhex(text)) for text in LEAVES[:count]]


@pytest.mark.parametrize("count", range(1, 9))
def test_roots(count):
    assert tlog.tree_hash(tlog.HashList(leaves(count)), 0, count).hex() == ROOTS[count - 1]
    assert verify["tree_root"](leaves(count)).hex() == ROOTS[count - 1]


def test_the_empty_tree():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tlog.tree_hash(tlog.HashList([]), 0, 0).hex() == verify["tree_root"]([]).hex() == empty


@pytest.mark.parametrize(("index", "size", "leaf", "root", "proof", "holds"), VECTORS["inclusion"])
def test_published_proofs_of_inclusion(index, size, leaf, root, proof, holds):
    raw, path = base64.b64decode(leaf), [base64.b64decode(one) for one in proof]
    assert (tlog.root_of_inclusion(raw, index, size, path) == base64.b64decode(root)) == holds
    try:
        theirs = verify["root_of"](raw, index, size, path) == base64.b64decode(root)
    except verify["Wrong"]:
        theirs = False
    assert theirs == holds


# tlog-witness lets the first checkpoint follow an empty log; the vectors call such a proof useless.
CONSISTENCY = [row for row in VECTORS["consistency"] if row[0]]


@pytest.mark.parametrize(("old", "new", "first", "second", "proof", "holds"), CONSISTENCY)
def test_published_proofs_of_consistency(old, new, first, second, proof, holds):
    given = (
        old,
        base64.b64decode(first),
        new,
        base64.b64decode(second),
        [base64.b64decode(one) for one in proof],
    )
    assert tlog.is_consistent(*given) == holds
    if old <= new:  # the witness looks at the order before
        assert witness["continues"](*given) == holds


def test_every_proof_of_a_small_tree_holds_and_no_other():
    hashes = tlog.HashList([tlog.hash_leaf(bytes([n])) for n in range(70)])
    roots = [tlog.tree_hash(hashes, 0, size) for size in range(71)]
    for size in range(1, 71):
        for index in range(size):
            proof = tlog.prove_inclusion(hashes, index, size)
            leaf = hashes.leaves[index]
            assert tlog.root_of_inclusion(leaf, index, size, proof) == roots[size]
            assert verify["root_of"](leaf, index, size, proof) == roots[size]
        for old in range(1, size + 1):
            proof = tlog.prove_consistency(hashes, old, size)
            assert tlog.is_consistent(old, roots[old], size, roots[size], proof)
            assert witness["continues"](old, roots[old], size, roots[size], proof)
            assert not tlog.is_consistent(old, roots[old - 1], size, roots[size], proof)


def test_the_first_example_of_a_signed_note():
    assert [one.name for one in tlog.Note.parse(NOTE).signed_by([tlog.Verifier.parse(KEY)])] == [
        "PeterNeumann"
    ]
    keys = verify["Keys"]([f"log {KEY}"])
    assert verify["open_note"](NOTE, keys)[0].startswith("If you think")
    with pytest.raises(ValueError, match="does not verify"):
        tlog.Note.parse(NOTE.replace("answer", "Answer")).signed_by([tlog.Verifier.parse(KEY)])
    with pytest.raises(verify["Wrong"]):
        verify["open_note"](NOTE.replace("answer", "Answer"), keys)


@pytest.mark.parametrize(
    ("index", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (67, 256, "tile/0/067"),
        (1234067, 256, "tile/0/x001/x234/067"),  # the specification's example
        (1000, 256, "tile/0/x001/000"),
        (273, 112, "tile/0/273.p/112"),
    ],
)
def test_names_of_tiles(index, width, path):
    assert tile_path("0", index, width) == verify["tile_name"]("0", index, width) == path


def test_tiles_of_the_specifications_example(tmp_path):
    """A tree of 70,000: 273 whole tiles and one of 112, one whole and one of 17, one of 1."""
    tiles, entries = Tiles(tmp_path), [f"{n}".encode() for n in range(70_000)]
    size = 0
    for end in (1, 255, 256, 257, 65_535, 65_537, 70_000):
        size = tiles.append(size, entries[size:end])
    levels = [
        len([p for p in (tmp_path / "tile" / str(n)).rglob("*") if p.is_file() and ".p" not in str(p)])
        for n in (0, 1)
    ]
    assert levels == [273, 1]
    for level, number, width in ((0, 273, 112), (1, 1, 17), (2, 0, 1)):
        assert len((tmp_path / tile_path(str(level), number, width)).read_bytes()) == width * 32
    hashes = [tlog.hash_leaf(entry) for entry in entries]
    assert tlog.tree_hash(Tiles(tmp_path), 0, 70_000) == verify["tree_root"](hashes)
    assert list(Tiles(tmp_path).entries(69_990, 70_000)) == entries[69_990:]


def test_a_log_grown_in_random_steps_is_the_log_written_at_once(tmp_path):
    dice, size, entries = random.Random(6962), 0, [f"条目 {n}".encode() for n in range(3000)]
    tiles = Tiles(tmp_path)
    while size < len(entries):
        step = dice.choice([1, 2, 7, 100, 256, 300])
        size = Tiles(tmp_path).append(size, entries[size : size + step])
        root = verify["tree_root"]([tlog.hash_leaf(entry) for entry in entries[:size]])
        assert tlog.tree_hash(Tiles(tmp_path), 0, size) == root
    old = 1234
    proof = tlog.prove_consistency(tiles, old, size)
    assert tlog.is_consistent(old, tlog.tree_hash(tiles, 0, old), size, tlog.tree_hash(tiles, 0, size), proof)


def test_bundles():
    assert (
        unpack(pack([b"", b"a", b"x" * 65535]))
        == verify["unpack"](pack([b"", b"a", b"x" * 65535]))
        == [b"", b"a", b"x" * 65535]
    )
