"""Find the policy files that ship with the package, in a checkout and in an installed wheel.

What this file decides
- A shipped policy is named by a word, such as `default`; its examples stand beside it as `default.examples.yaml`.
- In a wheel they lie inside the package, in a checkout beside it; there is no third place.

It leaves their meaning to `parse.py`. This is an edge: it reads the disk.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from moderation.errors import NotFound

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,59}")


class PolicyMissing(NotFound):
    """there is no policy of this name"""

    code = "policy_missing"


def policy_folder() -> Path:
    """Give the folder in which the shipped policies lie."""
    installed = _PACKAGE / "_policies"
    return installed if installed.is_dir() else _PACKAGE.parent / "policies"


def shipped_policies() -> tuple[str, ...]:
    """Give the names of the shipped policies."""
    files = sorted(policy_folder().glob("*.yaml"))
    return tuple(file.stem for file in files if not file.name.endswith(".examples.yaml"))


def policy_path(name: str) -> Path:
    """Give the file of a shipped policy.

    Raises:
        PolicyMissing: when none of this name ships.

    """
    path = policy_folder() / f"{name}.yaml"
    if not _NAME.fullmatch(name) or not path.is_file():
        raise PolicyMissing(f"there is no policy `{name}`", hint=f"there are {', '.join(shipped_policies())}")
    return path


def examples_path(policy: Path) -> Path:
    """Give the file of examples that belongs to a policy file, whether or not it exists."""
    return policy.with_name(f"{policy.stem}.examples.yaml")
