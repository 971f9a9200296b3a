"""The life of a version of a site's policy: drafted, proposed, in force, retired.

What this file decides
- A draft may be changed by whoever may edit; once proposed it stands still.
- Where a site asks for two people, the one who puts a version in force is not the one who wrote or proposed it.
- Going back to a version that was in force needs one person: it has been approved before, and going back is for emergencies.
- A version never changes after it was in force: a change is a new version that names what it is based on.

It leaves permissions to `access` and writing to the storage.
"""

from __future__ import annotations

from enum import StrEnum

from moderation.errors import Conflict, Forbidden


class PolicyState(StrEnum):
    """Where a version of a policy stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    ACTIVE = "active"
    RETIRED = "retired"


class SecondPersonNeeded(Forbidden):
    """another editor must put this version in force"""

    code = "second_person_needed"
    hint = "ask a colleague with the role editor to open it and publish it"


class VersionSettled(Conflict):
    """this version can no longer be changed"""

    code = "version_settled"
    hint = "make a new version that is based on it"


class VersionInForce(Conflict):
    """this version is in force already"""

    code = "version_in_force"


def may_edit(state: PolicyState) -> None:
    """Return if the text of a version in this state may be changed.

    Raises:
        VersionSettled: it was proposed or was in force.

    """
    if state is not PolicyState.DRAFT:
        raise VersionSettled


def may_activate(state: PolicyState, *, by: str, written_by: str, proposed_by: str | None, two_people: bool) -> None:
    """Return if this person may put a version in force.

    Raises:
        VersionInForce: it is.
        SecondPersonNeeded: the site asks for two people, and this is the one who wrote or proposed it.

    """
    if state is PolicyState.ACTIVE:
        raise VersionInForce
    if two_people and state is not PolicyState.RETIRED and by in (written_by, proposed_by):
        raise SecondPersonNeeded
