"""A page, and a report on what the app finds around it in its container."""

from flask import Flask, jsonify, render_template

import checks

app = Flask(__name__)


@app.get("/")
def index():
    return render_template("index.html", title="Hello")


@app.get("/checks")
def report():
    return jsonify(checks.run())
