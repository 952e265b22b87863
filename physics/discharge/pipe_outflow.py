"""What comes out of both ends of a broken line in time, and the release term it makes."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from physics.cards import Caveat
from physics.discharge.discharge import Discharge
from physics.discharge.expansion import Expanded, expand
from physics.release import Conservation, ReleaseTerm
from physics.substances import Substance

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndFlow:
    """What comes out of one end of a broken line.

    Attributes
    ----------
    mass_flow_rate : ndarray, shape (n,)
        Mean over each step, kg/s.
    exit_pressure, exit_temperature, exit_vapour_fraction, exit_density, exit_velocity : ndarray, shape (n,)
        In the plane of the break at each step's end: Pa, K, 1, kg/m³, m/s.
    enthalpy : ndarray, shape (n,)
        Total, of what came out in each step, J/kg.
    far_pressure : ndarray, shape (n,)
        At the other end, Pa.
    inventory : ndarray, shape (n+1,)
        Mass in the line on this side, what a shut valve holds back included, kg.
    fed : float
        Mass that came in at the other end, kg; negative where it went out there.
    mass_error, energy_error : float
        What is missing from the balances at the end, over what was in the line and came in.
    steps : int
        Time steps made.
    """

    mass_flow_rate: Array
    exit_pressure: Array
    exit_temperature: Array
    exit_vapour_fraction: Array
    exit_density: Array
    exit_velocity: Array
    enthalpy: Array
    far_pressure: Array
    inventory: Array
    fed: float
    mass_error: float
    energy_error: float
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PipeRupture:
    """A line's rupture in time.

    Attributes
    ----------
    substance : Substance
    time : ndarray, shape (n+1,)
        Edges of the steps, s.
    ends : tuple of EndFlow
        Upstream, and downstream where there is one.
    ambient_pressure : float
        Pa.
    says : tuple of str
    caveats : tuple of Caveat
    """

    substance: Substance
    time: Array
    ends: tuple[EndFlow, ...]
    ambient_pressure: float
    says: tuple[str, ...]
    caveats: tuple[Caveat, ...] = field(default=())

    @property
    def mass_flow_rate(self) -> Array:
        """Of both ends together, kg/s, shape (n,)."""
        return np.asarray(sum(end.mass_flow_rate for end in self.ends), dtype=np.float64)

    @property
    def released_mass(self) -> float:
        """Mass that came out of both ends, kg."""
        return float(np.sum(self.mass_flow_rate * np.diff(self.time)))

    def release(self, *, source_height: float) -> ReleaseTerm:
        """The release term: both streams at ambient pressure, added, until nothing comes out any more.

        Mass and enthalpy are added, and momentum as if both blew the same way; the state is that of the sum.

        Parameters
        ----------
        source_height : float
            m above ground.
        """
        rate = self.mass_flow_rate
        flowing = np.nonzero(rate > 0.0)[0]
        n = int(flowing[-1]) + 1 if len(flowing) else 1
        rows = np.zeros((4, n))
        caveats = list(self.caveats)
        for i in range(n):
            rows[:, i], found = self._expanded(i)
            caveats += [item for item in found if item not in caveats]
        return ReleaseTerm(
            substance=self.substance.name,
            time=self.time[: n + 1],
            mass_flow_rate=rate[:n],
            vapour_fraction=rows[0],
            temperature=rows[1],
            density=rows[2],
            velocity=rows[3],
            source_height=source_height,
            conservation=self._books(),
            says=self.says,
            caveats=tuple(caveats),
        )

    def _books(self) -> Conservation:
        """Where the mass is: what the line held and was fed, what came out, what stays in it."""
        held = sum(float(end.inventory[0]) + end.fed for end in self.ends)
        left = sum(float(end.inventory[-1]) for end in self.ends)
        return Conservation(
            held=held, airborne=self.released_mass, pool_evaporated=0.0, left_in_pool=0.0, left_in_vessel=left
        )

    def _expanded(self, i: int) -> tuple[Array, tuple[Caveat, ...]]:
        streams: list[tuple[float, Expanded]] = []
        for end in self.ends:
            if end.mass_flow_rate[i] > 0.0 or len(self.ends) == 1:
                stream = _stream(end, i)
                streams.append((stream.mass_flow_rate, expand(self.substance, stream, ambient_pressure=self._back)))
        if not streams:
            stream = _stream(self.ends[0], i)
            streams.append((1.0, expand(self.substance, stream, ambient_pressure=self._back)))
        total = sum(rate for rate, _ in streams) or 1.0
        share = [rate / total if total > 0.0 and rate > 0.0 else 1.0 / len(streams) for rate, _ in streams]
        out = [found for _, found in streams]
        row = np.array(
            [
                sum(a * b.vapour_fraction for a, b in zip(share, out, strict=True)),
                sum(a * b.temperature for a, b in zip(share, out, strict=True)),
                1.0 / sum(a / b.density for a, b in zip(share, out, strict=True)),
                sum(a * b.velocity for a, b in zip(share, out, strict=True)),
            ]
        )
        return row, tuple(caveat for found in out for caveat in found.caveats)

    @property
    def _back(self) -> float:
        table = self.substance.saturation
        return max(self.ambient_pressure, float(table.pressure(table.temperature_low)))


def _stream(end: EndFlow, i: int) -> Discharge:
    return Discharge(
        mass_flow_rate=float(end.mass_flow_rate[i]),
        other_mass_flow_rate=None,
        low=0.0,
        high=0.0,
        choice="pipe-rupture",
        says=(),
        exit_pressure=float(end.exit_pressure[i]),
        exit_temperature=float(end.exit_temperature[i]),
        exit_vapour_fraction=float(end.exit_vapour_fraction[i]),
        exit_density=float(end.exit_density[i]),
        exit_velocity=float(end.exit_velocity[i]),
        stagnation_enthalpy=float(end.enthalpy[i]),
        choked=False,
    )
