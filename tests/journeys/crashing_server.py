"""A real server that kills itself (SIGKILL) at one step boundary of one comment; run by `test_kill.py` as a process.

crashing_server.py FOLDER URL PORT STEP NTH
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import uvicorn
from sqlalchemy import event

from moderation import pipeline as pipeline_module
from moderation.app import create_app
from moderation.bootstrap import build_service
from moderation.scoring.loading import LoadingScorer
from moderation.storage import received as received_module
from moderation.storage import unit_of_work as work_module
from tests.factories import make_settings
from tests.fakes import WordScorer

folder, url, port, step, nth = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], int(sys.argv[5])
seen = 0


def die(*_args: Any, **_kw: Any) -> None:
    global seen  # noqa: PLW0603 - one counter of one process
    seen += 1
    if seen == nth:
        os.kill(os.getpid(), signal.SIGKILL)


def before(module: Any, name: str) -> None:
    wrapped = getattr(module, name)

    def called(*args: Any, **kw: Any) -> Any:
        die()
        return wrapped(*args, **kw)

    setattr(module, name, called)


def after(module: Any, name: str) -> None:
    wrapped = getattr(module, name)

    def called(*args: Any, **kw: Any) -> Any:
        result = wrapped(*args, **kw)
        die()
        return result

    setattr(module, name, called)


settings = make_settings(Path(folder), url, port=port)
service = build_service(settings, scorer=LoadingScorer(WordScorer))
if step == "before_checks":
    before(pipeline_module, "run_checks")
elif step == "before_decision":
    before(pipeline_module, "decide")
elif step == "before_writing":
    before(received_module, "_write")
elif step == "after_rows_before_log":
    before(work_module.UnitOfWork, "append_leaves")
elif step == "after_log_before_commit":
    after(work_module.UnitOfWork, "append_leaves")
elif step == "after_commit_before_answer":
    event.listen(service.database.engine, "commit", lambda _connection: None)
    wrapped = service.pipeline.ports.store.write_received

    def committed(*args: Any) -> Any:
        result = wrapped(*args)
        die()
        return result

    service.pipeline.ports.store.write_received = committed
uvicorn.run(create_app(settings, service=service, workers=False), port=port, log_level="error", access_log=False)
