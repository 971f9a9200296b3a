"""The site's rules: what a policy file means, and what becomes of a comment under it."""

from __future__ import annotations

from moderation.policy.decide import decide
from moderation.policy.faults import Fault, PolicyInvalid, render_faults
from moderation.policy.model import Policy, Rule
from moderation.policy.parse import lint_policy, load_policy

__all__ = ["Fault", "Policy", "PolicyInvalid", "Rule", "decide", "lint_policy", "load_policy", "render_faults"]
