"""One form of log line for every process: JSON, the ministry's time zone, the number of the request that caused it."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog

ZONE = ZoneInfo("Asia/Shanghai")


def add_time(logger, method: str, event: dict) -> dict:
    event["time"] = datetime.now(ZONE).isoformat(timespec="milliseconds")
    return event


def add_process(logger, method: str, event: dict) -> dict:
    event.setdefault("process", name_of_process())
    return event


def name_of_process() -> str:
    """web, worker, beat, relay, or the command's own name."""
    words = {Path(word).name for word in (*sys.orig_argv, *sys.argv)}
    known = {"gunicorn": "web", "worker": "worker", "beat": "beat", "relay_outbox": "relay"}
    found = [name for word, name in known.items() if word in words]
    return found[0] if found else Path(sys.argv[min(1, len(sys.argv) - 1)]).name


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    add_time,
    add_process,
]


def logging_config(level: str) -> dict:
    """For Django, Celery and gunicorn alike: what others log as text comes out in the same form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder()],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False},
            "gunicorn.access": {"handlers": [], "level": "CRITICAL", "propagate": False},
            "django.server": {"handlers": ["console"], "level": "INFO", "propagate": False},
            # The bridge says at import, at INFO, that it is there.
            "pikepdf": {"level": "WARNING"},
        },
    }


def configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
