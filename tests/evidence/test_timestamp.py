from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from moderation.evidence.bag import make_bag, write_bag
from moderation.evidence.note import policy_text
from moderation.evidence.package import payload
from moderation.evidence.timestamp import BadTimestamp, ask, chain_of, check
from tests.evidence.office import Office

CONFIG = """
[tsa]
default_tsa = one
[one]
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
[stamp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
"""


def openssl(folder, *args):
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True)


def make_authority(folder):
    folder.mkdir()
    (folder / "tsa.cnf").write_text(CONFIG)
    (folder / "serial").write_text("01\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    (folder / "req.cnf").write_text("[req]\ndistinguished_name = dn\n[dn]\n" + CONFIG)
    openssl(
        folder, "req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-days", "3650",
        "-subj", "/CN=Test root", "-config", "req.cnf", "-extensions", "ca",
    )  # fmt: skip
    openssl(
        folder, "req", *curve, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Test stamp", "-config", "req.cnf"
    )
    openssl(
        folder, "x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
        "-out", "tsa.pem", "-days", "3650", "-extfile", "tsa.cnf", "-extensions", "stamp",
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("tsa") / "one")


def stamp(authority, request) -> bytes:
    (authority / "q.tsq").write_bytes(request.as_bytes())
    openssl(authority, "ts", "-reply", "-config", "tsa.cnf", "-section", "one", "-queryfile", "q.tsq", "-out", "r.tsr")
    return (authority / "r.tsr").read_bytes()


NOTE = "news.example/log\n3\nroot\n"


def test_stamp_by_a_known_authority_holds_and_tells_the_time(authority):
    asked = ask(NOTE)
    reply = stamp(authority, asked)
    at = check(NOTE, reply, [(authority / "ca.pem").read_bytes()], asked=asked)
    assert abs((datetime.now(UTC) - at).total_seconds()) < 3600
    assert chain_of(reply).startswith(b"-----BEGIN CERTIFICATE-----")


def test_stamp_of_another_checkpoint_nonce_or_authority_does_not_hold(authority, tmp_path):
    asked = ask(NOTE)
    reply = stamp(authority, asked)
    root = (authority / "ca.pem").read_bytes()
    with pytest.raises(BadTimestamp):
        check(NOTE + "x", reply, [root])
    with pytest.raises(BadTimestamp):
        check(NOTE, reply, [root], asked=ask(NOTE))
    stranger = make_authority(tmp_path / "two")
    with pytest.raises(BadTimestamp):
        check(NOTE, reply, [(stranger / "ca.pem").read_bytes()])
    for garbage in (b"", b"x", reply[:-9]):
        with pytest.raises(BadTimestamp):
            check(NOTE, garbage, [root])


def test_package_with_a_stamp_verifies_by_openssl_and_is_incomplete_without_its_root(authority, tmp_path):
    office = Office(tmp_path / "office")
    office.comment(1)
    req = office.approved("c1")
    opened = office.open(req, office.records)
    package = office.package(req, opened)
    reply = stamp(authority, ask(package.checkpoint))
    from dataclasses import replace

    package = replace(package, timestamp=reply, tsa_chain=chain_of(reply))
    folder = tmp_path / "bag"
    write_bag(make_bag("bag", payload(package), {}, at=package.made_at, sign=office.signer.sign_text), folder)
    (tmp_path / "policy.txt").write_text(policy_text(office.signer.key))
    command = [sys.executable, "-I", "-S", "data/verify/verify.py", ".", "--policy", str(tmp_path / "policy.txt")]

    def verify(*more):
        done = subprocess.run(
            [*command, *more], cwd=folder, capture_output=True, text=True, check=False, env=dict(os.environ)
        )
        return done.returncode, done.stdout

    assert verify()[0] == 2
    assert "give --tsa-root" in verify()[1]
    assert verify("--tsa-root", str(authority / "ca.pem"))[0] == 0
    stranger = make_authority(tmp_path / "three")
    code, out = verify("--tsa-root", str(stranger / "ca.pem"))
    assert (code, out.splitlines()[-1]) == (1, "FAIL data/log/checkpoint.tsr: the time stamp does not verify")
