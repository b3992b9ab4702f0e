# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
"""A simulated agent whose log Stepcast shows live: python example.py [request_id]"""

import asyncio
import logging
import sys
import uuid

from stepcast_logging import StepcastHandler

log = logging.getLogger("agent")


async def agent(task):
    """A placeholder for an agent that logs its actions. This is the same with browser-use, which has its own logger:

    from browser_use import Agent, ChatOpenAI
    history = await Agent(task=task, llm=ChatOpenAI(model="gpt-4.1-mini")).run()
    return history.final_result(), history.number_of_steps()
    """
    log.info("🎯 Task: %s", task)
    steps = ["Navigate to example.org", "Read the heading", "Compare it with yesterday's"]
    for number, step in enumerate(steps, start=1):
        log.info("📍 Step %d: %s", number, step, extra={"step": number})
        await asyncio.sleep(0.2)
    log.warning("⚠️ The heading has changed", extra={"step": 3, "data": {"was": "Example", "is": "Example Domain"}})
    return "Example Domain", len(steps)


def main():
    run = sys.argv[1] if len(sys.argv) > 1 else f"python-{uuid.uuid4()}"
    print(f"Watch: curl -N http://127.0.0.1:3000/api/v1/stream-logs/request/{run}", flush=True)
    with StepcastHandler(run, agent_name="Python Agent") as handler:
        for name in ("agent", "browser_use"):  # browser_use does not propagate to the root logger
            logging.getLogger(name).addHandler(handler)
            logging.getLogger(name).setLevel(logging.INFO)
        result, steps = asyncio.run(agent("Has the heading of example.org changed?"))
        handler.end("completed", result=result, steps=steps)
    if handler.lost:
        sys.exit(f"{handler.lost} records were not published")


if __name__ == "__main__":
    main()
