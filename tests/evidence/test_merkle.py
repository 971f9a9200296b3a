from __future__ import annotations

import hashlib
import os
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.evidence.merkle import (
    EMPTY_ROOT,
    BadProof,
    Frontier,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    root_of,
    subtree_of,
)
from moderation.evidence.record import leaf_hash
from moderation.evidence.tiles import BadTile, export, read_leaves, tile_path, tiles_of

LEAVES = [leaf_hash(b"line %d" % n) for n in range(70)]
TREE = subtree_of(LEAVES)


@cache
def definition(start: int, end: int) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    size = end - start
    if size == 0:
        return hashlib.sha256(b"").digest()
    if size == 1:
        return LEAVES[start]
    k = 1
    while k * 2 < size:
        k *= 2
    left, right = definition(start, start + k), definition(start + k, end)
    return hashlib.sha256(b"\x01" + left + right).digest()


def test_root_is_that_of_the_recursive_definition_for_every_size_up_to_seventy():
    frontier = Frontier()
    for size in range(71):
        assert frontier.root() == root_of(LEAVES[:size]) == definition(0, size)
        if size < 70:
            frontier.append(LEAVES[size])


def test_known_vectors_of_certificate_transparency():
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    roots = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    leaves = [leaf_hash(bytes.fromhex(text)) for text in inputs]
    assert [root_of(leaves[:n]).hex() for n in range(1, 9)] == roots


def test_every_inclusion_proof_of_every_size_up_to_seventy_holds():
    for size in range(1, 71):
        root = definition(0, size)
        for index in range(size):
            check_inclusion(LEAVES[index], index, size, inclusion_path(index, size, TREE), root)


def test_every_consistency_proof_of_every_pair_up_to_seventy_holds():
    for size in range(71):
        for old in range(size + 1):
            path = consistency_path(old, size, TREE)
            check_consistency(old, size, definition(0, old), definition(0, size), path)


@given(st.integers(1, 70), st.data())
def test_inclusion_proof_fails_for_another_leaf_index_size_or_step(size, data):
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(index, size, TREE), definition(0, size)
    other = data.draw(st.integers(-1, 80).filter(lambda n: n != index))
    for args in ((os.urandom(32), index, size, path, root), (LEAVES[index], other, size, path, root)):
        with pytest.raises(BadProof):
            check_inclusion(*args)
    with pytest.raises(BadProof):
        check_inclusion(LEAVES[index], index, size, [*path, LEAVES[0]], root)
    if path:
        with pytest.raises(BadProof):
            check_inclusion(LEAVES[index], index, size, path[:-1], root)
        at = data.draw(st.integers(0, len(path) - 1))
        with pytest.raises(BadProof):
            check_inclusion(LEAVES[index], index, size, [*path[:at], os.urandom(32), *path[at + 1 :]], root)


@given(st.integers(1, 70), st.data())
def test_consistency_proof_fails_for_a_rewritten_history(size, data):
    old = data.draw(st.integers(1, size))
    path, root = consistency_path(old, size, TREE), definition(0, size)
    with pytest.raises(BadProof):
        check_consistency(old, size, os.urandom(32), root, path)
    with pytest.raises(BadProof):
        check_consistency(old, size, definition(0, old), os.urandom(32), path)
    with pytest.raises(BadProof):
        check_consistency(old, size, definition(0, old), root, [*path, LEAVES[0]])


def test_proof_beyond_the_tree_is_refused():
    with pytest.raises(BadProof):
        inclusion_path(5, 5, TREE)
    with pytest.raises(BadProof):
        consistency_path(6, 5, TREE)


def test_frontier_kept_and_read_back_grows_to_the_same_root():
    whole = Frontier()
    whole.extend(LEAVES)
    part = Frontier()
    part.extend(LEAVES[:37])
    again = Frontier(part.size, part.hashes)
    again.extend(LEAVES[37:])
    assert again.root() == whole.root() == definition(0, 70)
    assert len(part.hashes) == 3
    with pytest.raises(BadProof):
        Frontier(37, part.hashes[:2])


def test_empty_tree_has_the_root_of_nothing():
    assert Frontier().root() == EMPTY_ROOT == definition(0, 0)


def test_tile_is_named_as_the_specification_says():
    assert tile_path(0, 1234067) == "tile/0/x001/x234/067"
    assert tile_path(1, 0, 5) == "tile/1/000.p/5"
    assert tile_path(0, 1000) == "tile/0/x001/000"


def test_tiles_hold_every_hash_and_the_roots_of_full_tiles(tmp_path):
    leaves = [leaf_hash(b"%d" % n) for n in range(600)]
    made = dict(tiles_of(leaves))
    assert sorted(made) == ["tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2"]
    assert made["tile/1/000.p/2"][:32] == root_of(leaves[:256])
    assert export(leaves, tmp_path) == 4
    assert export(leaves, tmp_path) == 0
    assert read_leaves(tmp_path) == leaves


def test_grown_log_reads_its_longest_partial_tile(tmp_path):
    leaves = [leaf_hash(b"%d" % n) for n in range(120)]
    export(leaves[:9], tmp_path)
    export(leaves, tmp_path)
    assert read_leaves(tmp_path) == leaves


def test_damaged_tile_is_named(tmp_path):
    export(LEAVES, tmp_path)
    (tmp_path / "tile/0/000.p/70").write_bytes(b"half")
    with pytest.raises(BadTile, match="tile/0/000"):
        read_leaves(tmp_path)


def test_folder_without_tiles_or_with_one_missing_or_cut_is_named_and_never_read_as_a_short_log(tmp_path):
    with pytest.raises(BadTile, match="no tiles"):
        read_leaves(tmp_path)
    export([leaf_hash(b"%d" % n) for n in range(1100)], tmp_path)
    cut = tmp_path / "tile/0/001"
    whole = cut.read_bytes()
    for harm in (whole[:64], None):
        cut.write_bytes(harm) if harm else cut.unlink()
        with pytest.raises(BadTile, match="tile/0/001"):
            read_leaves(tmp_path)
