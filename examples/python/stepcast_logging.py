# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
"""A handler for Python's logging that publishes an agent's log as a run of Stepcast."""

import contextvars
import itertools
import json
import logging
import os
import queue
import re
import sys
import threading
import time
import uuid

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

#: The run that log records belong to, for handlers that have no run of their own.
request_id = contextvars.ContextVar("stepcast_request_id", default=None)

# One atomic step: append, number, expire, publish with the entry's id (docs/protocol.md, "Writing"). A record that its
# writer sends again after an unclear failure is neither repeated nor reordered; several processes may write one run.
_SCRIPT = """
if tonumber(ARGV[2]) <= tonumber(redis.call('HGET', KEYS[3], ARGV[1]) or '0') then return 0 end
if redis.call('EXISTS', KEYS[4]) == 1 then return redis.error_reply('ENDED the run has ended, nothing follows') end
local seq = tonumber(redis.call('GET', KEYS[2]) or '0') + 1
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'seq', seq, unpack(ARGV, 8))
redis.call('SET', KEYS[2], seq, 'EX', ARGV[4])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[4])
if ARGV[7] == 'end' then redis.call('SET', KEYS[4], ARGV[1], 'EX', ARGV[4]) end
if ARGV[5] == 'json' then
    redis.call('PUBLISH', KEYS[1], ARGV[6] .. ',"seq":' .. seq .. ',"id":"' .. id .. '"}')
elseif ARGV[5] == 'text' then
    redis.call('PUBLISH', KEYS[1], ARGV[6])
end
return seq
"""


class StepcastHandler(logging.Handler):
    """Publishes log records to Stepcast. A thread of its own talks to Redis, so the agent never waits for it.

    `run` is the run's request_id; without one, the context variable `request_id` says for each record which run it
    belongs to, and what belongs to none is passed over. `capacity` is how many records may wait while Redis is away,
    `patience` for how many seconds close() waits for the last of them. The rest is set as for the services: REDIS_URL,
    REDIS_STREAM, REDIS_STREAM_MAXLEN, REDIS_STREAM_TTL_SECONDS, LOG_PUBSUB, LOG_PUBSUB_JSON.
    """

    def __init__(self, run=None, url=None, agent_name="browser agent", capacity=10_000, patience=10.0):
        super().__init__()
        self.run, self.agent_name, self.capacity, self.patience = run and checked(run), agent_name, capacity, patience
        self._prefix = os.environ.get("REDIS_STREAM", "browser_use_logs")
        self._limits = [int(os.environ.get(name, default)) for name, default in _LIMITS]
        as_text = os.environ.get("LOG_PUBSUB_JSON") == "0"
        self._payload = "none" if os.environ.get("LOG_PUBSUB") == "0" else "text" if as_text else "json"
        url = url or os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")
        client = redis.Redis.from_url(url, socket_timeout=5, retry=Retry(NoBackoff(), 0))
        self._script, self._writer = client.register_script(_SCRIPT), uuid.uuid4().hex
        self._queue, self._is_ended, self._is_closed = queue.SimpleQueue(), False, False
        self._thread = threading.Thread(target=self._send_all, name="stepcast", daemon=True)
        self.addFilter(lambda record: record.thread != self._thread.ident)  # what sending itself logs would never end
        self._thread.start()

    def emit(self, record):
        """Queues a record. Its `extra` may hold step, action, url, duration_ms and data (anything JSON can say)."""
        try:
            if not (run := self.run or request_id.get()):
                return
            if self._is_closed or self._queue.qsize() >= self.capacity:
                raise RuntimeError("the handler is closed" if self._is_closed else f"{self.capacity} records are waiting")
            fields = {"agent_name": self.agent_name, "msg": _clean(self.format(record)), "request_id": checked(run)}
            fields |= {"timestamp": round(record.created, 3), "source": "logger", "level": _level(record.levelno)}
            fields |= {"kind": getattr(record, "stepcast_kind", "log")}
            fields |= {name: getattr(record, name) for name in _EXTRA if getattr(record, name, None) is not None}
            self._queue.put((record, fields, _json(fields)))
        except Exception:
            self.handleError(record)

    def end(self, status="completed", result=None, error=None, steps=0):
        """Ends the run: `status` is completed, failed, cancelled or timed_out. Nothing can be written to it after."""
        outcome = {"status": status, "result": result, "error": error, "steps": steps}
        data = {name: value for name, value in outcome.items() if value is not None}
        levelno = logging.INFO if status == "completed" else logging.ERROR
        facts = {"msg": f"Run {status}", "levelno": levelno, "stepcast_kind": "end", "data": data}
        with self.lock:
            self.emit(logging.makeLogRecord(facts))
            self._is_ended = True

    def close(self, exception=None):
        """Ends the handler's own run, unless that was done, and waits until Redis has taken all records."""
        if not self._is_closed:
            if self.run and not self._is_ended:
                exception = exception or getattr(sys, "last_value", None)  # what ends the whole program, if anything
                status = "failed" if isinstance(exception, Exception) else "cancelled" if exception else "completed"
                self.end(status, error=exception and f"{type(exception).__name__}: {exception}")
            with self.lock:
                self._is_closed = True
                self._queue.put(None)
            self._thread.join(self.patience)
            if self._thread.is_alive() and logging.raiseExceptions:
                print(f"stepcast: Redis has not taken the last {self._queue.qsize()} records", file=sys.stderr)
        super().close()

    def __enter__(self):
        return self

    def __exit__(self, kind, exception, traceback):
        self.close(exception)

    def _send_all(self):
        for number, (record, fields, payload) in enumerate(iter(self._queue.get, None), start=1):
            for attempt in itertools.count(1):  # under the same number until there is an answer, so it is written once
                try:
                    self._send(number, fields, payload)
                    break
                except (redis.ConnectionError, redis.TimeoutError):
                    if attempt == 3:
                        self.handleError(record)
                    time.sleep(0.5)
                except Exception:
                    self.handleError(record)
                    break

    def _send(self, number, fields, payload):
        stream = f"{self._prefix}:{fields['request_id']}"
        keys = [stream, *(f"{{{stream}}}:{name}" for name in ("seq", "writers", "ended"))]
        flat = [part for name, value in fields.items() for part in (name, _text(name, value))]
        body = payload[:-1] if self._payload == "json" else fields["msg"]
        self._script(keys, [self._writer, number, *self._limits, self._payload, body, fields["kind"], *flat])


_EXTRA = ("step", "action", "url", "duration_ms", "data")
_LIMITS = (("REDIS_STREAM_MAXLEN", "1000"), ("REDIS_STREAM_TTL_SECONDS", "86400"))
_LEVELS = ("CRITICAL", "ERROR", "WARNING", "INFO")


def checked(run):
    """A request_id, if it is one that Stepcast takes."""
    if not (isinstance(run, str) and re.fullmatch(r"[A-Za-z0-9._:-]{1,128}", run)):
        raise ValueError(f"request_id {run!r} is not 1 to 128 characters of A-Z a-z 0-9 . _ : -")
    return run


def _level(number):
    return next((name for name in _LEVELS if number >= getattr(logging, name)), "DEBUG")


def _clean(text):
    return text.encode(errors="replace").decode()  # lone surrogates, as in undecodable file names, are not UTF-8


def _json(value):
    return _clean(json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=str))


def _text(name, value):
    return value if isinstance(value, str) and name != "data" else _json(value)
