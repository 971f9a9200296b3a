"""What each role may do, in one place.

A permission is `room:thing:action`. A person's roles at one site are joined; a role at site A means nothing at site B.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from moderation.errors import Forbidden
from moderation.vocabulary import Role


class Permission(StrEnum):
    """Everything that can be allowed."""

    QUEUE_READ = "review:queue:read"
    CASE_DECIDE = "review:case:decide"
    CASE_REOPEN = "review:case:reopen"
    CASE_BULK = "review:case:bulk"
    DEFAMATION_PUBLISH = "review:defamation:publish"
    OPINION_SETTLE = "review:opinion:settle"
    AUTHOR_READ = "review:author:read"
    AUTHOR_TRUST = "review:author:trust"
    AUTHOR_BAN = "review:author:ban"
    SWITCH_SET = "review:switch:set"
    FORM_SET = "intake:form:set"
    POLICY_READ = "policy:policy:read"
    POLICY_EDIT = "policy:policy:edit"
    POLICY_PUBLISH = "policy:policy:publish"
    PEOPLE_MANAGE = "access:people:manage"
    KEYS_MANAGE = "access:keys:manage"
    CALLBACKS_MANAGE = "callbacks:endpoint:manage"
    LOG_READ = "evidence:log:read"
    REQUEST_READ = "evidence:request:read"
    REQUEST_ENTER = "evidence:request:enter"
    REQUEST_APPROVE = "evidence:request:approve"
    GUARDED_READ = "evidence:guarded:read"
    RIGHTS_SERVE = "evidence:rights:serve"
    RETENTION_SET = "evidence:retention:set"


_MODERATOR: Final = frozenset(
    {
        Permission.QUEUE_READ,
        Permission.CASE_DECIDE,
        Permission.CASE_REOPEN,
        Permission.CASE_BULK,
        Permission.AUTHOR_READ,
        Permission.AUTHOR_TRUST,
        Permission.SWITCH_SET,
        Permission.POLICY_READ,
    }
)
_EDITOR: Final = _MODERATOR | {
    Permission.DEFAMATION_PUBLISH,
    Permission.OPINION_SETTLE,
    Permission.AUTHOR_BAN,
    Permission.POLICY_EDIT,
    Permission.POLICY_PUBLISH,
    Permission.FORM_SET,
}

GRANTS: Final[Mapping[Role, frozenset[Permission]]] = MappingProxyType(
    {
        Role.MODERATOR: _MODERATOR,
        Role.EDITOR: _EDITOR,
        Role.ADMIN: frozenset(
            {
                Permission.PEOPLE_MANAGE,
                Permission.KEYS_MANAGE,
                Permission.CALLBACKS_MANAGE,
                Permission.FORM_SET,
                Permission.SWITCH_SET,
                Permission.POLICY_READ,
            }
        ),
        Role.AUDITOR: frozenset({Permission.LOG_READ, Permission.POLICY_READ}),
        Role.LEGAL_INTAKE: frozenset({Permission.REQUEST_READ, Permission.REQUEST_ENTER, Permission.GUARDED_READ}),
        Role.APPROVER: frozenset({Permission.REQUEST_READ, Permission.REQUEST_APPROVE, Permission.GUARDED_READ}),
        Role.DPO: frozenset({Permission.REQUEST_READ, Permission.RIGHTS_SERVE, Permission.RETENTION_SET}),
    }
)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that these roles at one site may do together."""
    return frozenset().union(*(GRANTS[role] for role in roles))


def require(roles: Iterable[Role], permission: Permission) -> None:
    """Return if the roles allow it.

    Raises:
        Forbidden: naming the permission.
    """
    if permission not in permissions_of(roles):
        raise Forbidden(f"this needs the permission `{permission.value}`", hint="ask the site's admin for the role")
