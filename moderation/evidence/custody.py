"""Seal what came with a comment and make the tags by which it is counted: the server's side of custody.

What this file decides
- Sender details are sealed to the day's public keys; the private halves lie in the vault, which this process never opens.
- The e-mail address is also kept under the application key, for notices, bound to its site.
- Senders and networks are counted under the day's rate key; e-mail standing and bans have keys of their own.
- Texts are compared by a keyed tag of their folded form: a stolen table cannot be tried against guessed texts.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from moderation.errors import ModerationError
from moderation.evidence.application_key import ApplicationKey, NotReadable
from moderation.evidence.batch import SealingBatch
from moderation.evidence.clock import read_clock
from moderation.evidence.keys import DEFAULT_PROFILE, EpochKeys
from moderation.evidence.record import Random
from moderation.evidence.sender import SealedSender, seal_sender
from moderation.evidence.tags import NotAnAddress, TagKeys, TagPurpose, address_prefixes
from moderation.vocabulary import Author, Sender

TEXT_TAG_DAYS = "text"


class Custody:
    """Public keys, application key and tag keys of one server process."""

    def __init__(
        self,
        epoch_keys: Callable[[], EpochKeys],
        application_key: ApplicationKey,
        tag_keys: TagKeys,
        *,
        rng: Random,
        profile_of: Callable[[str], str] = lambda _site: DEFAULT_PROFILE,
    ) -> None:
        self._epoch_keys = epoch_keys
        self._profile_of = profile_of
        self._clock: tuple[datetime | None, str] = (None, "")
        self._application_key = application_key
        self._tags = tag_keys
        self._rng = rng

    def keys(self) -> EpochKeys:
        """The public keys as they are known now."""
        return self._epoch_keys()

    def can_seal(self, at: datetime) -> bool:
        """Whether a comment that arrives now can be sealed."""
        return self._epoch_keys().can_seal(at)

    def seal(
        self,
        sender: Sender,
        author: Author,
        *,
        site_id: str,
        record_id: str,
        comment_id: str,
        at: datetime,
        batch: SealingBatch,
    ) -> SealedSender:
        """Close a sender's details under the keys of the day.

        Raises:
            NoEpochKey: nothing could be sealed, so the comment must not be taken.
        """
        return seal_sender(
            self._dated(sender, at),
            author,
            keys=self._epoch_keys(),
            site=site_id,
            record_id=record_id,
            comment_id=comment_id,
            at=at,
            rng=self._rng,
            profile=self._profile_of(site_id),
            batch=batch,
        )

    def _dated(self, sender: Sender, at: datetime) -> Sender:
        """Say beside the time how sure our clock was; the kernel is asked once a minute."""
        if sender.clock is not None:
            return sender
        minute = at.replace(second=0, microsecond=0)
        if self._clock[0] != minute:
            self._clock = (minute, str(read_clock()))
        return replace(sender, clock=self._clock[1])

    def seal_email(self, site_id: str, email: str | None) -> bytes | None:
        """The e-mail address for notices, or None."""
        return self._application_key.close(email, context=f"author|{site_id}") if email else None

    def open_email(self, site_id: str, sealed: bytes) -> str:
        """The e-mail address again.

        Raises:
            NotReadable: the application key is another one.
        """
        return self._application_key.open(sealed, context=f"author|{site_id}")

    def seal_names(self, site_id: str, names: Sequence[str]) -> str:
        """The protected names of a site, closed, as a text."""
        closed = self._application_key.close("\n".join(names), context=f"protected_names|{site_id}")
        return base64.b64encode(closed).decode()

    def open_names(self, site_id: str, closed: str) -> tuple[str, ...]:
        """The protected names again.

        Raises:
            NotReadable: the application key is another one, or the value was changed.
        """
        try:
            sealed = base64.b64decode(closed, validate=True)
        except ValueError:
            raise NotReadable from None
        return tuple(self._application_key.open(sealed, context=f"protected_names|{site_id}").split("\n"))

    def seal_secrets(self, endpoint_id: str, secrets: Sequence[str]) -> bytes:
        """The signing secrets of a callback."""
        return self._application_key.close(" ".join(secrets), context=f"endpoint|{endpoint_id}")

    def open_secrets(self, endpoint_id: str, sealed: bytes) -> list[str]:
        """The signing secrets again."""
        return self._application_key.open(sealed, context=f"endpoint|{endpoint_id}").split()

    def seal_own(self, user_id: str, value: str) -> bytes:
        """A secret of a person who works here, such as that of their authenticator."""
        return self._application_key.close(value, context=f"person|{user_id}")

    def open_own(self, user_id: str, sealed: bytes) -> str:
        """The secret again.

        Raises:
            NotReadable: the application key is another one.
        """
        return self._application_key.open(sealed, context=f"person|{user_id}")

    def email_tags(self, site_id: str, email: str | None, now: datetime) -> tuple[bytes, ...]:
        """All tags under which an address may be stored, the newest first."""
        if not email:
            return ()
        value = f"{site_id}|{email.strip().lower()}"
        return tuple(tag.value for tag in self._tags.candidates(TagPurpose.EMAIL, value, now))

    def address_tags(self, site_id: str, ip: str | None, now: datetime) -> tuple[str, str]:
        """The tags of one address and of its network; empty without an address."""
        prefixes = self._prefixes(ip)
        if not prefixes:
            return "", ""
        own, network = prefixes[0], prefixes[1]
        made = [self._tags.tag(TagPurpose.RATE, f"{site_id}|{prefix}", now).value.hex() for prefix in (own, network)]
        return made[0], made[1]

    def ban_tags(self, site_id: str, ip: str | None, now: datetime) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """All tags under which this address, and its network, may be counted or banned, the newest first."""
        prefixes = self._prefixes(ip)
        if not prefixes:
            return (), ()
        own, network = (
            tuple(t.value.hex() for t in self._tags.candidates(TagPurpose.BAN, f"{site_id}|{prefix}", now))
            for prefix in prefixes[:2]
        )
        return own, network

    def text_tag(self, site_id: str, folded: str, now: datetime) -> str:
        """The tag of a folded text, the same for 30 days."""
        return self.text_tags(site_id, (folded,), now)[0]

    def text_tags(self, site_id: str, texts: Iterable[str], now: datetime) -> tuple[str, ...]:
        """The tags of a folded text and of its bands."""
        values = [f"{site_id}|{TEXT_TAG_DAYS}|{text}" for text in texts]
        return tuple([value.hex() for value in self._tags.values(TagPurpose.BAN, values, now)])

    def forget_tags(self, now: datetime) -> int:
        """Delete the tag keys that no longer count; how many went."""
        return len(self._tags.sweep(now))

    def fingerprint(self, site_id: str, body: bytes, now: datetime) -> bytes:
        """The keyed fingerprint of a request's body, for idempotency."""
        value = f"{site_id}|{body.decode('utf-8', 'backslashreplace')}"
        return self._tags.tag(TagPurpose.FINGERPRINT, value, now).value

    @staticmethod
    def _prefixes(ip: str | None) -> list[str]:
        if not ip:
            return []
        try:
            return list(address_prefixes(ip).values())
        except (NotAnAddress, ModerationError):
            return []
