//! What an image holds, and how it behaves when it runs.

use integration::Case;

/// Names of shells, which no image but the debug one has.
pub(crate) const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "busybox"];

pub(crate) const CASES: &[Case] = &[];
