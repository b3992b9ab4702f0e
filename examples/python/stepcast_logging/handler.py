# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
"""The logging handler: records, the end of its run, and its behaviour on fork, exit and `logging.config`."""

from __future__ import annotations

import atexit
import contextvars
import logging
import multiprocessing.util
import os
import sys
import time
import weakref
from importlib import resources
from types import TracebackType
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from .outbox import Item, Outbox, is_sending
from .records import STATUSES, checked, count, described, dumps, fields, flat, message_of, run_of, text

#: The run that log records belong to, for handlers without a run of their own.
request_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("stepcast_request_id", default=None)

_SCRIPT = resources.files(__package__).joinpath("write.lua").read_text(encoding="utf-8")
_LIMITS = (("REDIS_STREAM_MAXLEN", "1000"), ("REDIS_STREAM_TTL_SECONDS", "86400"))


class StepcastHandler(logging.Handler):
    """Publishes log records to Stepcast. A background thread sends them to Redis, so the agent never waits for it.

    `run` is the run's request_id. Without one, the context variable `request_id` gives the run of each record, and
    records without a run are ignored. `capacity` is the number of records that may wait while Redis is unavailable,
    `patience` the number of seconds that close() waits for them. The rest is configured as for the services: REDIS_URL,
    REDIS_STREAM, REDIS_STREAM_MAXLEN, REDIS_STREAM_TTL_SECONDS, LOG_PUBSUB, LOG_PUBSUB_JSON.

    `task` is the task that agent-api shows for the run. The default is the run's first line.

    `lost` is the number of records that could not be published.
    """

    def __init__(
        self,
        run: str | None = None,
        url: str | None = None,
        agent_name: str = "browser agent",
        capacity: int = 10_000,
        patience: float = 10.0,
        task: str | None = None,
    ) -> None:
        super().__init__()
        self.task = task
        self.run, self.agent_name, self.capacity, self.patience = run and checked(run), agent_name, capacity, patience
        self.lost = 0
        self._url = url or os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
        self._prefix = os.environ.get("REDIS_STREAM", "browser_use_logs")
        self._limits = [int(os.environ.get(name, default)) for name, default in _LIMITS]
        as_text = os.environ.get("LOG_PUBSUB_JSON") == "0"
        self._payload = "none" if os.environ.get("LOG_PUBSUB") == "0" else "text" if as_text else "json"
        self._process, self._is_ended, self._is_closed = os.getpid(), False, False
        self._told: set[str] = set()
        self._cancelled: set[str] = set()
        # An exception of an earlier program in this interpreter, as in a notebook or debugger, did not end this one.
        self._stale = getattr(sys, "last_value", None)
        self._begin()
        self._load()
        self._outbox.start()
        _handlers.add(self)
        multiprocessing.util.register_after_fork(self, StepcastHandler._forked_by_multiprocessing)

    # --- Records ----------------------------------------------------------------------------------------------------

    def handle(self, record: logging.LogRecord) -> bool:
        # This check is outside the handler's lock, which a thread waiting for this one may hold.
        return False if is_sending() else bool(super().handle(record))

    def emit(self, record: logging.LogRecord) -> None:
        """Queues a record. Its `extra` may contain step, action, url, duration_ms and data (any JSON value)."""
        try:
            if run := self.run or request_id.get():
                self._put(record, message_of(record, self), run)
        except Exception as error:
            self.lost += 1
            self._tell(described(error))

    def end(self, status: str = "completed", result: Any = None, error: Any = None, steps: int = 0) -> None:
        """Ends the run: `status` is completed, failed, cancelled or timed_out. Nothing can be written to it afterwards.

        A result that is not a string is shown as JSON.
        """
        self._end(status, result, error, steps, is_asked_for=True)

    def _end(self, status: str, result: Any, error: Any, steps: Any, is_asked_for: bool) -> None:
        if status not in STATUSES:
            self._tell(f"status {status!r} must be one of {', '.join(STATUSES)}")
            status = "completed" if error is None else "failed"
        outcome = {"status": status, "result": text(result), "error": text(error), "steps": count(steps) or 0}
        data = {name: value for name, value in outcome.items() if value is not None}
        levelno = logging.INFO if status == "completed" else logging.ERROR
        record = logging.makeLogRecord({"levelno": levelno, "stepcast_kind": "end", "data": data})
        self.acquire()
        try:
            run = self.run or request_id.get()
            if not run:
                raise ValueError("there is no run to end: the handler has none, and request_id is not set")
            self._put(record, f"Run {status}", run, is_asked_for)
            self._is_ended = True
        except Exception as problem:
            self.lost += 1
            self._tell(f"the end of the run is lost: {described(problem)}", always=True)
        finally:
            self.release()

    def _put(self, record: logging.LogRecord, message: str, run: str, is_asked_for: bool = True) -> None:
        found = fields(record, message, checked(run), self.agent_name)
        if self._is_closed:
            raise RuntimeError("the handler is closed")
        # There is always room for the end.
        if len(self._outbox) >= self.capacity and found["kind"] != "end":
            raise RuntimeError(f"{self.capacity} records are waiting for Redis, further records are lost")
        self._outbox.put(found, dumps(found), is_asked_for)

    def _tell(self, what: str, always: bool = False) -> None:
        """Prints a message on standard error, each one once, unless the program disables that."""
        if (logging.raiseExceptions or always) and what not in self._told and len(self._told) < 100:
            self._told.add(what)
            try:
                print(f"stepcast: {what}", file=sys.stderr, flush=True)
            except Exception:  # standard error is closed
                pass

    @property
    def cancelled(self) -> bool:
        """Whether the run was cancelled at agent-api. Updated with each record; the program decides how to react."""
        return (self.run or request_id.get()) in self._cancelled

    # --- Redis ------------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Creates what each process needs for itself."""
        self._client = redis.Redis.from_url(self._url, socket_timeout=5, retry=Retry(NoBackoff(), 0))
        self._script = self._client.register_script(_SCRIPT)
        self._outbox = Outbox(lambda item: self._send(item.number, item.fields, item.payload), self._tell, self._refused)

    def _load(self) -> None:
        """Loads the modules that the first connection would load in the sending thread. A process that is forked meanwhile
        would wait for them forever: it inherits the lock of a module's import, but not the thread that holds it."""
        pool = self._client.connection_pool
        pool.connection_class(**pool.connection_kwargs)
        "localhost".encode("idna")  # as getaddrinfo() does

    def _send(self, number: int, fields: dict[str, Any], payload: str) -> None:
        stream = f"{self._prefix}:{fields['request_id']}"
        keys = [stream, *(f"{{{stream}}}:{name}" for name in ("seq", "writers", "ended", "run"))]
        keys += [f"{{{self._prefix}}}:{name}" for name in ("runs", "workers")]
        entry = [part for name, value in fields.items() for part in (name, flat(name, value))]
        body = payload[:-1] if self._payload == "json" else fields["msg"]
        arguments = [self._outbox.writer, number, *self._limits, self._payload, body, fields["kind"]]
        arguments += [fields["request_id"], round(fields["timestamp"] * 1000)]
        arguments += run_of(fields, stream, self.task).values()
        try:
            _, is_cancelled = self._script(keys, arguments + entry)
            if is_cancelled:
                self._cancelled.add(fields["request_id"])
        except redis.ReadOnlyError:
            # After a failover the name may resolve to another server, which only a new connection reaches.
            self._client.connection_pool.disconnect()
            raise

    def _refused(self, item: Item, error: Exception) -> None:
        has_ended = "ENDED" in str(error)
        if has_ended and item.is_end and not item.is_asked_for:
            return  # already ended, for example by another handler of the same run
        self.lost += 1
        run = item.fields["request_id"]
        why = "the run has ended; use a new request_id for each run" if has_ended else described(error)
        self._tell(f"run {run}: " + ("further records are not published: " if has_ended else "a record is lost: ") + why)
        if item.is_end:
            self._tell(f"run {run}: its end {item.fields['data']} is not published: {why}", always=True)

    # --- The end ----------------------------------------------------------------------------------------------------

    def close(self, exception: BaseException | None = None) -> None:
        """Ends the handler's own run, unless it has ended, and waits until Redis has all records.

        It does nothing when called by `logging.config` or `basicConfig(force=True)`, as uvicorn uses them: the program
        continues, and so does its run.
        """
        if exception is None and _is_configuring():
            return
        self._finish(exception)
        self._wait(self.patience)
        super().close()

    def __enter__(self) -> StepcastHandler:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exception: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close(exception)

    def _finish(self, exception: BaseException | None) -> None:
        """Ends the run without being asked to. A forked process leaves that to the one that created the handler."""
        if self.run and not self._is_ended and not self._is_closed and self._process == os.getpid():
            self._end(_status(exception), None, exception, 0, is_asked_for=False)

    def _wait(self, patience: float) -> None:
        """Waits for the last records, and reports those that are left."""
        self.acquire()
        try:
            if self._is_closed:
                return
            self._is_closed = True
        finally:
            self.release()
        left = self._outbox.close(patience)
        self.lost += len(left)
        if left:
            ends = [item.fields["request_id"] for item in left if item.is_end]
            among = f", including the end of run {', '.join(ends)}" if ends else ""
            self._tell(f"the last {len(left)} records did not reach Redis{among}", always=bool(ends))

    # --- Other processes --------------------------------------------------------------------------------------------

    def _forked(self) -> None:
        """Called in a forked process: threads are not inherited, and waiting records belong to the parent."""
        if not self._is_closed:
            self.lost = 0
            self._begin()

    def _forked_by_multiprocessing(self) -> None:
        # Such a process does not run atexit handlers.
        multiprocessing.util.Finalize(None, self._wait, args=(self.patience,), exitpriority=0)


_handlers: weakref.WeakSet[StepcastHandler] = weakref.WeakSet()


def _status(exception: BaseException | None) -> str:
    if exception is None or isinstance(exception, SystemExit) and exception.code in (None, 0):
        return "completed"
    return "failed" if isinstance(exception, (Exception, SystemExit)) else "cancelled"


def _is_configuring() -> bool:
    """Whether the caller holds the lock of `logging` itself, as its configuration does. Waiting then for a thread that
    requests a logger would be a deadlock."""
    is_owned = getattr(getattr(logging, "_lock", None), "_is_owned", None)
    return bool(is_owned and is_owned())


def _close_all() -> None:
    """Called at exit, because logging no longer closes its handlers at exit once it has been reconfigured."""
    handlers, began = list(_handlers), time.monotonic()

    def patience(handler: StepcastHandler) -> float:
        return max(0.0, handler.patience - (time.monotonic() - began))

    # One of several handlers of a run must not end it while another still has records.
    for handler in handlers:
        handler._outbox.wait(patience(handler))
    is_interactive = hasattr(sys, "ps1") or bool(sys.flags.interactive)
    for handler in handlers:
        last = None if is_interactive else getattr(sys, "last_value", None)
        handler._finish(None if last is handler._stale else last)
    for handler in handlers:
        handler._wait(patience(handler))


def _renew_all() -> None:
    for handler in list(_handlers):
        handler._forked()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
