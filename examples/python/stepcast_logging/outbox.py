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

#: Set in the threads that send: what they log themselves would never end.
_thread = threading.local()

#: What passes by itself, as Redis says it. An older Redis puts other words around it when a script meets it.
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
    """Whether an error passes by itself, so that the same record is sent again."""
    return isinstance(error, _PASSING_TYPES) or isinstance(error, redis.RedisError) and bool(_PASSING.search(str(error)))


@dataclass
class Item:
    """A record as it was when it was logged."""

    number: int
    fields: dict[str, Any]
    payload: str
    #: Whether the program has asked for it, and not the handler by itself.
    is_asked_for: bool = True

    @property
    def is_end(self) -> bool:
        return bool(self.fields["kind"] == "end")


class Outbox:
    """Holds records until Redis has taken them. A thread of its own sends them, from the first one on.

    `send` writes a record, or raises; `tell` is told what the user should know; `refused` gets each record that cannot be
    written, and why.
    """

    #: Seconds before a record is sent again.
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
        """Starts the thread, if that is possible: not while the interpreter shuts down."""
        if self._worker is None:
            worker = threading.Thread(target=self._work, name="stepcast", daemon=True)
            try:
                worker.start()
            except RuntimeError:
                return
            self._worker = worker

    def put(self, fields: dict[str, Any], payload: str, is_asked_for: bool = True) -> None:
        """Takes a record. It never waits for Redis."""
        with self._changed:
            self._count += 1
            self._items.append(Item(self._count, fields, payload, is_asked_for))
            self._changed.notify_all()
            self.start()

    def wait(self, patience: float) -> None:
        """Waits until all records are sent, for so many seconds at most."""
        with self._changed:
            if self._worker is not None:
                self._changed.wait_for(lambda: not self._items, patience)

    def close(self, patience: float) -> list[Item]:
        """Waits until all records are sent, for so many seconds at most. Returns what is left, which is given up."""
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
        """Sends a record under the same number until there is an answer, so that it is written once."""
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
                    self._tell(f"Redis does not take records now, they wait: {error}")
                with self._changed:
                    self._changed.wait_for(lambda: self._is_given_up, self.pause)
        return False
