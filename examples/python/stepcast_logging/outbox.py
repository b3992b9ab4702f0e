# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
"""Records on their way to Redis, in order, one at a time."""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import redis

#: Set in the threads that send: publishing their own log records would never end.
_thread = threading.local()

#: Redis's messages for transient errors. Older versions wrap them in other text when a script fails.
_PASSING = re.compile(
    r"READONLY|OOM|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MISCONF|NOREPLICAS|\bBUSY\b|NOAUTH|WRONGPASS|NOPERM"
    r"|max number of clients|Authentication|No permission"
)
_PASSING_TYPES = (
    redis.ConnectionError,
    redis.TimeoutError,
    redis.ReadOnlyError,
    redis.exceptions.OutOfMemoryError,
    redis.exceptions.TryAgainError,
    redis.exceptions.ClusterDownError,
    redis.exceptions.NoPermissionError,
    OSError,
)


def is_sending() -> bool:
    """Whether the calling thread is one that sends records."""
    return getattr(_thread, "is_sending", False)


def is_passing(error: Exception) -> bool:
    """Whether an error is transient, so that the record should be sent again."""
    return isinstance(error, _PASSING_TYPES) or isinstance(error, redis.RedisError) and bool(_PASSING.search(str(error)))


@dataclass
class Item:
    """A record with its values at the time of logging."""

    number: int
    fields: dict[str, Any]
    payload: str
    #: Whether the program requested it, rather than the handler itself.
    is_asked_for: bool = True

    @property
    def is_end(self) -> bool:
        return bool(self.fields["kind"] == "end")


class Outbox:
    """Holds records until Redis has them. A background thread sends them, starting with the first one.

    `send` writes a record or raises. `tell` receives messages for the user. `refused` receives each record that cannot
    be written, and the reason.
    """

    #: Seconds before a record is retried.
    pause = 0.5

    def __init__(
        self, send: Callable[[Item], None], tell: Callable[[str], None], refused: Callable[[Item, Exception], None]
    ) -> None:
        self.writer = uuid.uuid4().hex
        self._send, self._tell, self._refused = send, tell, refused
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._count = 0
        self._is_closing = self._is_given_up = False
        self._worker: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._items)

    def start(self) -> None:
        """Starts the thread, which is not possible while the interpreter shuts down."""
        if self._worker is None:
            worker = threading.Thread(target=self._work, name="stepcast", daemon=True)
            try:
                worker.start()
            except RuntimeError:
                return
            self._worker = worker

    def put(self, fields: dict[str, Any], payload: str, is_asked_for: bool = True) -> None:
        """Adds a record. It never waits for Redis."""
        with self._changed:
            self._count += 1
            self._items.append(Item(self._count, fields, payload, is_asked_for))
            self._changed.notify_all()
            self.start()

    def wait(self, patience: float) -> None:
        """Waits until all records are sent, for at most `patience` seconds."""
        with self._changed:
            if self._worker is not None:
                self._changed.wait_for(lambda: not self._items, patience)

    def close(self, patience: float) -> list[Item]:
        """Waits until all records are sent, for at most `patience` seconds. Returns those left, which are abandoned."""
        deadline = time.monotonic() + patience
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
            self.wait(patience)
        if self._worker is None:
            self._send_all(until=deadline)
        with self._changed:
            self._is_given_up = True
            self._changed.notify_all()
            return list(self._items)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or self._is_closing)
                if not self._items or self._is_given_up:
                    return
            self._send_all()

    def _send_all(self, until: float = float("inf")) -> None:
        _thread.is_sending = True
        try:
            while self._items and not self._is_given_up and self._send_first(until):
                with self._changed:
                    self._items.popleft()
                    self._changed.notify_all()
        finally:
            _thread.is_sending = False

    def _send_first(self, until: float) -> bool:
        """Sends a record, retrying under the same number until there is a reply, so that it is written once."""
        item, attempt = self._items[0], 0
        while not self._is_given_up and time.monotonic() < until:
            attempt += 1
            try:
                self._send(item)
                return True
            except Exception as error:
                if not is_passing(error):
                    self._refused(item, error)
                    return True
                if attempt == 3 and not self._is_given_up:
                    self._tell(f"Redis does not accept records at the moment, they are waiting: {error}")
                with self._changed:
                    self._changed.wait_for(lambda: self._is_given_up, self.pause)
        return False
