"""Close the records that came together: one HPKE encapsulation for a batch and key, then one cheap cipher for each record.

- An encapsulation costs 0.1 ms, more than all else that is written of a comment. A batch is what one transaction writes.
- A fresh content key is closed by HPKE to the epoch's public key; each record is closed with ChaCha20-Poly1305 under it,
  with its number in the batch as nonce and its whole place (site, epoch, record, comment, compartment) as bound data: moved
  to another comment, record, site, day or number it does not open.
- Each envelope carries the closed content key, so that it opens alone: `0x02 || suite || length || epoch id || closed
  content key || number || ciphertext`.
- The content key lives as long as the batch's plain texts do, in the same memory. Whoever could steal it there has these;
  nothing that the server keeps afterwards opens anything.

`seal.py` opens what this file closes.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from moderation.evidence.seal import (
    BATCH_VERSION,
    NUMBER_SIZE,
    Place,
    PublicKey,
    Suite,
    batch_info,
    envelope_head,
    hpke_of,
    nonce_of,
)


class SealingBatch:
    """One batch on its way into the store; make a new one for each, and use it in one thread."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[bytes, ChaCha20Poly1305]] = {}
        self._count = 0

    def seal(self, message: bytes, *, suite: Suite, key: PublicKey, epoch_id: str, place: Place) -> bytes:
        """Close a message for one epoch and one place."""
        if epoch_id not in self._keys:
            content = ChaCha20Poly1305.generate_key()
            closed = hpke_of(suite).encrypt(content, key, info=batch_info(epoch_id))
            self._keys[epoch_id] = envelope_head(BATCH_VERSION, suite, epoch_id) + closed, ChaCha20Poly1305(content)
        head, cipher = self._keys[epoch_id]
        nonce = nonce_of(self._count)
        self._count += 1
        return head + nonce[-NUMBER_SIZE:] + cipher.encrypt(nonce, message, place.info(epoch_id))
