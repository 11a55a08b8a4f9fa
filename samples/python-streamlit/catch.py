"""What the page calculates, apart from how it shows it."""

from pathlib import Path

import pandas as pd


def load(path: Path) -> pd.DataFrame:
    """The rows of the file: date, fish, kilograms."""
    return pd.read_csv(path, parse_dates=["date"])


def monthly(catch: pd.DataFrame) -> pd.DataFrame:
    """Kilograms, a row for each month and a column for each fish."""
    months = catch.set_index("date").groupby("fish")["kilograms"].resample("MS").sum()
    return months.unstack("fish").fillna(0)


def heaviest(catch: pd.DataFrame) -> tuple[str, int]:
    """The fish of which there was most, and how much."""
    sums = catch.groupby("fish")["kilograms"].sum()
    return str(sums.idxmax()), int(sums.max())
