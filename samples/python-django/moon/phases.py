"""The phase of the moon by its mean period, which is right to about half a day."""

from dataclasses import dataclass
from datetime import date

# Days from one new moon to the next, on average.
PERIOD = 29.530588

# A day with a new moon.
NEW_MOON = date(2000, 1, 6)

NAMES = [
    "New moon",
    "Waxing crescent",
    "First quarter",
    "Waxing gibbous",
    "Full moon",
    "Waning gibbous",
    "Last quarter",
    "Waning crescent",
]


@dataclass(frozen=True)
class Phase:
    name: str
    # Days since the new moon.
    age: float


def phase_of(day):
    age = (day - NEW_MOON).days % PERIOD
    # Each name is for the eighth of the period around it.
    number = int(age / PERIOD * len(NAMES) + 0.5) % len(NAMES)
    return Phase(NAMES[number], round(age, 1))
