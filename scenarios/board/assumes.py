"""What a board assumes, said beside it."""

ASSUMES = (
    "Until the decision people are outdoors; five minutes after it windows are shut and ventilation is off, "
    "or they have set out.",
    "Ways out are straight and on foot at 1.2 m/s, on roads by vehicle at 8 m/s; fences, rivers and traffic "
    "are not known.",
    "Buildings exchange air 0.3, 1 or 2 times an hour (tight, ordinary, leaky; unverified); the outer edge is leaky.",
    "From AEGL-2 people may not be able to get away: where both choices reach it, shelter is proposed.",
    "A house is aired five minutes after the air outside has become better for good.",
    "A board is a proposal until the role named on it has approved it.",
)
FIRE_ASSUMES = (
    "People leave where the cloud may reach half its lower limit by the farthest model and wind, from 4 kW/m2 of heat "
    "or 13.8 kPa of blast, and where the fireball of a vessel that may fail gives 4 kW/m2; from 1.6 kW/m2 or 2.07 kPa "
    "they keep away from windows (practice, from memory, unverified).",
    "It may be lit at any moment, so heat and blast leave no time to wait; fires burn from the beginning of the "
    "release, and isolation fails in both branches.",
    "Deaths by fire are those if it is lit: all outdoors inside the lower limit, heat on people who react for 5 s and "
    "run at 4 m/s to 4 kW/m2, blast; indoors only heat from 35 kW/m2 and blast kill (sets from memory, unverified).",
)
