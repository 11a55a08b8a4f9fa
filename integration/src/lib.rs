//! Real builds: what the cases of `tests/real_builds` are written with.
//!
//! A case gets a [`Machine`], on which the command line is compiled and the builders are made, once for
//! all cases. It takes a [`Home`] of its own (a cache directory that shares only the builder with the
//! user's), calls [`Call`] as a user would, and looks at what comes out: the text, the exit status, a
//! [`Layout`], a [`Running`] app.
//!
//! Everything here panics where something is wrong: in a test that is the message.

mod bundled_npm;
mod bundled_uv;
mod call;
mod ci;
mod comparison;
mod docker;
mod docker_package;
mod document;
mod failing_daemon;
mod faulty_registry;
mod file_server;
mod go_tool;
mod home;
mod http;
mod kubernetes;
mod layout;
mod machine;
mod message;
mod node_registry;
mod outcome;
mod pack;
mod package_index;
mod process;
mod processor_time;
mod python_mirror;
mod registry;
mod running;
mod suite;
mod summary;
mod test_names;
mod tls_server;
mod trees;
mod written_app;

pub use bundled_npm::npm;
pub use bundled_uv::{component_file, uv};
pub use call::Call;
pub use ci::{Job, Recipes};
pub use comparison::differences;
pub use docker::Docker;
pub use document::commands_in;
pub use failing_daemon::FailingDaemon;
pub use faulty_registry::{Failure, Fault, FaultyRegistry, LOGIN};
pub use file_server::Answers;
pub use home::Home;
pub use http::{Response, free_port, get};
pub use kubernetes::{Manifests, Node, TaskRun, build_pod};
pub use layout::{Entry, Layer, Layout, edit_config, file_of};
pub use machine::{Machine, is_root, output_of, set_up};
pub use message::{message_in, messages_in};
pub use node_registry::NodeRegistry;
pub use outcome::Outcome;
pub use pack::Pack;
pub use package_index::PackageIndex;
pub use process::Process;
pub use processor_time::{Seconds, timed};
pub use python_mirror::PythonMirror;
pub use registry::Registry;
pub use running::Running;
pub use suite::{Case, Need, main};
pub use summary::{median, summary};
pub use test_names::test_names;
pub use tls_server::{GitServer, TlsServer};
pub use trees::{copy, copy_of, touch_all};
pub use written_app::WrittenApp;
