//! Start commands without a shell: the build-time half.
//!
//! A `Procfile`, `GOOGLE_ENTRYPOINT` or a script of a package.json is shell text, and the image has no
//! shell. [`plan`] turns the text into a plan: plain words become a process of their own
//! ([`Planned::direct`]); what needs the variables of the running container is left to `start`, the
//! small program of the crate `start-runtime`; everything else is a [`Refusal`] that names the
//! construct, the place and a way out. [`procfile`] reads the file.

mod builtin;
mod development;
mod environments;
mod image;
mod messages;
mod nodemon;
mod package_scripts;
mod planned;
mod planning;
pub mod procfile;
mod refusal;
mod runner;
mod scan;
mod script;
mod syntax;
mod word;

pub use image::{Call, Directories, Found, Image, Made, NoCommand, without_dots};
pub use planned::{Located, Planned};
pub use planning::plan;
pub use refusal::{CompilerFix, Construct, Missing, Reason, Refusal, RunnerProblem};
pub use runner::Scripts;
pub use script::{Place, Script, Source};
