"""Dense gas by SLAB's published formulation (Ermak 1990): pool, jets and puff, followed until they are passive."""
