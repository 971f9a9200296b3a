"""The looks of `moderation doctor`, each a function of the settings; they change nothing.

What this file decides
- What is needed to take comments is `wrong` when it fails; what only makes them wait, or will fail soon, is a `warning`.
- The vault is looked at only as far as file modes and dates go: it is never opened.
"""

from __future__ import annotations

import os
import shutil
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from moderation.settings import Settings

MIB: Final = 1024 * 1024
LOW_SPACE: Final = 1024 * MIB
NO_SPACE: Final = 100 * MIB
ENOUGH: Final = 100
FUTURE: Final = timedelta(minutes=5)


class State(StrEnum):
    """How bad a finding is."""

    FINE = "ok"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look found, and what to do about it."""

    name: str
    state: State
    detail: str
    hint: str = ""


def look_at_database(settings: Settings) -> Finding:
    """Whether it answers and has this release's schema."""
    from moderation.storage.migrate import open_current

    database = open_current(settings.database)
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    database.close()
    return Finding("database", State.FINE, f"{kind}, at the schema of this release")


def look_at_sealing_keys(settings: Settings) -> Finding:
    """How many days the public halves last."""
    from moderation.bootstrap import profiles_in_use
    from moderation.evidence.keys import EpochKeys
    from moderation.storage.epochs import read_epoch_rows
    from moderation.storage.migrate import open_current

    database = open_current(settings.database)
    laws = profiles_in_use(database)
    keys, now = EpochKeys.load(read_epoch_rows(database), profiles=laws), datetime.now(UTC)
    database.close()
    days, warning = keys.days_left(now), keys.warning(now)
    if not days:
        return Finding("sealing keys", State.WRONG, "none for today", "run `moderation vault mint`")
    state = State.WARNING if warning else State.FINE
    return Finding("sealing keys", state, f"for {days} days", "run `moderation vault mint` daily" if warning else "")


def look_at_secrets(settings: Settings) -> Finding:
    """Whether others can read the folders that hold keys, and whether they lie apart from the data."""
    for folder in (settings.secrets_dir, settings.vault_dir):
        if not folder.exists():
            continue
        for path in (folder, *folder.rglob("*")):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                hint = f"chmod -R go= {folder}"
                return Finding("secrets", State.WRONG, f"`{path}` has mode {mode:04o}; others can read it", hint)
    if not settings.secrets_dir.exists():
        return Finding("secrets", State.WARNING, f"no folder `{settings.secrets_dir}` yet", "the first start makes it")
    data = settings.data_dir.resolve()
    inside = [f for f in (settings.secrets_dir, settings.vault_dir) if f.resolve().is_relative_to(data)]
    if inside:
        hint = "keep keys apart from what is backed up with the data"
        return Finding("secrets", State.WARNING, f"`{inside[0]}` lies inside the data folder", hint)
    return Finding("secrets", State.FINE, "readable by their owner alone")


def look_at_vault(settings: Settings) -> Finding:
    """Whether the private halves lie on this machine, which is convenient and no separation."""
    if (settings.vault_dir / "vault.json").exists():
        hint = "on a real site keep it on another machine: see `moderation vault --help`"
        return Finding("vault", State.WARNING, f"in `{settings.vault_dir}` on this machine", hint)
    return Finding("vault", State.FINE, "not on this machine")


def look_at_policies(settings: Settings) -> Finding:
    """Whether the policy that each site names is good: a shipped one, a file of the operator's, or a version from the web."""
    from moderation.bootstrap import open_shelf
    from moderation.storage.migrate import open_current
    from moderation.storage.sites import list_sites

    database = open_current(settings.database)
    try:
        names = sorted({site.policy for site in list_sites(database)} or {"default"})
        shelf = open_shelf(settings, database)
        for name in names:
            shelf.policy(name)
    finally:
        database.close()
    return Finding("policies", State.FINE, f"{', '.join(names)}: no faults")


def look_at_model(settings: Settings) -> Finding:
    """Whether the engines that the settings name open and give numbers."""
    from moderation.cli.judging import choose

    told = [_try_model(settings, name) for name in choose(settings).names()]
    return Finding("model", State.FINE, "; ".join(told))


def look_at_site_models(settings: Settings) -> Finding:
    """The same of the engines that single sites have for themselves."""
    from moderation.storage.migrate import open_current
    from moderation.storage.sites import engines_of_sites

    database = open_current(settings.database)
    names = engines_of_sites(database)
    database.close()
    told = [_try_model(settings, name) for name in names]
    return Finding("site models", State.FINE, "; ".join(told) or "no site has an engine of its own")


def _try_model(settings: Settings, name: str) -> str:
    from moderation.cli.judging import open_named
    from moderation.scoring.loading import open_warm

    started = time.perf_counter()
    scorer = open_warm(lambda: open_named(settings, name))
    info, seconds = scorer.info, time.perf_counter() - started
    scorer.close()
    return f"{info.engine} {info.version}, ready in {seconds:.1f} s"


def look_at_disk(settings: Settings) -> Finding:
    """Whether there is room where the data lies."""
    folder = settings.data_dir.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    detail = f"{free // MIB} MiB free"
    if free < NO_SPACE:
        return Finding("disk", State.WRONG, detail, f"make room under `{folder}`")
    if free < LOW_SPACE:
        return Finding("disk", State.WARNING, detail, f"make room under `{folder}`")
    if not os.access(folder, os.W_OK):
        return Finding("disk", State.WRONG, f"`{folder}` cannot be written", "give it to the user that runs this")
    return Finding("disk", State.FINE, detail)


def look_at_clock(settings: Settings) -> Finding:
    """Whether this machine's clock runs behind what was written with it, or is kept by nobody."""
    from moderation.storage.log_time import last_moment
    from moderation.storage.migrate import open_current

    database = open_current(settings.database)
    last = last_moment(database)
    database.close()
    now = datetime.now(UTC)
    if last is not None and last > now + FUTURE:
        detail = f"it says {now:%Y-%m-%d %H:%M}, but the log was written at {last:%Y-%m-%d %H:%M}"
        return Finding("clock", State.WRONG, detail, "set it right: `timedatectl`")
    if Path("/run/systemd/timesync/synchronized").exists():
        return Finding("clock", State.FINE, "kept by systemd-timesyncd")
    return Finding("clock", State.FINE, f"{now:%Y-%m-%d %H:%M} UTC, not behind the log")


def look_at_proxies(settings: Settings) -> Finding:
    """Whether the source of addresses can be right."""
    from moderation.intake.address import Source, read_trust

    trust = read_trust(settings.client_address, settings.trusted_proxies)
    if trust.source is Source.DIRECT:
        public = settings.public_url.startswith("https://")
        hint = "behind a proxy set `MODERATION_CLIENT_ADDRESS` and `MODERATION_TRUSTED_PROXIES`" if public else ""
        return Finding("proxies", State.WARNING if public else State.FINE, "addresses are those of the peers", hint)
    count = len(trust.networks)
    return Finding("proxies", State.FINE, f"addresses by {trust.source.value} from {count} trusted network(s)")


def look_at_addresses(settings: Settings) -> Finding:
    """Whether one address sends most comments: then it is the site's own back end or a proxy, and nobody is told apart."""
    from moderation.storage.addresses import busiest_address
    from moderation.storage.migrate import open_current

    database = open_current(settings.database)
    with database.reading() as session:
        found = busiest_address(session, datetime.now(UTC) - timedelta(days=60))
    database.close()
    for site, most, total in found:
        if total >= ENOUGH and most > total / 2:
            detail = f"one address sent {most} of the {total} comments of `{site}` lately"
            hint = (
                "pass the reader's address in `sender.ip`, or set `MODERATION_CLIENT_ADDRESS` for the proxy in between"
            )
            return Finding("addresses", State.WARNING, detail, hint)
    return Finding("addresses", State.FINE, "no address sends most comments")


def look_at_counters(settings: Settings) -> Finding:
    """Whether the shared counters answer."""
    if not settings.redis_url:
        return Finding("counters", State.FINE, "in memory, for one serving process")
    import redis

    redis.Redis.from_url(settings.redis_url, socket_timeout=3).ping()
    return Finding("counters", State.FINE, "Redis answers")


LOOKS: Final[tuple[tuple[str, Callable[[Settings], Finding]], ...]] = (
    ("database", look_at_database),
    ("sealing keys", look_at_sealing_keys),
    ("secrets", look_at_secrets),
    ("vault", look_at_vault),
    ("policies", look_at_policies),
    ("model", look_at_model),
    ("site models", look_at_site_models),
    ("disk", look_at_disk),
    ("clock", look_at_clock),
    ("proxies", look_at_proxies),
    ("addresses", look_at_addresses),
    ("counters", look_at_counters),
)
