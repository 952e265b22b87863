"""Ending tasks for certain."""

from __future__ import annotations

import asyncio
from typing import Any

AGAIN_SECONDS = 1.0
"""s. How long a task may take to end before it is cancelled once more."""


async def end(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks until every one has ended.

    Once is not enough: before Python 3.12 ``asyncio.wait_for`` loses a cancellation that comes as its own wait ends.

    Raises
    ------
    Exception
        What a task failed with.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=AGAIN_SECONDS)
    for task in tasks:
        if not task.cancelled():
            task.result()
