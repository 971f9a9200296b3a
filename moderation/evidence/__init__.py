"""What was said, decided and done, sealed where it is personal, and provable later.

The rooms' order inside: `canonical` (one byte form for one value), `record` (the log's leaf), `seal` (HPKE), `sender`
(a sender's details, field by field), `keys` and `vault` (public and private halves), `merkle`, `note`, `signer` and
`verify` (the log), then retention, requests and the package. The server imports all but `vault`.
"""
