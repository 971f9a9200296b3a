"""The only reader of the environment.

What this file decides
- Every setting is `MODERATION_<NAME>`, or a file named by `MODERATION_<NAME>_FILE` for secrets.
- A bad start lists all faults at once.
- Paths that hold keys are apart from the data directory, so that a copy of the data holds no key.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from moderation.errors import Invalid

PREFIX = "MODERATION_"


class Settings(BaseSettings):
    """Everything an operator can set; each field has a default and says what it does."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    data_dir: Path = Field(Path("data"), description="where the SQLite file, models and spools lie")
    vault_dir: Path = Field(Path("vault"), description="private halves of the sealing keys; the server never opens it")
    secrets_dir: Path = Field(Path("secrets"), description="application key, tag keys and log signing key")
    database_url: str = Field("", description="SQLAlchemy URL of the runtime role; empty means SQLite in the data dir")
    database_owner_url: str = Field("", description="URL of the role that owns the tables, for migrations")
    redis_url: str = Field("", description="counters shared by several processes; empty means in memory")
    policies_dir: Path | None = Field(None, description="a folder of policy files; empty means the shipped ones")

    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8000, ge=1, le=65535, description="port to listen on")
    public_url: str = Field("http://localhost:8000", description="how people reach this service, for links in mails")
    root_path: str = Field("", description="the path under which a proxy serves this service, such as /moderation")
    trusted_proxies: str = Field("", description="addresses or networks, comma-separated, whose headers are believed")
    client_address: Literal["direct", "x_forwarded_for", "forwarded", "proxy_protocol"] = Field(
        "direct", description="the one source of the client's address"
    )

    engine: str = Field("embedded", description="scoring engine: embedded, ngrams, or the name of an imported model")
    field_engines: str = Field("", description="engines of single fields, such as name=ngrams,website=ngrams")
    language_guess: Literal["builtin", "lingua"] = Field(
        "builtin", description="how a text's language is told: by script and little words, or by the extra `lingua`"
    )
    intake_deadline_ms: int = Field(1000, ge=10, description="how long intake waits for a score before it holds")
    batch_limit: int = Field(64, ge=1, le=1000, description="comments committed in one transaction at most")
    coral_answer_ms: int = Field(
        180, ge=10, le=60000, description="how long Coral waits for an answer, less the network"
    )
    akismet_answer_ms: int = Field(
        900, ge=10, le=60000, description="how long the Akismet door takes for an answer before it asks to come again"
    )
    undo_seconds: int = Field(10, ge=0, le=600, description="how long a verdict can be taken back before it is told")
    checkpoint_seconds: int = Field(60, ge=1, le=86400, description="how often the log is signed while it grows")
    lease_seconds: int = Field(120, ge=5, description="how long a case shown to a moderator stays with that moderator")
    requests_per_minute: int = Field(
        60000, ge=1, description="requests that one key may make in a minute of each process"
    )
    check_dns: bool = Field(False, description="ask the DNS whether an e-mail domain takes mail")

    mail_url: str = Field("", description="smtp://user:password@host:port for mails; empty means none are sent")
    mail_from: str = Field("moderation@localhost", description="sender of mails")
    mail_password: SecretStr = Field(SecretStr(""), description="password of the mail server")
    metrics_token: SecretStr = Field(SecretStr(""), description="bearer token for /metrics from other hosts")
    log_format: Literal["text", "json"] = Field("text", description="how the service writes its own log")
    environment: Literal["production", "development"] = Field("production", description="development shows /patterns")

    @property
    def database(self) -> str:
        """The runtime database as an SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'moderation.db').absolute()}"

    @property
    def pages_url(self) -> str:
        """Where the pages begin for people: the public address with the path under which a proxy serves them."""
        base, path = self.public_url.rstrip("/"), self.root_path.rstrip("/")
        return base if not path or base.endswith(path) else base + path

    @property
    def owner_database(self) -> str:
        """The database as its owner sees it, for migrations."""
        return self.database_owner_url or self.database


def load_settings() -> Settings:
    """Read the environment once.

    Raises:
        Invalid: with every fault of the settings in one message.
    """
    try:
        settings = Settings(**_secrets_from_files())
    except ValidationError as problem:
        faults = [f"`{PREFIX}{str(e['loc'][0]).upper()}`: {e['msg'].lower()}" for e in problem.errors()]
        raise Invalid("settings: " + "; ".join(faults), hint="see `moderation settings --help`") from None
    if "public_url" in settings.model_fields_set:
        return settings
    # Links lead to where the service listens, whichever command makes them.
    return settings.model_copy(update={"public_url": f"http://localhost:{settings.port}"})


def _secrets_from_files() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in Settings.model_fields:
        path = os.environ.get(f"{PREFIX}{name.upper()}_FILE")
        if path:
            found[name] = Path(path).read_text(encoding="utf-8").strip()
    return found


def explain_settings(settings: Settings) -> list[tuple[str, str, str]]:
    """Name, effective value (secrets hidden) and meaning of every setting."""
    rows = []
    for name, info in Settings.model_fields.items():
        value = getattr(settings, name)
        shown = ("(set)" if value.get_secret_value() else "") if isinstance(value, SecretStr) else str(value)
        if name.endswith("_url") and "@" in shown:
            shown = shown.split("://", 1)[0] + "://(hidden)@" + shown.rsplit("@", 1)[1]
        rows.append((PREFIX + name.upper(), shown, info.description or ""))
    return rows
