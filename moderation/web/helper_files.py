"""The helpers for sites, as files that a page hands out; they lie in `integrations/` and inside the wheel."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from moderation.web.pages import HERE

HELPERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "moderation.php": "php",
        "moderation-comments.php": "wordpress",
        "moderation_client.py": "python",
        "moderation.mjs": "node",
    }
)


def helper_path(name: str) -> Path:
    """The file of a helper: inside an installed package, or in the source beside it."""
    package = HERE.parent
    installed = package / "_integrations"
    folder = installed if installed.is_dir() else package.parent / "integrations"
    return folder / HELPERS[name] / name
