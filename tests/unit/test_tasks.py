"""A task that lost a cancellation ends all the same."""

import asyncio

import pytest

from twin.tasks import end


async def test_a_lost_cancellation_is_said_again():
    lost = []

    async def deaf():
        while True:
            try:
                await asyncio.sleep(60.0)
            except asyncio.CancelledError:
                if lost:
                    raise
                lost.append(True)

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0.0)
    await asyncio.wait_for(end(task), 10.0)
    assert lost
    assert task.cancelled()


async def test_what_a_task_failed_with_is_not_lost():
    async def fails():
        raise OSError("gone")

    task = asyncio.create_task(fails())
    await asyncio.sleep(0.0)
    with pytest.raises(OSError, match="gone"):
        await end(task)


async def test_nothing_to_end():
    await end()
