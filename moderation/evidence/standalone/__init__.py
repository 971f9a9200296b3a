"""The verifier that travels inside each package: one file, the standard library, no network.

`verify_script` joins the parts into that file, since `python3 -I` finds no neighbours of a script.
"""

from __future__ import annotations

from importlib import resources
from typing import Final

PARTS: Final = ("signatures.py", "proofs.py", "files.py")
OWN: Final = "from moderation."


def verify_script() -> bytes:
    """The text of `verify.py`."""
    folder = resources.files("moderation.evidence.standalone")
    main = (folder / "main.py").read_text(encoding="utf-8")
    docstring, _, rest = main.partition("from __future__ import annotations\n")
    imports: set[str] = set()
    bodies = []
    for text in [*((folder / name).read_text(encoding="utf-8") for name in PARTS), rest]:
        body = text.partition("from __future__ import annotations\n")[2] or text
        lines = body.splitlines()
        starts = next(n for n, line in enumerate(lines) if line and not line.startswith(("import ", "from ")))
        imports |= {line for line in lines[:starts] if line and not line.startswith(OWN)}
        bodies.append("\n".join(lines[starts:]).rstrip())
    plain = sorted(line for line in imports if line.startswith("import "))
    others = sorted(line for line in imports if line.startswith("from "))
    head = ["#!/usr/bin/env python3", docstring.rstrip(), "", "from __future__ import annotations", "", *plain, *others]
    return ("\n".join(head) + "\n\n\n" + "\n\n\n".join(bodies) + "\n").encode()
