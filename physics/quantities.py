"""The vocabulary: every field's name, SI unit and meaning. The only place a unit string is born.

Model inputs and outputs, Dataset variables and wire fields all take their names from here, so a name means one
thing and has one unit wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

GRAVITY = 9.80665
"""Standard acceleration of gravity, m/s² (CGPM 1901)."""
GAS_CONSTANT = 8.31446261815324
"""Molar gas constant, J/(mol K) (CODATA 2018, exact)."""
AIR_MOLAR_MASS = 0.0289652
"""Molar mass of dry air, kg/mol (CIPM-2007)."""
AIR_HEAT_CAPACITY = 1005.0
"""Specific heat capacity of dry air at constant pressure near 300 K, J/(kg K) (Hilsenrath 1955)."""
STANDARD_PRESSURE = 101325.0
"""Standard atmosphere, Pa (CGPM 1954)."""
ZERO_CELSIUS = 273.15
"""0 degC in K."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """One word of the vocabulary.

    Attributes
    ----------
    name : str
        The field's own term, in full words.
    unit : str
        SI unit as UDUNITS and pint both read it; ``"1"`` when dimensionless, ``""`` for text.
    says : str
        What it is, in one line.
    cf_name : str
        CF standard name, empty where the convention has none.
    """

    name: str
    unit: str
    says: str
    cf_name: str = ""


_WORDS: tuple[Quantity, ...] = (
    # states
    Quantity("pressure", "Pa", "absolute pressure of the fluid upstream of the opening"),
    Quantity("ambient_pressure", "Pa", "absolute pressure of the surroundings", "air_pressure"),
    Quantity("temperature", "K", "temperature of the fluid upstream of the opening"),
    Quantity("ambient_temperature", "K", "temperature of the surrounding air", "air_temperature"),
    Quantity("density", "kg m-3", "mass density"),
    Quantity("gas_density", "kg m-3", "mass density of the gas around droplets"),
    Quantity("liquid_density", "kg m-3", "mass density of the liquid phase"),
    Quantity("surface_tension", "N m-1", "surface tension of the liquid"),
    Quantity("liquid_viscosity", "Pa s", "dynamic viscosity of the liquid"),
    Quantity("gas_viscosity", "Pa s", "dynamic viscosity of the gas around droplets"),
    Quantity("superheat", "K", "temperature above boiling at ambient pressure"),
    Quantity("vapour_fraction", "1", "mass fraction of vapour in the fluid"),
    Quantity("liquid_head", "m", "height of liquid above the opening"),
    Quantity("level", "1", "liquid-filled fraction of a vessel's volume"),
    Quantity("volume", "m3", "internal volume"),
    Quantity("mass", "kg", "mass"),
    Quantity("enthalpy", "J kg-1", "specific enthalpy"),
    Quantity("entropy", "J kg-1 K-1", "specific entropy"),
    Quantity("internal_energy", "J kg-1", "specific internal energy"),
    Quantity("bubble_pressure", "Pa", "pressure below which a liquid mixture begins to boil, at its temperature"),
    Quantity("dew_pressure", "Pa", "pressure above which a mixture's vapour begins to condense, at its temperature"),
    Quantity("bubble_temperature", "K", "temperature above which a liquid mixture begins to boil, at its pressure"),
    Quantity("dew_temperature", "K", "temperature below which a mixture's vapour begins to condense, at its pressure"),
    Quantity("liquid_composition", "", "mole fractions in the liquid, by component"),
    Quantity("vapour_composition", "", "mole fractions in the vapour, by component"),
    Quantity("molar_mass", "kg mol-1", "molar mass"),
    Quantity("heat_capacity", "J kg-1 K-1", "specific heat capacity at constant pressure"),
    Quantity("heat_capacity_ratio", "1", "ratio of specific heats cp/cv"),
    Quantity("compressibility_factor", "1", "real-gas compressibility factor Z"),
    # openings and paths
    Quantity("hole_diameter", "m", "diameter of a circular opening of the same area"),
    Quantity("hole_area", "m2", "area of the opening"),
    Quantity("relief_area", "m2", "effective discharge area of a relief device"),
    Quantity("backpressure_correction", "1", "capacity lost to back pressure: Kb or Kw of API 520"),
    Quantity("combination_correction", "1", "Kc of API 520: 0.9 with a rupture disc upstream of the valve, else 1"),
    Quantity("discharge_coefficient", "1", "ratio of actual to ideal flow through the opening"),
    Quantity("path_length", "m", "length of the flow path from the vessel to the opening"),
    Quantity("path_diameter", "m", "internal diameter of the flow path"),
    Quantity("loss_coefficient", "1", "velocity heads lost in fittings, on the path's own velocity"),
    Quantity("downstream_length", "m", "length of a line from its break to its downstream end; 0 where there is none"),
    Quantity(
        "upstream_valve_distance", "m", "distance of a valve from a line's break, upstream; 0 where there is none"
    ),
    Quantity(
        "downstream_valve_distance", "m", "distance of a valve from a line's break, downstream; 0 where there is none"
    ),
    Quantity("valve_closes_at", "s", "time after the start at which a valve begins to close"),
    Quantity("heat_transfer_coefficient", "W m-2 K-1", "heat from a wall to the fluid per area and difference"),
    Quantity("friction_factor", "1", "Darcy friction factor"),
    Quantity("roughness", "m", "absolute roughness of a pipe's wall"),
    Quantity("elevation_change", "m", "height of the opening above the entry of the flow path"),
    Quantity("reynolds_number", "1", "Reynolds number of the flow in a pipe"),
    Quantity("inlet_mach_number", "1", "velocity over the speed of sound where a pipe begins"),
    Quantity("exit_mach_number", "1", "velocity over the speed of sound at the opening"),
    # flows
    Quantity("mass_flow_rate", "kg s-1", "mass released per second"),
    Quantity("low_mass_flow_rate", "kg s-1", "least mass flow rate credible"),
    Quantity("high_mass_flow_rate", "kg s-1", "greatest mass flow rate credible"),
    Quantity("mass_flux", "kg m-2 s-1", "mass flow per area"),
    Quantity("upstream_mass_flow_rate", "kg s-1", "mass released per second from the upstream end of a break"),
    Quantity("downstream_mass_flow_rate", "kg s-1", "mass released per second from the downstream end of a break"),
    Quantity("initial_mass_flow_rate", "kg s-1", "mass flow rate when a release begins"),
    Quantity("released_mass", "kg", "mass released until now"),
    Quantity("time_constant", "s", "time in which an exponential falls to 1/e"),
    Quantity("exit_velocity", "m s-1", "velocity at the opening"),
    Quantity("exit_pressure", "Pa", "absolute pressure at the opening"),
    Quantity("exit_temperature", "K", "temperature at the opening"),
    Quantity("critical_pressure_ratio", "1", "throat over stagnation pressure at which flow chokes"),
    Quantity("omega", "1", "Leung's compressibility parameter of a flashing or two-phase fluid"),
    Quantity("non_equilibrium_exponent", "1", "exponent a of HNE-DS: 0.6 orifices, 0.4 safety valves, 0 long nozzles"),
    Quantity("non_equilibrium_parameter", "1", "share of the flashing in equilibrium that happens; 1 is equilibrium"),
    Quantity("flash_fraction", "1", "mass fraction that is vapour after expansion to ambient pressure"),
    Quantity("choked", "1", "1 where flow is choked at the opening, else 0"),
    Quantity("duration", "s", "length of time"),
    Quantity("time", "s", "seconds since the release began", "time"),
    Quantity("liquid_mass_flow_rate", "kg s-1", "mass flow rate if the liquid did not flash on the way"),
    Quantity("expanded_temperature", "K", "temperature after expansion to ambient pressure"),
    Quantity("expanded_density", "kg m-3", "density of vapour and droplets after expansion to ambient pressure"),
    Quantity("expanded_velocity", "m s-1", "velocity after expansion to ambient pressure"),
    Quantity("critical_weber_number", "1", "Weber number above which drops break up"),
    Quantity("droplet_diameter", "m", "mean diameter of droplets"),
    Quantity("aerodynamic_droplet_diameter", "m", "diameter of droplets broken up by the air"),
    Quantity("flashing_droplet_diameter", "m", "diameter of droplets broken up by flashing"),
    Quantity("critical_droplet_diameter", "m", "diameter above which droplets fall out of the jet"),
    Quantity("aerosol_fraction", "1", "mass fraction of the liquid that stays airborne"),
    Quantity("rainout_fraction", "1", "mass fraction of the release that falls to the ground as liquid"),
    Quantity(
        "expansion_energy", "J kg-1", "work of isentropic expansion to ambient pressure, less that of pushing air away"
    ),
    Quantity("cloud_mass", "kg", "mass of cloud, air entrained included"),
    Quantity("cloud_radius", "m", "radius of a cloud at its source"),
    # vessels
    Quantity("vessel_shape", "", "shape of a vessel: upright, horizontal or sphere; ends are flat"),
    Quantity("vessel_diameter", "m", "inner diameter of a vessel"),
    Quantity("vessel_length", "m", "inner length, or height, of a cylindrical vessel"),
    Quantity("wall_thickness", "m", "thickness of a vessel's wall; 0 leaves heat out"),
    Quantity("wall_density", "kg m-3", "mass density of a vessel's wall"),
    Quantity("wall_heat_capacity", "J kg-1 K-1", "specific heat capacity of a vessel's wall"),
    Quantity("wall_conductivity", "W m-1 K-1", "thermal conductivity of a vessel's wall"),
    Quantity("wall_temperature", "K", "temperature of a vessel's wall"),
    Quantity("dry_wall_temperature", "K", "outer temperature of the wall above the liquid"),
    Quantity("wetted_wall_temperature", "K", "outer temperature of the wall below the liquid's surface"),
    Quantity("top_wall_temperature", "K", "outer temperature of the wall at the top, which no liquid cooled"),
    Quantity("outside_heat_transfer", "W m-2 K-1", "heat transfer coefficient between a vessel's wall and the air"),
    Quantity("hole_height", "m", "height of an opening above a vessel's lowest point"),
    Quantity("isolated_after", "s", "when a valve before the opening starts to close; -1 where none does"),
    Quantity("valve_stroke", "s", "time a valve takes to close"),
    Quantity("valve_curve", "", "inherent characteristic of a valve: linear, equal-percentage or quick-opening"),
    Quantity("inflow_rate", "kg s-1", "mass pumped into a vessel per second"),
    Quantity("inflow_temperature", "K", "temperature of what is pumped in; 0 where it is the vessel's"),
    Quantity("inflow_stops_after", "s", "when pumping stops; -1 where it does not"),
    Quantity("relief_rate", "kg s-1", "mass leaving through a relief valve per second"),
    Quantity("relieved_mass", "kg", "mass that left through a relief valve"),
    Quantity("relief_opens_after", "s", "when a relief valve first opens"),
    Quantity("relief_blowdown", "1", "share of its set pressure by which a relief valve reseats lower"),
    Quantity("set_pressure", "Pa", "absolute pressure at which a relief valve opens"),
    Quantity("fire", "", "api-521-pool, api-521-jet, scandpower-pool or scandpower-jet"),
    Quantity("heat_flux", "W m-2", "heat taken up per area"),
    Quantity("engulfed_fraction", "1", "share of a vessel's wall that flames surround"),
    Quantity("yield_strength", "Pa", "yield strength of steel at 20 degC"),
    Quantity("bursts_after", "s", "when a vessel bursts"),
    Quantity("burst_pressure", "Pa", "pressure at which a vessel bursts"),
    Quantity("burst_temperature", "K", "temperature of what a vessel holds when it bursts"),
    Quantity("burst_wall_temperature", "K", "temperature of the hottest wall of a vessel when it bursts"),
    Quantity("burst_mass", "kg", "mass in a vessel when it bursts"),
    # pools
    Quantity("bund_area", "m2", "area a bund holds a pool in; 0 where there is none"),
    Quantity("solar_flux", "W m-2", "sunshine on level ground", "surface_downwelling_shortwave_flux_in_air"),
    Quantity("ground", "", "what a pool lies on: concrete, soil, insulated or water"),
    Quantity("ground_temperature", "K", "temperature of what a pool lies on; 0 where it is that of the air"),
    Quantity("pool_depth", "m", "depth a pool comes to rest at"),
    Quantity("pool_diameter", "m", "diameter of a circle of a pool's area"),
    Quantity("pool_mass", "kg", "liquid left in a pool"),
    Quantity("evaporated_mass", "kg", "mass that left a pool as vapour"),
    Quantity("peak_evaporation_rate", "kg s-1", "greatest vapour rate of a pool"),
    Quantity("pool_area", "m2", "area of a pool"),
    Quantity("pool_temperature", "K", "temperature of a pool"),
    Quantity("pool_vapour_rate", "kg s-1", "vapour that leaves a pool per second"),
    Quantity("rainout_rate", "kg s-1", "liquid of a release that falls to the ground per second"),
    Quantity("discharge_rate", "kg s-1", "mass that leaves an opening per second, airborne or not"),
    Quantity("discharged_mass", "kg", "mass that left an opening, airborne or not"),
    Quantity("airborne_mass", "kg", "mass of a jet that stays airborne"),
    Quantity("mass_error", "1", "mass that came less mass that is found, over the mass that came"),
    Quantity("energy_error", "1", "heat that came less heat that is found, over the heat that moved"),
    # the way out
    Quantity("station_pressure", "Pa", "absolute pressure at a place on the way out"),
    Quantity("station_temperature", "K", "temperature at a place on the way out"),
    Quantity("station_vapour_fraction", "1", "mass fraction of vapour at a place on the way out"),
    Quantity("station_velocity", "m s-1", "velocity at a place on the way out"),
    Quantity("station_density", "kg m-3", "density at a place on the way out"),
    Quantity("station_area", "m2", "cross-section of the stream at a place on the way out"),
    # solutions
    Quantity("solution", "", "aqueous ammonia, hydrochloric acid, hydrofluoric acid or oleum"),
    Quantity("solute_mass_fraction", "1", "mass of solute over mass of solution"),
    Quantity("solute_partial_pressure", "Pa", "partial pressure of the solute over its solution"),
    Quantity("water_partial_pressure", "Pa", "partial pressure of water over a solution"),
    Quantity("water_evaporated_mass", "kg", "mass of water that left a pool of solution"),
    # buildings
    Quantity("ventilation_rate", "m3 s-1", "air leaving a building"),
    Quantity("scrubber_capacity", "kg s-1", "vapour a scrubber can take"),
    Quantity("vented_mass", "kg", "mass that left a building at its vents"),
    # what relief headers end in
    Quantity("treatment", "", "what becomes of relieved vapour: flare, scrubber or none"),
    Quantity("treatment_capacity", "kg s-1", "vapour a flare or scrubber can take"),
    Quantity("treatment_charge", "kg", "vapour a scrubber can take in all; 0 where that does not matter"),
    Quantity("treatment_efficiency", "1", "share of the vapour taken that is burnt or absorbed"),
    Quantity("treatment_availability", "1", "probability that it works when it is asked for"),
    Quantity("failure_time", "s", "time after which it does not work; 0 for never"),
    Quantity("drum_capacity", "kg", "liquid a knock-out drum holds"),
    Quantity("drum_mass", "kg", "liquid caught in a knock-out drum"),
    Quantity("removed_mass", "kg", "vapour burnt or absorbed"),
    Quantity("overload_time", "s", "time at which more first gets past than a working system lets through"),
    Quantity("unprotected_mass", "kg", "mass that goes out where nothing works"),
    # weather
    Quantity("wind_speed", "m s-1", "mean wind speed at the reference height", "wind_speed"),
    Quantity(
        "wind_from_direction",
        "degree",
        "direction the wind comes from, clockwise from north",
        "wind_from_direction",
    ),
    Quantity("wind_turning", "degree", "angle the wind turns by in an hour, clockwise"),
    Quantity("reference_height", "m", "height above ground at which wind is given"),
    Quantity("roughness_length", "m", "aerodynamic roughness of the surface", "surface_roughness_length"),
    Quantity("stability_class", "", "Pasquill stability class, A to F"),
    Quantity("relative_humidity", "1", "water vapour pressure over saturation pressure", "relative_humidity"),
    Quantity("obukhov_length_inverse", "m-1", "reciprocal of the Monin-Obukhov length; 0 when neutral"),
    Quantity("friction_velocity", "m s-1", "friction velocity u*"),
    Quantity("solar_elevation", "degree", "angle of the sun above the horizon", "solar_elevation_angle"),
    Quantity("temperature_gradient", "K m-1", "rise of the air's temperature per metre of height"),
    Quantity("temperature_difference", "K", "temperature of the air at the upper height less that at the lower"),
    Quantity("lower_height", "m", "height of the lower of two instruments"),
    Quantity("upper_height", "m", "height of the upper of two instruments"),
    Quantity("latitude", "degree", "latitude, north above 0", "latitude"),
    Quantity("cloud_cover", "1", "fraction of the sky covered by cloud", "cloud_area_fraction"),
    Quantity("ceiling_height", "m", "height of the lowest cloud layer covering over half of the sky"),
    # dispersion
    Quantity("downwind_distance", "m", "distance from the source along the wind"),
    Quantity("crosswind_distance", "m", "distance from the plume's axis, across the wind"),
    Quantity("height", "m", "height above ground", "height"),
    Quantity("source_height", "m", "height of the release above ground"),
    Quantity("sigma_y", "m", "crosswind standard deviation of concentration"),
    Quantity("sigma_z", "m", "vertical standard deviation of concentration"),
    Quantity("averaging_time", "s", "time over which a concentration is averaged"),
    Quantity("concentration", "kg m-3", "mass of the substance per volume of air"),
    Quantity("mole_fraction", "1", "volume of the substance per volume of air"),
    Quantity("volume_flow_rate", "m3 s-1", "volume released per second"),
    Quantity("released_volume", "m3", "volume released at once"),
    Quantity("source_density", "kg m-3", "density of the cloud at its source"),
    Quantity("source_temperature", "K", "temperature of the cloud at its source"),
    Quantity("source_mole_fraction", "1", "mole fraction of the substance in the cloud at its source"),
    Quantity("stack_diameter", "m", "inner diameter of a stack at its top"),
    Quantity("plume_rise", "m", "height of a plume's axis above its stack"),
    Quantity("final_rise_distance", "m", "downwind distance at which a plume has done rising; 0 for a jet"),
    Quantity("buoyancy_flux", "m4 s-3", "Briggs' buoyancy flux of a plume"),
    Quantity("travel_time", "s", "time a cloud takes from its source to a place"),
    Quantity("jet_area", "m2", "cross-section of a jet once it has expanded to ambient pressure"),
    Quantity("cloud_area", "m2", "ground area of a cloud when it is released at once; 0 for half as high as wide"),
    Quantity("cloud_half_width", "m", "half of the cloud's width across the wind"),
    Quantity("release_angle", "degree", "angle of a jet above the direction the wind blows to"),
    Quantity("axis_speed", "m s-1", "speed on the axis of a jet"),
    Quantity("axis_height", "m", "height above ground of the axis of a jet, or of the cloud it becomes"),
    Quantity("jet_radius", "m", "radius of a jet's edge"),
    Quantity("puff_mass", "kg", "mass released at once"),
    Quantity("mixing_height", "m", "depth of the layer a cloud mixes into", "atmosphere_boundary_layer_thickness"),
    Quantity("deposition_velocity", "m s-1", "mass taken up by the ground per area over the concentration above it"),
    Quantity("deposited_fraction", "1", "share of the release that has been taken up by the ground"),
    Quantity("rainfall_rate", "m s-1", "depth of rain per second", "rainfall_rate"),
    Quantity("share_present", "1", "share of a steady plume that has come to a point and not yet passed"),
    Quantity("mean_plume_height", "m", "height of the centre of mass of a plume's cross-section"),
    # harm
    Quantity("exposure_duration", "s", "length of exposure"),
    Quantity("toxic_load_exponent", "1", "ten Berge's exponent n in the toxic load, the integral of C^n"),
    Quantity("aegl_concentration", "1", "mole fraction of an Acute Exposure Guideline Level"),
    Quantity("aegl_level", "1", "which Acute Exposure Guideline Level: 1, 2 or 3"),
    Quantity("probit", "1", "probit Y; 5 is one half"),
    Quantity("probability", "1", "probability"),
    Quantity("air_exchange_rate", "s-1", "air changes of a building per second"),
    Quantity("indoor_mole_fraction", "1", "mole fraction of the substance indoors"),
    Quantity("level_ratio", "1", "exposure over the guideline of a level; a zone is where it is at least 1"),
    Quantity("zone_half_angle", "radian", "angle off the wind's axis within which a level may be reached"),
    Quantity("zone_distance", "m", "greatest distance from the source at which a level is reached"),
    Quantity("departure_time", "s", "time from the start of the release until the mildest level is last reached"),
    Quantity(
        "exceedance_probability", "1", "share of the winds around a forecast in which a level's zone holds a place"
    ),
    Quantity("flammable_mass", "kg", "mass of a substance in air between its limits of flammability"),
    Quantity("lfl_distance", "m", "distance to the lower limit of flammability, or to half of it"),
    Quantity("arrival_time", "s", "time from the start of the release until the mildest level is reached"),
    Quantity("fluctuation_intensity", "1", "standard deviation of concentration in time over its mean"),
    Quantity("toxic_load_factor", "1", "mean toxic load over the toxic load of the mean concentration"),
    Quantity("toxic_load", "s", "integral over time of the mole fraction to the toxic load exponent"),
    Quantity("breathed_mole_fraction", "1", "mole fraction in the air people breathe, indoors once sheltered"),
    Quantity("people", "1", "number of people"),
    # explosions and what they do
    Quantity("explosion_energy", "J", "heat or work that drives an explosion, before the ground's reflection"),
    Quantity("strength_class", "1", "strength of an explosion by the multi-energy method, 1 to 10"),
    Quantity("game_strength_class", "1", "strength class whose greatest overpressure is that of GAME"),
    Quantity("game_overpressure", "Pa", "greatest overpressure among obstacles by GAME"),
    Quantity("flame_mach", "1", "greatest speed of a flame over that of sound"),
    Quantity("tnt_mass", "kg", "mass of TNT"),
    Quantity("overpressure", "Pa", "greatest incident overpressure of a blast"),
    Quantity("impulse", "Pa s", "incident impulse of a blast's positive phase"),
    Quantity("blast_arrival", "s", "time after an explosion at which its blast arrives"),
    Quantity("positive_duration", "s", "duration of a blast's positive phase"),
    Quantity("reflected_overpressure", "Pa", "overpressure on a wall that a blast meets head-on"),
    Quantity("burst_energy", "J", "work that a vessel's content can do when the vessel bursts"),
    Quantity("shock_overpressure", "Pa", "overpressure of the shock at the wall of a bursting vessel"),
    Quantity("blast_fraction", "1", "share of the burst's energy that goes into the blast"),
    Quantity("kinetic_fraction", "1", "share of the burst's energy that its fragments carry"),
    Quantity("fragment_mass", "kg", "mass of the vessel's shell that flies"),
    Quantity("fragment_velocity", "m s-1", "speed of fragments at the start"),
    Quantity("fragment_range_median", "m", "distance that half of the fragments fall within"),
    Quantity("fragment_range_high", "m", "distance that 95 in 100 fragments fall within"),
    Quantity("blockage", "1", "volume of obstacles over that of the region they stand in"),
    Quantity("flame_path_length", "m", "distance a flame can run among obstacles"),
    Quantity("obstacle_diameter", "m", "usual diameter of the obstacles in a region"),
    Quantity("burning_velocity", "m s-1", "laminar burning velocity of a stoichiometric mixture with air"),
    Quantity("thermal_exposure", "s", "time a target is exposed to a heat flux"),
    Quantity("time_to_failure", "s", "time after which equipment in a fire fails"),
    # fire
    Quantity("fuel", "", "what burns: a substance, or LNG, LPG, gasoline, kerosene and other mixtures by name"),
    Quantity("radiation_path", "m", "way of a flame's radiation through air"),
    Quantity("transmissivity", "1", "share of a flame's radiation that passes the air on its way"),
    Quantity("length_over_radius", "1", "length of a flame over the radius of its foot"),
    Quantity("distance_over_radius", "1", "distance from the middle of a flame's foot over its radius"),
    Quantity("flame_tilt", "radian", "angle of a flame's axis from the vertical, downwind above 0"),
    Quantity("view_factor", "1", "share of a target's view that a flame fills, greatest over its orientation"),
    Quantity("vertical_view_factor", "1", "view factor of an upright target that faces the flame's foot"),
    Quantity("horizontal_view_factor", "1", "view factor of a target that looks up"),
    Quantity("burning_rate", "kg m-2 s-1", "mass of fuel burnt per area of a pool"),
    Quantity("flame_length", "m", "length of the visible flame"),
    Quantity("flame_width", "m", "greatest width of the visible flame"),
    Quantity("flame_drag_ratio", "1", "length of a flame's foot along the wind over the pool's diameter"),
    Quantity("flame_lift_off", "m", "distance from an opening to where its flame begins"),
    Quantity("surface_emissive_power", "W m-2", "heat radiated per area of a flame's surface"),
    Quantity("radiative_fraction", "1", "share of the heat of combustion that is radiated"),
    Quantity("incident_heat_flux", "W m-2", "heat flux of a fire on a target, greatest over its orientation"),
    Quantity("heat_of_combustion", "J kg-1", "net heat of combustion"),
    Quantity("fireball_diameter", "m", "greatest diameter of a fireball"),
    Quantity("fireball_height", "m", "height of a fireball's centre above ground"),
    Quantity("fireball_duration", "s", "time a fireball burns"),
    Quantity("burst_mass_fraction", "1", "share of a vessel's content that burns in a fireball"),
    Quantity("jet_angle", "radian", "angle of a jet above the horizontal"),
    Quantity("wind_angle", "radian", "angle between the wind's way and the horizontal part of a jet"),
    Quantity("limit_share", "1", "share of the lower limit of flammability that counts: 1, or one half"),
    Quantity("limit_ratio", "1", "mole fraction over that from which a cloud is taken to burn"),
    Quantity("flash_fire_area", "m2", "ground area in which a cloud could burn"),
    # places
    Quantity("east", "m", "distance east of the plant's origin"),
    Quantity("north", "m", "distance north of the plant's origin"),
    Quantity("distance", "m", "distance from the source"),
    # selectors of data, never of a model
    Quantity("upstream_end", "", "what stands at a line's upstream end: closed, reservoir or pump"),
    Quantity("downstream_end", "", "what stands at a line's downstream end: closed or reservoir"),
    Quantity("reactivity", "", "how readily a fuel's flame speeds up: high, medium or low"),
    Quantity("congestion", "", "how densely obstacles stand: high, medium or low"),
    Quantity("confinement", "", "ways a flame may expand: 3d, 2.5d or 2d"),
    Quantity("probit_set", "", "name of a published probit set"),
    Quantity("equipment_class", "", "atmospheric, pressurised, elongated or small"),
    Quantity(
        "fluid",
        "",
        "substance, by common name, CAS number or CoolProp name; for models of mixtures also Name[mole fraction]&...",
    ),
)

QUANTITIES: Mapping[str, Quantity] = MappingProxyType({word.name: word for word in _WORDS})


def attributes(name: str) -> dict[str, str]:
    """CF attributes of a vocabulary word: ``units``, ``long_name`` and, where there is one, ``standard_name``.

    Raises
    ------
    KeyError
        The word is not in the vocabulary.
    """
    word = QUANTITIES[name]
    found = {"units": word.unit, "long_name": word.says}
    return found | ({"standard_name": word.cf_name} if word.cf_name else {})


def unknown(names: Iterable[str]) -> list[str]:
    """Names that are not in the vocabulary, sorted."""
    return sorted(set(names) - set(QUANTITIES))
