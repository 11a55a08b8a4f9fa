//! Placeholder until the table of projects is written.
