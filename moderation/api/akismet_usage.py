"""How much the Akismet door was used: counted from what is stored, with no limit to tell."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from fastapi.responses import JSONResponse, PlainTextResponse, Response

from moderation.api.akismet_call import TRUE, AkismetCall, bad_field
from moderation.bootstrap import Service
from moderation.storage.keys import KeyHolder
from moderation.storage.outside import Asked, count_asked

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
SPANS: Final[Mapping[str, timedelta]] = {"60-days": timedelta(days=60), "6-months": timedelta(days=183)}


def usage_limit(service: Service, holder: KeyHolder, call: AkismetCall) -> Response:
    """This month's checks."""
    since, until = _month(f"{service.clock():%Y-%m}")
    used = count_asked(service.database, holder.site_id, holder.lane, since, until)
    answer: dict[str, Any] = {"limit": "none", "usage": used.calls, "percentage": "0.00", "throttled": False}
    if call.get("extended").lower() in TRUE:
        answer |= {"notice_level": "", "upgrade": False}
    return JSONResponse(answer)


def key_sites(service: Service, holder: KeyHolder, call: AkismetCall) -> Response:
    """What this key's site was checked for in a month. A key belongs to one site, so there is one row."""
    month = call.get("month") or f"{service.clock():%Y-%m}"
    since, until = _month(month)
    used = count_asked(service.database, holder.site_id, holder.lane, since, until)
    row: dict[str, Any] = {
        "site": holder.site_id,
        "api_calls": str(used.calls),
        "spam": str(used.spam),
        "ham": str(used.calls - used.spam),
        "missed_spam": str(used.missed),
        "false_positives": str(used.wrong),
        "is_revoked": False,
    }
    limit, offset = _number(call, "limit", 500), _number(call, "offset", 0)
    wanted = not call.get("filter") or call.get("filter").lower() in holder.site_id
    rows = [row][offset : offset + limit] if wanted and used.calls else []
    if call.get("format") == "csv":
        return _csv(month, row, rows)
    return JSONResponse({month: rows, "limit": limit, "offset": offset, "total": int(bool(wanted and used.calls))})


def totals(service: Service, holder: KeyHolder, call: AkismetCall) -> Response:
    """The sums that WordPress's plugin shows, over the span in `from`; how much time that saved nobody measured."""
    asked, now = call.get("from") or "all", service.clock()
    if asked != "all" and asked not in SPANS:
        raise bad_field('The "from" is none of "60-days", "6-months" and "all".')
    since = now - SPANS[asked] if asked in SPANS else BEGINNING
    used = count_asked(service.database, holder.site_id, holder.lane, since, now)
    return JSONResponse(
        {
            "spam": used.spam,
            "ham": used.calls - used.spam,
            "missed_spam": used.missed,
            "false_positives": used.wrong,
            "accuracy": _accuracy(used),
        }
    )


def _accuracy(used: Asked) -> float:
    """How many in a hundred checks nobody corrected."""
    return round(100 * max(0, used.calls - used.missed - used.wrong) / used.calls, 2) if used.calls else 0.0


def _csv(month: str, row: dict[str, Any], rows: list[dict[str, Any]]) -> Response:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["month", *row])
    writer.writeheader()
    writer.writerows({"month": month, **one} for one in rows)
    return PlainTextResponse(out.getvalue(), media_type="text/csv")


def _number(call: AkismetCall, name: str, otherwise: int) -> int:
    text = call.get(name)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise  # noqa: PLR2004 - a million


def _month(text: str) -> tuple[datetime, datetime]:
    found = MONTH.fullmatch(text)
    if found is None or found[1] == "0000" or found[1] == "9999":
        raise bad_field('The "month" is not of the form YYYY-MM.')
    year, month = int(found[1]), int(found[2])
    after = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 - December
    return datetime(year, month, 1, tzinfo=UTC), datetime(*after, 1, tzinfo=UTC)
