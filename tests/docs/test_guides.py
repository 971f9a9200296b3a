"""Every command of a guide is run as it stands, in order, in an empty folder, against a service that the guide itself starts.

Blocks of kind `sh` are run by one shell; a block of kind `text` after one is what it prints, where `…` stands for anything. Only the
port is another one, since a test may not sit on 8000; `moderation` and `python3` are those of the tests.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import free_port

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("form", "akismet", "coral", "openai", "migrate-from-perspective")
MARK = "@@guide@@"


def blocks_of(guide: str) -> list[tuple[str, str]]:
    page = (ROOT / "docs" / f"{guide}.md").read_text("utf-8")
    return re.findall(r"^```(sh|text)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def tools(folder: Path) -> Path:
    """`moderation` and `python3` as a reader who installed the package has them."""
    folder.mkdir()
    for name, line in (
        ("moderation", f'exec "{sys.executable}" -m moderation "$@"'),
        ("python3", f'exec "{sys.executable}" "$@"'),
    ):
        path = folder / name
        path.write_text(f"#!/bin/sh\n{line}\n", "utf-8")
        path.chmod(0o755)
    return folder


def run(guide: str, folder: Path) -> list[tuple[str, str]]:
    """What each block of commands printed."""
    ports = {port: str(free_port()) for port in ("8000", "9000")}

    def moved(text: str) -> str:
        return re.sub(r"\b(8000|9000)\b", lambda found: ports[found[0]], text)

    scripts = [moved(code) for kind, code in blocks_of(guide) if kind == "sh"]
    whole = "".join(f"{code}\nprintf '\\n{MARK}\\n'\n" for code in scripts)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
    env = {**kept, "PYTHONPATH": str(ROOT), "PATH": f"{tools(folder / 'bin')}:{os.environ['PATH']}"}
    for name in ("CORAL_ANSWER_MS", "AKISMET_ANSWER_MS", "INTAKE_DEADLINE_MS"):
        env[f"MODERATION_{name}"] = "20000"  # what is tried is the answer, not this machine
    env |= {"MODERATION_PORT": ports["8000"], "MODERATION_PUBLIC_URL": f"http://localhost:{ports['8000']}"}
    home = folder / "home"
    home.mkdir()
    with (folder / "err.txt").open("wb") as errors:
        shell = subprocess.Popen(["bash", "-eu", "-o", "pipefail", "-c", whole], cwd=home, env=env,
                                 stdout=subprocess.PIPE, stderr=errors, start_new_session=True)  # fmt: skip
        try:
            out = _read_until_done(shell, len(scripts))
        finally:
            os.killpg(shell.pid, signal.SIGTERM)
            shell.wait(30)
    said = (folder / "err.txt").read_text("utf-8", "replace")
    parts = out.split(f"\n{MARK}\n")
    assert len(parts) == len(scripts) + 1, f"{guide}: stopped at\n{scripts[len(parts) - 1]}\n{parts[-1]}\n{said}"
    back = {number: port for port, number in ports.items()}
    printed = [re.sub("|".join(back), lambda found: back[found[0]], part) for part in parts[:-1]]
    return list(zip(scripts, printed, strict=True))


def _read_until_done(shell: subprocess.Popen[bytes], count: int) -> str:
    """The service that a guide starts holds the pipe open, so that its end is the last mark or the shell's death."""
    out = b""
    assert shell.stdout is not None
    while out.count(MARK.encode()) < count:
        piece = os.read(shell.stdout.fileno(), 65536)
        out += piece
        if not piece:
            break
    return out.decode("utf-8", "replace")


def fits(shown: str, printed: str) -> bool:
    pattern = ".*?".join(re.escape(part) for part in shown.strip().split("…"))
    return re.fullmatch(pattern, re.sub(r"[ \t]+$", "", printed, flags=re.MULTILINE).strip(), re.DOTALL) is not None


@pytest.mark.timeout(300)
@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_leads_from_nothing_to_a_first_answer(guide: str, tmp_path: Path) -> None:
    printed = run(guide, tmp_path)
    shown, at = [], -1
    for kind, content in blocks_of(guide):
        if kind == "sh":
            at += 1
        else:
            shown.append((at, content))
    assert len(shown) >= 2, "a guide shows what its commands print"
    for at, content in shown:
        assert fits(content, printed[at][1]), (
            f"{guide}: after\n{printed[at][0]}\nthe guide shows\n{content}\nbut this came\n{printed[at][1]}"
        )


@pytest.mark.parametrize("guide", GUIDES)
def test_every_local_link_of_a_guide_leads_somewhere(guide: str) -> None:
    page = (ROOT / "docs" / f"{guide}.md").read_text("utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)#]+)", page) if "://" not in link]
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []


def test_a_wrong_line_in_a_guide_is_noticed() -> None:
    assert fits("a … b", "a 12 b\n")
    assert not fits("a … b", "a 12 c")
    assert not fits("true", "false")
