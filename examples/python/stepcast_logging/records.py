# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
"""Converts any record of a program into values that JSON and Redis accept."""

from __future__ import annotations

import json
import logging
import math
import numbers
import re
import time
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

STATUSES = ("completed", "failed", "cancelled", "timed_out")

_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO")
_LARGEST = 2**53
_DEEPEST = 100
_END_OF_TIME = 253_402_300_799  # the last second of the year 9999


def checked(run: object) -> str:
    """Returns a request_id if it is valid, or raises ValueError."""
    if not (isinstance(run, str) and re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", run)):
        raise ValueError(f"request_id {run!r} must be 1 to 128 characters of A-Z a-z 0-9 . _ : -")
    return run


def fields(record: logging.LogRecord, message: str, run: str, agent_name: str) -> dict[str, Any]:
    """The record's fields in the order of the protocol. Invalid values are replaced or left out; the line is kept."""
    found: dict[str, Any] = {"agent_name": agent_name, "msg": clean(message), "request_id": run}
    # A test or a program may have replaced the clock by one without a valid time.
    created = record.created if 0 <= record.created < _END_OF_TIME else time.time()
    found |= {"timestamp": round(created, 3), "source": "logger", "level": _level(record.levelno)}
    found["kind"] = getattr(record, "stepcast_kind", "log")
    extra = {
        "step": count(getattr(record, "step", None), least=1),
        "action": text(getattr(record, "action", None)),
        "url": text(getattr(record, "url", None)),
        "duration_ms": count(getattr(record, "duration_ms", None)),
        "data": plain(getattr(record, "data", None)),
    }
    return found | {name: value for name, value in extra.items() if value is not None}


def run_of(fields: dict[str, Any], channel: str, task: str | None) -> dict[str, str]:
    """The run as agent-api shows it: its request, its state when it starts with this record, and the changes when it
    ends."""
    run, task = fields["request_id"], clean(task or fields["msg"][:500])
    moment = datetime.fromtimestamp(fields["timestamp"], timezone.utc)
    written = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    state = {"request_id": run, "session_id": run, "task": task, "status": "running", "steps": 0, "channel": channel}
    state |= {"stream_url": f"/api/v1/stream-logs/request/{run}", "created_at": written, "started_at": written}
    return {
        "request": dumps({"task": task, "request_id": run}),
        "state": dumps(state),
        "outcome": dumps(fields["data"] | {"finished_at": written}) if fields["kind"] == "end" else "",
    }


def message_of(record: logging.LogRecord, formatter: logging.Handler) -> str:
    """The record's line. If its arguments do not fit its format, they are appended to it."""
    try:
        return formatter.format(record)
    except Exception:
        return described(record.msg) + (f" {described(record.args)}" if record.args else "")


def dumps(value: Any) -> str:
    """Compact JSON in UTF-8 of a value from `plain`."""
    return clean(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")))


def flat(name: str, value: Any) -> str:
    """A field as text for an entry of the stream."""
    return value if isinstance(value, str) and name != "data" else dumps(value)


def clean(value: str) -> str:
    """Valid UTF-8 text: lone surrogates, as in undecodable file names, are replaced."""
    return value.encode(errors="replace").decode()


def text(value: Any) -> str | None:
    """A string as it is, an exception with its type, and anything else as JSON."""
    if value is None:
        return None
    if isinstance(value, BaseException):
        return clean(f"{type(value).__name__}: {described(value)}" if described(value) else type(value).__name__)
    said = plain(value)
    return clean(said) if isinstance(said, str) else dumps(said)


def count(value: Any, least: int = 0) -> int | None:
    """A valid number of the protocol, rounded; `None` if the value is not one."""
    try:
        number = round(float(value)) if isinstance(value, (str, numbers.Real)) else None
    except (ValueError, OverflowError):
        return None
    return number if number is not None and least <= number <= _LARGEST else None


def plain(value: Any, path: tuple[int, ...] = ()) -> Any:
    """A copy of a value as JSON types. Numbers that are not finite become null, as in JavaScript."""
    try:
        return _plain(value, path)
    except Exception:  # a value's own code may raise anything
        return described(value)


def _plain(value: Any, path: tuple[int, ...]) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, numbers.Integral):
        whole = int(value)
        str(whole)  # raises if the number has too many digits for Python
        return whole
    if isinstance(value, numbers.Real):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, (bytes, bytearray)):
        return value.decode(errors="replace")
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        if id(value) in path or len(path) >= _DEEPEST:
            return "…"
        path = (*path, id(value))
        if isinstance(value, Mapping):
            return {_name(name): plain(member, path) for name, member in list(value.items())}
        return [plain(element, path) for element in list(value)]
    return described(value)


def _name(name: Any) -> str:
    return name if isinstance(name, str) else described(plain(name)) if name is not None else "null"


def described(value: Any) -> str:
    """A value's own description, or its type if that fails."""
    try:
        return str(value)
    except Exception:
        return f"<{type(value).__name__}>"


def _level(number: int) -> str:
    return next((name for name in _LEVELS if number >= getattr(logging, name)), "DEBUG")
