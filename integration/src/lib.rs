//! Real builds: see `tests/`.
