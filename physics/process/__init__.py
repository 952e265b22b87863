"""The dynamic plant as arrays: vessels, junctions, links, valves and holes, solved in time by numba.

A `Network` says what exists, a `NetworkState` what is true of it now; `initial_state` makes the first one, `step` and
`simulate` carry it on, `outputs` reads it, and `NetworkState.changed` is how anyone acts on it (valves, holes, pumps).
States are values: keep one, go on from it twice, and get the same bits.

Nodes are numbered vessels first, then junctions, then boundaries of fixed pressure. A vessel holds liquid and vapour in
equilibrium (or gas) and perhaps a pad gas that never leaves it; its mass and energy are balanced. A junction has no
volume: what flows in flows out, at once. A link is a resistance with a valve that strokes, perhaps a check valve and an
excess-flow valve; what flows through it obeys the line equation of homogeneous equilibrium flow
(`physics.process.streams`). A hole at a vessel or junction discharges by the kernels of `physics.discharge`, fed from
every side that still has pressure. Not in it: line inventory (make a long line a small vessel), pad gas dissolving or
carried along, slip between the phases, momentum of the fluid, and kinetic energy left over between two links.

Example: a rail car (vessel 0) feeds a repackaging manifold (boundary, node 4) through an eduction pipe with an
excess-flow valve (link 0), a one-inch hose (link 1, hose end at junction 3) and a transfer line with a check valve
(link 2).

>>> import numpy as np
>>> from physics.substances import substance
>>> chlorine = substance("chlorine")
>>> bore = np.pi * 0.0254**2 / 4
>>> network = Network(
...     substance=chlorine,
...     vessel_volume=[62.0], vessel_height=[2.6], vessel_lying=[1],
...     junctions=3,
...     boundary_pressure=[5.0e5], boundary_enthalpy=[liquid_enthalpy(chlorine, temperature=285.0)],
...     link_from=[0, 1, 2, 3], link_to=[1, 2, 3, 4],
...     link_area=[bore] * 4, link_loss=[4.0, 3.5, 2.0, 400.0],
...     link_check=[0, 0, 0, 1], link_excess_flow=[1.89, np.inf, np.inf, np.inf],
...     link_stroke=[0, 0, 10.0, 0],
...     hole_node=[2],
... )
>>> state = initial_state(network, vessel_mass=[82e3], vessel_temperature=[300.0])
>>> float(round(outputs(network, state).link_flow[0], 2))
0.52
>>> torn = state.changed(hole_area=[bore])  # the hose parts at node 2
>>> run = simulate(network, torn, duration=600.0, sample=10.0)
>>> bool(outputs(network, torn).link_excess[0]), float(round(run.hole_flow[-1, 0], 1))
(True, 3.0)
>>> shut = run.state.changed(link_target=[0, 1, 0, 1])  # someone closes the car's valve; the other takes 10 s
>>> float(simulate(network, shut, duration=60.0).hole_flow[-1, 0])
0.0
"""

from physics.process.network import (
    Network,
    NetworkState,
    initial_state,
    liquid_enthalpy,
    vapour_enthalpy,
)
from physics.process.run import NetworkNotSolved, Outputs, Run, outputs, simulate, step

__all__ = [
    "Network",
    "NetworkNotSolved",
    "NetworkState",
    "Outputs",
    "Run",
    "initial_state",
    "liquid_enthalpy",
    "outputs",
    "simulate",
    "step",
    "vapour_enthalpy",
]
