"""Dense gas by SLAB's published formulation (Ermak 1990): pool, jets and puff, followed until they are passive."""

from physics.dispersion.slab.model import SlabRun, slab_plume, slab_puff, slab_run

__all__ = ["SlabRun", "slab_plume", "slab_puff", "slab_run"]
