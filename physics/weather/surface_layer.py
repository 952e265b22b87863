"""Wind above the ground by Monin-Obukhov similarity, and the Obukhov length of a stability class."""

from __future__ import annotations

import math
from typing import Any

from physics._jit import kernel
from physics.bounds import bounded
from physics.cards import Card, Caveat, Evidence, Kind, ModelInputError, Takes, register
from physics.weather.stability import CLASSES

VON_KARMAN = 0.4
"""von Karman's constant (Hogstrom 1988)."""

# Pasquill's lines in Golder's 1972 diagram: L = sign * a * z0**b; D is neutral.
_OBUKHOV = {
    "A": (-11.4, 0.10),
    "B": (-26.0, 0.17),
    "C": (-123.0, 0.30),
    "E": (123.0, 0.30),
    "F": (26.0, 0.17),
}

STABLE_SLOPE = 5.0
UNSTABLE_SLOPE = 16.0
"""Dyer's (1974) constants of the flux-profile relations."""
_LOG_LINEAR_END = 1.0
"""Height over Obukhov length beyond which the stable profile is a logarithm again (Webb 1970)."""

_ROUGHNESS_READ = (0.01, 0.5)
"""Roughness lengths Golder's diagram is read between, m (MMIF, after CTDMPLUS)."""
# Borders between classes in Golder's figure 5 as CTDMPLUS, CALPUFF and MMIF read them: L = a / (ln z0 + b), m.
_UNSTABLE_BORDERS = (("A", 70.0, -4.350), ("B", 85.2, -0.502), ("C", 245.0, -0.050))
_STABLE_BORDERS = (("D", -327.0, -0.627), ("E", -70.0, -0.295))


def obukhov_length_inverse(stability_class: str, *, roughness_length: float) -> float:
    """Reciprocal of the Monin-Obukhov length, 1/m: Golder's (1972) lines as powers of the roughness length."""
    if stability_class == "D":
        return 0.0
    factor, power = _OBUKHOV[stability_class]
    return float(1.0 / (factor * roughness_length**power))


def class_from_obukhov(inverse: float, *, roughness_length: float) -> str:
    """Pasquill class by the borders between classes in Golder's (1972) figure 5.

    The borders are those of CTDMPLUS, which CALPUFF and EPA's MMIF use too; MMIF's authors tried the midpoints between
    lines of AERMOD as well and left them, because they match neither of Golder's figures.

    Parameters
    ----------
    inverse : float
        Reciprocal of the Monin-Obukhov length, 1/m; 0 when neutral.
    roughness_length : float
        m; the diagram is read between 0.01 and 0.5 m.
    """
    least, most = _ROUGHNESS_READ
    log = math.log(min(max(roughness_length, least), most))
    if inverse < 0.0:
        return next((name for name, a, b in _UNSTABLE_BORDERS if inverse <= (log + b) / a), "D")
    return next((name for name, a, b in _STABLE_BORDERS if inverse <= (log + b) / a), "F")


@kernel
def stability_correction(ratio: float) -> float:
    """Psi of momentum at a height over the Obukhov length: Dyer (1974), beyond 1 Webb (1970)."""
    if ratio > _LOG_LINEAR_END:
        return -STABLE_SLOPE * (_LOG_LINEAR_END + math.log(ratio / _LOG_LINEAR_END))
    if ratio >= 0.0:
        return -STABLE_SLOPE * ratio
    x = (1.0 - UNSTABLE_SLOPE * ratio) ** 0.25
    return 2 * math.log((1 + x) / 2) + math.log((1 + x * x) / 2) - 2 * math.atan(x) + math.pi / 2


@kernel
def wind_shape(height: float, roughness_length: float, inverse: float) -> float:
    """Wind at a height times kappa over friction velocity; 0 at the roughness length and below."""
    if height <= roughness_length:
        return 0.0
    shape = math.log(height / roughness_length) - stability_correction(height * inverse)
    return shape + stability_correction(roughness_length * inverse)


def similarity_wind_ratio(height: float, *, reference_height: float, roughness_length: float, inverse: float) -> float:
    """Wind at a height over wind at the reference height by Monin-Obukhov similarity (Dyer 1974, Webb 1970)."""
    ground = float(roughness_length), float(inverse)
    return float(wind_shape(float(height), *ground) / wind_shape(float(reference_height), *ground))


_PROFILE_CARD = Card(
    name="monin-obukhov-profile",
    says="Wind speed at a height from that at another by Monin-Obukhov similarity, with the Obukhov length of Golder's "
    "lines for a stability class.",
    takes=bounded(
        Takes("wind_speed", low=0.5, high=50.0, hard_low=0.0),
        Takes("reference_height", low=2.0, high=100.0, hard_low=0.1, hard_high=1000.0, default=10.0),
        Takes("height", low=1.0, high=100.0, hard_low=0.1, hard_high=1000.0),
        Takes("roughness_length", low=1e-4, high=0.5, hard_low=1e-6, hard_high=5.0, default=0.1),
        Takes("stability_class"),
    ),
    gives=("wind_speed", "obukhov_length_inverse"),
    cites=("golder1972", "dyer1974"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "roughness 0.1 m, class F: L 17.578 m, u(2)/u(10) 0.4765",
            "tests/verification/test_weather.py::test_obukhov_length_and_profile",
        ),
    ),
)


@register(_PROFILE_CARD)
def _run_profile(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    stability = str(values["stability_class"]).upper()
    if stability not in tuple(CLASSES):
        raise ModelInputError("stability_class", f"must be one of A to F, got {values['stability_class']!r}")
    roughness = values["roughness_length"]
    if min(values["height"], values["reference_height"]) <= roughness:
        raise ModelInputError("height", f"must lie above the roughness length of {roughness:g} m")
    inverse = obukhov_length_inverse(stability, roughness_length=roughness)
    ratio = similarity_wind_ratio(
        values["height"], reference_height=values["reference_height"], roughness_length=roughness, inverse=inverse
    )
    return {"wind_speed": values["wind_speed"] * ratio, "obukhov_length_inverse": inverse}, []


_GOLDER_CARD = Card(
    name="golder-stability",
    says="Pasquill stability class from the Monin-Obukhov length and the roughness length, by the borders between "
    "classes in Golder's figure 5.",
    takes=bounded(
        Takes("obukhov_length_inverse", low=-0.5, high=0.5, hard_low=-1e3, hard_high=1e3),
        Takes("roughness_length", low=0.01, high=0.5, hard_low=1e-6, hard_high=5.0, default=0.1),
    ),
    gives=("stability_class",),
    cites=("golder1972", "mmif"),
    evidence=(
        Evidence(
            Kind.VERIFICATION,
            "borders at 0.1 m, and every class from its own Obukhov length",
            "tests/verification/test_weather.py::test_borders_between_classes",
        ),
    ),
)


@register(_GOLDER_CARD)
def _run_golder(values: dict[str, Any]) -> tuple[dict[str, Any], list[Caveat]]:
    inverse = values["obukhov_length_inverse"]
    return {"stability_class": class_from_obukhov(inverse, roughness_length=values["roughness_length"])}, []
