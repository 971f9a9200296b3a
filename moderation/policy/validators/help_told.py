"""A policy that answers a call for help has the words and a helpline for it."""

from __future__ import annotations

from moderation.policy.draft import Draft


def validate(draft: Draft) -> None:
    """Refuse calls for help without words or without a helpline where the site is."""
    calls = [one for one, _ in draft.all_rules() if one.rule.help]
    if not calls:
        return
    if not draft.help.text:
        hint = "add `help:` with `text` and `helplines`"
        draft.source.fault(calls[0].id, "no_help", f"rule `{calls[0].rule.id}` has no help text to give", hint)
    elif not (draft.help.helplines.get(draft.region) or draft.help.helplines.get("*")):
        hint = f"add `{draft.region}` or `*` under `help: helplines:`"
        draft.source.fault(calls[0].id, "no_helpline", f"there is no helpline for `{draft.region}`", hint)
