"""Run everything that must hold before a change lands: style, types, import rules, tests.

`make test` calls this in `.venv`. Arguments go to pytest. What cannot be found or installed is a failure, never a skip.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import services

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
STEPS = (
    ("style", ["ruff", "check", "."]),
    ("format", ["ruff", "format", "--check", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports"]),
)
PYTEST = [
    "pytest",
    "-n",
    "2",
    "--dist",
    "loadfile",
    "--no-loadscope-reorder",
    "--timeout",
    "300",
    "-p",
    "no:cacheprovider",
]


def run(name: str, command: list[str], env: dict[str, str]) -> bool:
    started = time.monotonic()
    print(f"== {name}: {' '.join(command)}", flush=True)
    good = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env=env, check=False).returncode == 0
    print(f"== {name}: {'passed' if good else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return good


def main() -> int:
    env = {name: value for name, value in os.environ.items() if not own_setting(name)}
    env["PATH"] = f"{BIN}{os.pathsep}{env.get('PATH', '')}"
    failed = [name for name, command in STEPS if not run(name, command, env)]
    with ExitStack() as stack:
        try:
            env["MODERATION_TEST_POSTGRES"] = stack.enter_context(services.postgres())
            env["MODERATION_TEST_REDIS"] = stack.enter_context(services.redis_server())
            env["MODERATION_TEST_CHROMIUM"] = services.chromium()
            env["MODERATION_TEST_PHP"] = services.php()
            env["MODERATION_TEST_NODE"] = services.node()
            env["MODERATION_TEST_NGINX"] = services.nginx()
            services.curl()
        except services.Missing as problem:
            print(f"FAILED: {problem}", flush=True)
            return 1
        if failed:
            print(f"FAILED before the tests: {', '.join(failed)}", flush=True)
        if not run("tests", [*PYTEST, *sys.argv[1:]], env):
            failed.append("tests")
    return 1 if failed else 0


def own_setting(name: str) -> bool:
    """Settings of an installation must not reach the tests; where to find things may."""
    return name.startswith("MODERATION_") and not name.startswith("MODERATION_TEST_")


if __name__ == "__main__":
    sys.exit(main())
