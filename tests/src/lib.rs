//! Hermetic tests of the whole workspace: see `tests/`.
