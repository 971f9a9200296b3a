"""The desk for lawful requests: who may do what, over the register. It never opens anything itself.

- Entering, verifying and assessing are the intake's; approving is another person's. Roles are checked by the doors, the
  four eyes here.
- Assessment either finds every element or refuses with all reasons at once; a refusal by void law ends the request.
- Approving opens nothing: it says yes to one scope. Opening is `moderation vault produce`'s, on the vault's machine.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from moderation.evidence.assess import assess, check_approver
from moderation.evidence.profile import load_catalogue
from moderation.evidence.request import Approval, NotThisWay, Rejection, RequestRefused, State, scope_hash
from moderation.storage.legal import LegalBook
from moderation.storage.legal_rows import Filed


class LegalDesk:
    """The steps of a request, in the order in which they come."""

    def __init__(self, book: LegalBook, clock: Callable[[], datetime]) -> None:
        self.book = book
        self._clock = clock

    def submit(self, site_id: str, request_id: str, by: str) -> Filed:
        """Verify and assess in one go: what is missing sends it to `needs_info`, what is sound waits for approval.

        Raises:
            RequestRefused: with every reason. The register keeps them.
        """
        now = self._clock()
        filed = self.book.find(site_id, request_id)
        try:
            assess(filed.request, filed.authority, load_catalogue(), now)
        except RequestRefused as refusal:
            self._refuse(filed, refusal, by, now)
            raise
        state = filed.request.state
        if state is State.RECEIVED:
            self.book.move(site_id, request_id, State.VERIFICATION, by, now)
            state = State.VERIFICATION
        if state is not State.ASSESSMENT:
            self.book.move(site_id, request_id, State.ASSESSMENT, by, now)
        return self.book.find(site_id, request_id)

    def approve(
        self,
        site_id: str,
        request_id: str,
        by: str,
        *,
        seen_scope: str,
        share: bytes | None = None,
        custodian: str = "",
    ) -> Filed:
        """Say yes to the scope as the approver saw it.

        Raises:
            FourEyes: the approver entered the request or verified the authority.
            NotThisWay: the scope was changed meanwhile, or the request is not assessed.
        """
        now = self._clock()
        filed = self.book.find(site_id, request_id)
        if filed.request.state not in {State.ASSESSMENT, State.APPROVED}:
            raise NotThisWay(
                f"a request that is `{filed.request.state}` cannot be approved", hint="let intake submit it"
            )
        check_approver(filed.request, filed.authority, by)
        assess(filed.request, filed.authority, load_catalogue(), now)
        scope = scope_hash(filed.request)
        if seen_scope != scope:
            raise NotThisWay("the scope was changed since it was read", hint="read it again, then approve")
        self.book.approve(filed, Approval(by, scope, now, share), custodian=custodian)
        return self.book.find(site_id, request_id)

    def reject(self, site_id: str, request_id: str, by: str, reason: Rejection, note: str = "") -> None:
        """End a request with a reason from the closed list."""
        self.book.move(site_id, request_id, State.REJECTED, by, self._clock(), note=note, rejection=[reason])

    def withdraw(self, site_id: str, request_id: str, by: str) -> None:
        """The authority took its request back."""
        self.book.move(site_id, request_id, State.WITHDRAWN, by, self._clock(), rejection=[Rejection.WITHDRAWN])

    def _refuse(self, filed: Filed, refusal: RequestRefused, by: str, now: datetime) -> None:
        reasons = [reason for reason, _ in refusal.reasons]
        final = {Rejection.PROVISION_VOID, Rejection.OUT_OF_TIME} & set(reasons)
        to = State.REJECTED if final else State.NEEDS_INFO
        if filed.request.state is not to:
            request = filed.request
            note = refusal.message
            self.book.move(request.site_id, request.id, to, by, now, note=note, rejection=reasons)
