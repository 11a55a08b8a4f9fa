"""Answers questions about a table of water levels with pandas."""

from pathlib import Path

import pandas as pd
from flask import Flask, Response, abort, request

DATA = Path(__file__).parent / "data" / "levels.csv"

# What may be asked for, and how pandas calls it.
PERIODS = {"hour": "h", "day": "D", "week": "W"}

app = Flask(__name__)
levels = pd.read_csv(DATA, parse_dates=["time"], index_col="time")["centimetres"]


def as_json(frame: pd.DataFrame) -> Response:
    text = frame.reset_index().to_json(orient="records", date_format="iso", date_unit="s")
    return Response(text, mimetype="application/json")


@app.get("/")
def summary():
    return as_json(levels.describe().round(1).to_frame())


@app.get("/levels")
def by_period():
    period = request.args.get("by", "day")
    if period not in PERIODS:
        abort(400, f"by must be one of {', '.join(PERIODS)}")
    return as_json(levels.resample(PERIODS[period]).agg(["min", "mean", "max"]).round(1))


@app.get("/tides")
def tides():
    """High waters: the times that are higher than the three hours around them."""
    highest = levels.rolling(7, center=True).max()
    return as_json(levels[levels == highest].to_frame())
