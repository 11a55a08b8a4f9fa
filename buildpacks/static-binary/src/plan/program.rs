//! A program that can start, and what is said of it.

use std::path::PathBuf;

use buildpack_kit::environment::Origin;
use buildpack_kit::output::size;
use explain::quote;
use linkage::{Linkage, Machine};
use sbom::Hash;

use crate::composition::Composition;

/// A program that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlannedProgram {
    /// Relative to the app directory.
    pub(crate) path: PathBuf,
    /// Who named it.
    pub(crate) origin: Origin,
    /// The permission bits that it has now.
    pub(crate) mode: u32,
    /// In bytes.
    pub(crate) size: u64,
    /// The machine it is for.
    pub(crate) machine: Machine,
    /// How it is linked.
    pub(crate) linkage: Linkage,
    /// The libraries that it needs; the run image has them.
    pub(crate) needed: Vec<String>,
    /// Its SHA-256.
    pub(crate) hash: Hash,
    /// What it is made of.
    pub(crate) composition: Composition,
    /// Whether it unpacks itself when it starts.
    pub(crate) is_packed: bool,
}

impl PlannedProgram {
    /// What the user should change about it.
    pub(super) fn warning(&self) -> Option<String> {
        let path = quote(&self.path.display().to_string(), 100);
        if self.is_packed {
            return Some(format!(
                "{path} is packed with UPX: what it needs and what it is made of can't be checked.\n\
                 Put it there unpacked (upx -d {path}): the layers of an image are compressed anyway."
            ));
        }
        match &self.composition {
            Composition::Damaged(problem) => Some(format!(
                "{path} has a list of its crates that can't be read: {}\n\
                 Compile it again, with cargo auditable.",
                quote(problem, 200)
            )),
            _ => None,
        }
    }

    /// What was decided about it, a line each.
    pub(super) fn decisions(&self, decisions: &mut Vec<String>) {
        let path = quote(&self.path.display().to_string(), 200);
        decisions.push(format!(
            "{path} (from {}): a {} program for {}, {}",
            self.origin,
            if self.linkage == Linkage::Dynamic {
                "dynamic"
            } else {
                "static"
            },
            self.machine,
            size(self.size)
        ));
        if !self.needed.is_empty() {
            let needed = quote(&self.needed.join(", "), 400);
            decisions.push(format!("{path} needs, and the run image has: {needed}"));
        }
        if let Some(made_of) = self.composition.in_words() {
            decisions.push(format!("{path} is made of: {made_of}"));
        }
        if self.mode & 0o111 == 0 {
            decisions.push(format!(
                "{path} isn't executable (mode {:04o}): it gets mode 0755",
                self.mode
            ));
        }
    }
}
