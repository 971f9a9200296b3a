"""Whether the service lives, whether it is ready, and its counters."""

from __future__ import annotations

import hmac
import ipaddress
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text

from moderation.api.keys import Behind
from moderation.bootstrap import Service
from moderation.errors import Forbidden
from moderation.scoring.loading import Health, ModelState

router = APIRouter(tags=["health"])


@router.get("/healthz", response_model=None)
def get_health() -> dict[str, str]:
    """The process lives."""
    return {"status": "ok"}


@router.get("/readyz", response_model=None, responses={503: {"description": "not ready, with the reasons"}})
def get_readiness(service: Behind) -> JSONResponse:
    """Whether comments are taken, and what is not as it should be. A missing model holds comments; it stops nothing.

    `model` is the engine for all; an engine of a single site or field has a part of its own, `model NAME`.
    """
    parts = _parts(service)
    ready = all(part["ok"] for part in parts.values() if part["needed"])
    body = {"ready": ready, "parts": parts}
    return JSONResponse(body, 200 if ready else 503)


def _parts(service: Service) -> dict[str, dict[str, Any]]:
    now = service.clock()
    models = {"model": _model(service.scorer.health)}
    models |= {f"model {name}": _model(health) for name, health in service.scorers.others().items()}
    try:
        with service.database.reading() as session:
            session.connection().execute(text("SELECT 1"))
        database = {"ok": True, "needed": True, "detail": ""}
    except Exception as problem:  # noqa: BLE001 - any failure is the answer
        return {"database": {"ok": False, "needed": True, "detail": type(problem).__name__}, **models}
    warning = service.custody.keys().warning(now)
    sealing = {"ok": service.custody.can_seal(now), "needed": True, "detail": warning}
    return {"database": database, **models, "sealing": sealing}


def _model(health: Health) -> dict[str, Any]:
    ready = health.state is ModelState.READY
    return {"ok": ready, "needed": False, "state": health.state.value, "detail": health.reason}


@router.get("/metrics", response_model=None, include_in_schema=False)
def get_metrics(request: Request, service: Behind) -> Response:
    """Counters for Prometheus: from this machine, or with the token."""
    token = service.settings.metrics_token.get_secret_value()
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not _from_here(request) and not (token and hmac.compare_digest(given.encode(), token.encode())):
        raise Forbidden(
            "metrics are for this machine only", hint="set `MODERATION_METRICS_TOKEN` and send it as bearer"
        )
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def _from_here(request: Request) -> bool:
    peer = request.client.host if request.client else ""
    forwarded = any(name in request.headers for name in ("x-forwarded-for", "forwarded"))
    try:
        return ipaddress.ip_address(peer).is_loopback and not forwarded
    except ValueError:
        return False
