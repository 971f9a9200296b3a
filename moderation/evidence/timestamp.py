"""A time stamp by an outside authority (RFC 3161) over a checkpoint: that it existed then, sworn by somebody else.

- The request holds the checkpoint's SHA-256 and a nonce, nothing of a comment.
- A reply counts when its status is granted, nonce and imprint fit, and its chain ends in a root that was given.
- How the bytes reach the authority is the caller's business: over the network, or carried by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from rfc3161_client import (
    HashAlgorithm,
    TimeStampRequest,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from moderation.errors import Invalid


class BadTimestamp(Invalid):
    """the time stamp does not hold"""

    code = "bad_timestamp"
    hint = "check the authority's root certificates, and that the stamp belongs to this checkpoint"


def ask(checkpoint: str) -> TimeStampRequest:
    """The request for a checkpoint; `as_bytes()` gives what is sent."""
    builder = TimestampRequestBuilder(data=checkpoint.encode()).hash_algorithm(HashAlgorithm.SHA256)
    return builder.nonce(nonce=True).cert_request(cert_request=True).build()


def check(checkpoint: str, reply: bytes, roots: Sequence[bytes], *, asked: TimeStampRequest | None = None) -> datetime:
    """Check a reply against its checkpoint and give the time that it swears to.

    Raises:
        BadTimestamp: it does not hold.
    """
    try:
        stamp = decode_timestamp_response(reply)
        builder = VerifierBuilder() if asked is None else VerifierBuilder.from_request(asked)
        for root in (cert for pem in roots for cert in x509.load_pem_x509_certificates(pem)):
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(stamp, checkpoint.encode())
    except (VerificationError, ValueError, TypeError) as problem:
        raise BadTimestamp(f"the time stamp does not hold: {str(problem).lower().rstrip('.')}") from None
    return stamp.tst_info.gen_time.astimezone(UTC)


def chain_of(reply: bytes) -> bytes:
    """The certificates that came with a reply, as PEM, so that a package can carry them.

    Raises:
        BadTimestamp: the reply cannot be read.
    """
    try:
        found = [
            x509.load_der_x509_certificate(bytes(cert))
            for cert in decode_timestamp_response(reply).signed_data.certificates
        ]
    except ValueError:
        raise BadTimestamp from None
    ordered = sorted(found, key=lambda cert: cert.subject.rfc4514_string())
    return b"".join(cert.public_bytes(serialization.Encoding.PEM) for cert in ordered)
