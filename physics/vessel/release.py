"""The release of a vessel's run: what leaves by its opening, expanded to the pressure outside."""

from __future__ import annotations

import numpy as np

from physics.cards import Caveat
from physics.discharge.discharge import Discharge
from physics.discharge.expansion import expand
from physics.discharge.flashing_models import EQUILIBRIUM_LENGTH
from physics.discharge.stations import energy_gap
from physics.discharge.two_phase import equilibrium_flux
from physics.release import Conservation, ReleaseTerm
from physics.substances import Substance
from physics.substances.kernels import vapour_density
from physics.vessel.gas_nozzle import gas_nozzle
from physics.vessel.run import VesselRun
from physics.vessel.setting import Opening, Shell, Surroundings

_VAPOUR = 1.0 - 1e-9  # vapour fraction from which what leaves is gas


def vessel_release(
    run: VesselRun,
    substance: Substance,
    *,
    shell: Shell,
    opening: Opening,
    around: Surroundings,
    source_height: float,
) -> ReleaseTerm:
    """The release term of what leaves by the opening, until nothing does any more; steps are those of the run's times.

    Rates are the means over the steps and add up to what the run released; states are those at a step's beginning.

    Parameters
    ----------
    run : VesselRun
        Of that substance, in that vessel, with that opening and surroundings.
    substance : Substance
    shell : Shell
    opening : Opening
    around : Surroundings
    source_height : float
        m above ground.
    """
    spans = np.diff(run.time)
    masses = 0.5 * (run.rate[1:] + run.rate[:-1]) * spans
    if masses.sum() > 0.0:
        masses *= run.released / masses.sum()
    flowing = np.nonzero(masses > 0.0)[0]
    n = int(flowing[-1]) + 1 if flowing.size else 1
    rows, gap = np.zeros((4, n)), 0.0
    heat = float(substance.saturation.heat_of_vaporisation(substance.saturation.temperature(around.pressure)))
    caveats: dict[tuple[str, str], Caveat] = {(item.about, item.says): item for item in run.caveats}
    for i in range(n):
        stream = _stream(run, substance, shell, opening, around, i)
        out = expand(substance, stream, ambient_pressure=around.pressure)
        rows[:, i] = out.vapour_fraction, out.temperature, out.density, out.velocity
        gap = max(gap, abs(energy_gap(substance, stream, out, around.pressure)) / heat)
        for caveat in out.caveats:
            caveats.setdefault((caveat.about, caveat.says), caveat)
    released = float(masses.sum())
    return ReleaseTerm(
        substance=substance.name,
        time=run.time[: n + 1],
        mass_flow_rate=masses[:n] / spans[:n],
        vapour_fraction=rows[0],
        temperature=rows[1],
        density=rows[2],
        velocity=rows[3],
        source_height=source_height,
        conservation=Conservation(
            held=float(run.mass[0]) + run.fed,
            airborne=released,
            pool_evaporated=0.0,
            left_in_pool=0.0,
            left_in_vessel=float(run.mass[-1]),
            caught=run.relieved,
            expansion_energy_error=gap,
        ),
        says=(f"{released:.4g} kg come out in {run.time[n]:g} s.",),
        caveats=tuple(caveats.values()),
    )


def _stream(
    run: VesselRun, substance: Substance, shell: Shell, opening: Opening, around: Surroundings, i: int
) -> Discharge:
    """The opening's stream at a time of the run."""
    x, t, p, back = float(run.vapour_fraction[i]), float(run.temperature[i]), float(run.pressure[i]), around.pressure
    table = substance.saturation
    if x >= _VAPOUR:
        wet = run.level[i] > 0.0
        rho = vapour_density(table.table, t) if wet else float(run.mass[i]) / shell.volume
        flux, p_out, t_out, rho_out = gas_nozzle(substance.plane, rho, t, back)
        x_out, velocity = 1.0, flux / rho_out
    elif x <= 0.0 and opening.path_length < EQUILIBRIUM_LENGTH:
        rho_out = float(table.liquid_density(t))
        p_out, t_out, x_out = back, t, 0.0
        velocity = float(np.sqrt(2.0 * max(p - back, 0.0) / rho_out))
    else:
        lowest = float(table.pressure(table.temperature_low))
        flux, p_out, t_out, x_out = equilibrium_flux(table.table, p, t, x, max(back, lowest))
        liquid, vapour = float(table.liquid_density(t_out)), float(table.vapour_density(t_out))
        rho_out = 1.0 / (x_out / vapour + (1.0 - x_out) / liquid)
        velocity = flux / rho_out
    return Discharge(
        mass_flow_rate=float(run.rate[i]),
        other_mass_flow_rate=None,
        low=0.0,
        high=0.0,
        choice="vessel-blowdown",
        says=(),
        exit_pressure=max(p_out, back),
        exit_temperature=t_out,
        exit_vapour_fraction=x_out,
        exit_density=rho_out,
        exit_velocity=velocity,
        stagnation_enthalpy=float(run.enthalpy[i]),
        choked=p_out > back * (1.0 + 1e-6),
    )
