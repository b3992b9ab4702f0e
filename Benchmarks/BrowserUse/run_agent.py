# This source file is part of Stepcast: live steps of browser agents.
# SPDX-License-Identifier: Apache-2.0
"""Runs browser-use once against a scripted model and prints the seconds from its start to its end, including the launch
of the browser, but without loading Python's modules.

    python run_agent.py MODEL_URL BROWSER
"""

import asyncio
import os
import sys
import time

os.environ["ANONYMIZED_TELEMETRY"] = "false"
os.environ["BROWSER_USE_CLOUD_SYNC"] = "false"
os.environ["BROWSER_USE_LOGGING_LEVEL"] = "result"
os.environ["SKIP_LLM_API_KEY_VERIFICATION"] = "true"

from browser_use import Agent, Browser, ChatOpenAI  # noqa: E402


async def main(model_url: str, executable: str) -> None:
    llm = ChatOpenAI(model="bench", base_url=model_url, api_key="none")
    started = time.monotonic()
    # As root Chromium cannot use its sandbox. Extensions would be downloaded from the internet. The judge would send
    # another request to the model.
    browser = Browser(
        headless=True, executable_path=executable, chromium_sandbox=False, enable_default_extensions=False
    )
    agent = Agent(
        task="Write twelve things on the list", llm=llm, browser=browser, use_vision=False, use_judge=False,
        directly_open_url=False,
    )
    try:
        history = await agent.run(max_steps=20)
        seconds = time.monotonic() - started
    finally:
        # The agent leaves it running. If the executable is a script, this only ends the script; the rest ends with this
        # program's process group.
        await browser.kill()
    if not history.is_successful():
        raise SystemExit(f"browser-use did not finish: {history.errors()}")
    print(f"{seconds:.3f}", flush=True)


asyncio.run(main(sys.argv[1], sys.argv[2]))
