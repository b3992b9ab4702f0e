# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
"""A handler for Python's logging that publishes an agent's log as a run of Stepcast."""

from .handler import StepcastHandler, request_id
from .records import checked

__all__ = ["StepcastHandler", "checked", "request_id"]
