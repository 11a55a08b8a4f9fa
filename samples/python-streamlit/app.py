"""A chart of what a boat sells, to be looked at and sifted."""

from pathlib import Path

import pandas as pd
import streamlit as st

from catch import heaviest, load, monthly

DATA = Path(__file__).parent / "data" / "catch.csv"


@st.cache_data
def table() -> pd.DataFrame:
    return load(DATA)


st.set_page_config(page_title="Catch", layout="centered")
st.title("What was landed")

catch = table()
kinds = st.multiselect("Fish", sorted(catch["fish"].unique()), default=["herring", "mackerel"])
chosen = catch[catch["fish"].isin(kinds)]

if chosen.empty:
    st.info("Choose a fish.")
else:
    fish, kilograms = heaviest(chosen)
    st.metric(f"Most was {fish}", f"{kilograms} kg")
    st.line_chart(monthly(chosen))
    st.dataframe(chosen, hide_index=True)
