"""Which policy is in force where: loaded once, looked up for every comment.

What this file decides
- A site names its policy; the name is a shipped file, one in the operator's folder of policies, or a version that was
  written in the web (`version:<id>`), whose text the store gives.
- A second policy may decide alongside. If it cannot be loaded it is left out and the log says so: it must change nothing.
- A site's choice is read again after a moment, so that a switch in the web is in force within seconds.
- A policy with faults is never in force: loading raises, and the service says so at its start.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import structlog

from moderation.checks.catalogue import CHECKS
from moderation.errors import ModerationError
from moderation.policy.files import policy_path
from moderation.policy.model import Policy
from moderation.policy.parse import load_policy
from moderation.ports import SiteRules
from moderation.vocabulary import Ground

FRESH_SECONDS: Final = 1.0
VERSION_PREFIX: Final = "version:"
log = structlog.get_logger(__name__)


class PolicyShelf:
    """Loaded policies by name, and what each site has chosen."""

    def __init__(
        self,
        rules_of: Callable[[str], SiteRules],
        monotonic: Callable[[], float],
        folder: Path | None = None,
        version_text: Callable[[str], str] | None = None,
    ) -> None:
        self._rules_of = rules_of
        self._monotonic = monotonic
        self._folder = folder
        self._version_text = version_text
        self._policies: dict[str, Policy] = {}
        self._broken: set[str] = set()
        self._sites: dict[str, tuple[float, SiteRules]] = {}

    def rules(self, site_id: str) -> SiteRules:
        """What intake must know of a site, at most a second old.

        Raises:
            NotFound: there is no such site.
        """
        now = self._monotonic()
        found = self._sites.get(site_id)
        if found is None or now - found[0] > FRESH_SECONDS:
            found = (now, self._rules_of(site_id))
            self._sites[site_id] = found
        return found[1]

    def forget(self, site_id: str) -> None:
        """Read a site's choice again at the next comment: it was changed here."""
        self._sites.pop(site_id, None)

    def policy(self, name: str) -> Policy:
        """A policy by name.

        Raises:
            PolicyInvalid: with every fault of the file.
            NotFound: there is no such file.
        """
        if name not in self._policies:
            path, text = self.text(name)
            self._policies[name] = load_policy(text, path=path, checks=CHECKS)
        return self._policies[name]

    def text(self, name: str) -> tuple[str, str]:
        """The text of a policy, and where it stands.

        Raises:
            NotFound: there is no such policy.
        """
        if name.startswith(VERSION_PREFIX) and self._version_text is not None:
            return name, self._version_text(name)
        path = self._path(name)
        return str(path), path.read_text(encoding="utf-8")

    def _path(self, name: str) -> Path:
        own = self._folder / f"{name}.yaml" if self._folder else None
        return own if own and own.is_file() else policy_path(name)

    def policy_for(self, site_id: str, _section: str = "") -> Policy:
        """The policy in force at a site; what differs by section stands inside it."""
        return self.policy(self.rules(site_id).policy)

    def shadow_for(self, site_id: str, _section: str = "") -> Policy | None:
        """The policy that decides alongside and changes nothing, if there is one."""
        name = self.rules(site_id).shadow
        if name is None or name in self._broken:
            return None
        try:
            return self.policy(name)
        except ModerationError as problem:
            self._broken.add(name)
            log.warning("shadow_policy_left_out", site=site_id, policy=name, code=problem.code)
            return None

    def reason_for(self, site_id: str, ground: Ground) -> str:
        """The disclaimer's words on a ground: what an author is told."""
        clause = self.policy_for(site_id).disclaimer.grounds.get(ground)
        return clause.text if clause else ""
