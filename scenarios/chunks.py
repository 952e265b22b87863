"""Many independent pieces of work, folded together in their own order: the same sum on one thread or on a cluster.

A piece gives a small value; values are added up in the order of the pieces whatever order they come in, so that the
result does not depend, to the last digit, on how many workers there are. What has been folded is kept in a file, from
which a study that was stopped goes on.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar
from zipfile import BadZipFile

import numpy as np

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S", bound="State")

AHEAD = 4
"""Pieces given out for each worker beyond those that can be folded: bounds what waits in memory."""
KEEP_EVERY = 20.0
"""s between two times the state is written."""
POLL = 0.5
"""s after which it is asked again whether to stop."""
_FORMAT = 1
_HEAD = "head"


class StudyCancelled(Exception):
    """The work was stopped on request; what is done is kept."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is.

    Attributes
    ----------
    done, of : int
        Pieces.
    elapsed, left : float
        s; ``left`` from the mean of the pieces done in this run, NaN before the first.
    """

    done: int
    of: int
    elapsed: float
    left: float


class Workers(Protocol):
    """What pieces are given to."""

    @property
    def count(self) -> int:
        """How many work at once."""

    def submit(self, work: Callable[[Any], Any], piece: Any) -> Any:
        """Give out a piece; gives a future."""

    def finished(self, waiting: Sequence[Any], timeout: float) -> list[Any]:
        """Futures of those waiting that are done, after waiting for the first of them or the timeout, s."""

    def drop(self, waiting: Sequence[Any]) -> None:
        """Let go of futures that nobody waits for."""

    def close(self) -> None:
        """End."""


@dataclass(slots=True)
class Threads:
    """Threads of this process: kernels let go of the interpreter's lock."""

    count: int = field(default_factory=lambda: max(os.cpu_count() or 1, 1))
    pool: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        """Start the threads."""
        self.pool = ThreadPoolExecutor(self.count, thread_name_prefix="study")

    def submit(self, work: Callable[[Any], Any], piece: Any) -> Future[Any]:
        """See `Workers`."""
        return self.pool.submit(work, piece)

    def finished(self, waiting: Sequence[Future[Any]], timeout: float) -> list[Future[Any]]:
        """See `Workers`."""
        return list(wait(waiting, timeout=timeout, return_when=FIRST_COMPLETED).done)

    def drop(self, waiting: Sequence[Future[Any]]) -> None:
        """See `Workers`."""
        for future in waiting:
            future.cancel()

    def close(self) -> None:
        """See `Workers`."""
        self.pool.shutdown(cancel_futures=True)


class Cluster:
    """Workers of a Dask cluster that runs already.

    Parameters
    ----------
    address : str
        As ``tcp://host:port``.

    Raises
    ------
    OSError
        Nobody answers there.
    """

    def __init__(self, address: str) -> None:
        from distributed import Client

        self.client: Any = Client(address, timeout="10s", set_as_default=False)

    @property
    def count(self) -> int:
        """See `Workers`."""
        threads: dict[str, int] = self.client.nthreads()
        return max(sum(threads.values()), 1)

    def submit(self, work: Callable[[Any], Any], piece: Any) -> Any:
        """See `Workers`."""
        return self.client.submit(work, piece, pure=False, retries=3)

    def finished(self, waiting: Sequence[Any], timeout: float) -> list[Any]:
        """See `Workers`."""
        from distributed import wait as wait_for

        try:
            with self.client.as_current():
                return list(wait_for(list(waiting), timeout=timeout, return_when="FIRST_COMPLETED").done)
        except TimeoutError:
            return []

    def drop(self, waiting: Sequence[Any]) -> None:
        """See `Workers`."""
        self.client.cancel(list(waiting))

    def close(self) -> None:
        """See `Workers`."""
        self.client.close()


class State(Protocol):
    """What pieces are folded into, as it is kept on disk."""

    def arrays(self) -> Mapping[str, Any]:
        """Its arrays by name."""

    def facts(self) -> dict[str, Any]:
        """The rest of it, ready for JSON."""


@dataclass(slots=True)
class Kept(Generic[S]):
    """State of a study on disk: what has been folded, and how many pieces of it.

    Attributes
    ----------
    file : Path or None
        ``None`` keeps nothing.
    digest : str
        Of what is asked: a file of another question is not gone on with.
    restore : callable
        Makes a state of its arrays and facts.
    """

    file: Path | None
    digest: str
    restore: Callable[[Mapping[str, Any], dict[str, Any]], S]

    def read(self) -> tuple[int, S] | None:
        """Pieces folded and the state; ``None`` where there is nothing to go on with."""
        if self.file is None or not self.file.exists():
            return None
        try:
            with np.load(self.file, allow_pickle=False) as found:
                arrays = {name: found[name] for name in found.files}
            head = json.loads(str(arrays.pop(_HEAD)))
            if head["format"] != _FORMAT or head["digest"] != self.digest:
                return None
            return int(head["done"]), self.restore(arrays, head["facts"])
        except (OSError, ValueError, KeyError, BadZipFile):
            return None

    def write(self, done: int, state: S) -> None:
        """Replace the file in one step."""
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        new = self.file.with_suffix(".new.npz")
        head = {"format": _FORMAT, "digest": self.digest, "done": done, "facts": state.facts()}
        np.savez(new, **{**state.arrays(), _HEAD: np.array(json.dumps(head))})
        new.replace(self.file)

    def remove(self) -> None:
        """Take the file away once the study is done."""
        if self.file is not None:
            self.file.unlink(missing_ok=True)


def folded(
    pieces: Sequence[T],
    work: Callable[[T], R],
    fold: Callable[[S, R], S],
    state: S,
    *,
    workers: Workers,
    kept: Kept[S],
    progress: Callable[[Progress], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> S:
    """Do every piece and fold what they give in the order of the pieces.

    Parameters
    ----------
    work : callable
        Must be importable where the workers are.
    fold : callable
        Takes the state and a value, gives the state; runs here, one at a time.
    state : S
        To start with, where nothing is kept.

    Raises
    ------
    StudyCancelled
        ``cancelled`` said so; what had been folded is kept.
    """
    before = kept.read()
    done, state = before if before is not None else (0, state)
    first, began, written = done, time.monotonic(), time.monotonic()
    ready: dict[int, R] = {}
    waiting: dict[Any, int] = {}
    given = done
    try:
        while done < len(pieces):
            while given < len(pieces) and given - done < AHEAD * workers.count:
                waiting[workers.submit(work, pieces[given])] = given
                given += 1
            for future in workers.finished(list(waiting), POLL):
                ready[waiting.pop(future)] = future.result()
            moved = done
            while done in ready:
                state = fold(state, ready.pop(done))
                done += 1
            if done > moved:
                spent = time.monotonic() - began
                progress(Progress(done, len(pieces), spent, spent / (done - first) * (len(pieces) - done)))
            if cancelled():
                raise StudyCancelled
            if time.monotonic() - written > KEEP_EVERY:
                kept.write(done, state)
                written = time.monotonic()
    except BaseException:
        workers.drop(list(waiting))
        if done > first:
            kept.write(done, state)
        raise
    return state
