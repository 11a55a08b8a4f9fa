//! What a file of a buildpack may name: docs/architecture.md, "Who may know whom".
//!
//! Every file of a buildpack has one of a few roles, told by its name: it reads, it decides, it does or
//! it explains. The rules look at every path that the file names outside its tests, be it in a `use`
//! or in an expression.

use crate::paths::paths_of;

/// What no file that only decides, reads or explains may touch.
const CHANGES: &[&str] = &[
    "eprint",
    "eprintln",
    "fs_err::copy",
    "fs_err::create_dir",
    "fs_err::create_dir_all",
    "fs_err::hard_link",
    "fs_err::os::unix::fs::symlink",
    "fs_err::remove_dir",
    "fs_err::remove_dir_all",
    "fs_err::remove_file",
    "fs_err::rename",
    "fs_err::set_permissions",
    "fs_err::write",
    "print",
    "println",
    "rand",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "tempfile",
    "tracing",
];

/// What no file that decides or explains may touch, beside [`CHANGES`].
const READS: &[&str] = &[
    "fs_err",
    "ignore",
    "std::fs",
    "std::io::stderr",
    "std::io::stdin",
    "std::io::stdout",
    "std::os::unix::fs",
    "walkdir",
];

/// One role of a file.
struct Role {
    /// What such a file is for, as the violation says it.
    purpose: &'static str,
    /// Modules of its own crate that it may not name.
    not_ours: &'static [&'static str],
    /// Whether [`CHANGES`] are forbidden.
    changes_nothing: bool,
    /// Whether [`READS`] are forbidden too.
    reads_nothing: bool,
    /// Whether of libcnb only the data types are open to it.
    only_data_of_libcnb: bool,
}

const READER: Role = Role {
    purpose: "reads and decides nothing",
    not_ours: &[
        "detect",
        "errors",
        "layers",
        "messages",
        "plan",
        "processes",
    ],
    changes_nothing: true,
    reads_nothing: false,
    only_data_of_libcnb: true,
};

const DECIDER: Role = Role {
    purpose: "decides and touches nothing",
    not_ours: &["detect", "errors", "layers", "messages"],
    changes_nothing: true,
    reads_nothing: true,
    only_data_of_libcnb: true,
};

const DOER: Role = Role {
    purpose: "does and decides nothing",
    not_ours: &["detect", "messages", "processes", "project"],
    changes_nothing: false,
    reads_nothing: false,
    only_data_of_libcnb: false,
};

const EXPLAINER: Role = Role {
    purpose: "holds words only",
    not_ours: &["detect"],
    changes_nothing: true,
    reads_nothing: true,
    only_data_of_libcnb: false,
};

const ANY_OTHER: Role = Role {
    purpose: "is not main",
    not_ours: &["messages"],
    changes_nothing: false,
    reads_nothing: false,
    only_data_of_libcnb: false,
};

/// The role of a file, by its path below `src/`; none for `main.rs`, which knows them all.
fn role_of(path: &str) -> Option<&'static Role> {
    match path {
        "main.rs" => None,
        "project.rs" | "detect.rs" => Some(&READER),
        "plan.rs" | "processes.rs" => Some(&DECIDER),
        "messages.rs" => Some(&EXPLAINER),
        _ if path.ends_with("_version.rs") || path.starts_with("plan/") => Some(&DECIDER),
        _ if path.starts_with("messages/") => Some(&EXPLAINER),
        _ if path.starts_with("project/") => Some(&READER),
        _ if path.starts_with("layers/") => Some(&DOER),
        _ => Some(&ANY_OTHER),
    }
}

/// Every path that a file of a buildpack names and may not, one line each.
///
/// `path` is relative to the buildpack's `src/`.
///
/// # Errors
/// When the text is no Rust.
pub fn violations(path: &str, text: &str) -> Result<Vec<String>, syn::Error> {
    let Some(role) = role_of(path) else {
        return Ok(Vec::new());
    };
    let named = paths_of(path, text)?.into_iter();
    Ok(named
        .filter(|named| is_forbidden(role, named))
        .map(|named| format!("{path} {}: it may not name {named}", role.purpose))
        .collect())
}

fn is_forbidden(role: &Role, named: &str) -> bool {
    let below = |prefix: &str| {
        let rest = named.strip_prefix(prefix);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let ours = named.strip_prefix("crate::");
    let module = ours.and_then(|rest| rest.split("::").next());
    module.is_some_and(|module| role.not_ours.contains(&module))
        || (role.changes_nothing && CHANGES.iter().any(|path| below(path)))
        || (role.reads_nothing && READS.iter().any(|path| below(path)))
        || (role.only_data_of_libcnb && below("libcnb") && !below("libcnb::data"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn found(path: &str, text: &str) -> String {
        violations(path, text).unwrap().join("\n")
    }

    #[test]
    fn a_plan_may_not_touch_anything() {
        let plan = "
            use std::{collections::BTreeMap, env::{self, var}, fs as files};
            use crate::layers::toolchain::Toolchain;
            use crate::project::Project;
            use libcnb::{build::BuildContext, data::launch::Process};
            fn plan() {
                println!(\"{}\", 1);
                let now = std::time::SystemTime::now();
                let text = fs_err::read_to_string(\"go.mod\");
                tracing::info!(\"planning\");
            }
        ";
        insta::assert_snapshot!(found("plan.rs", plan), @r"
        plan.rs decides and touches nothing: it may not name crate::layers::toolchain::Toolchain
        plan.rs decides and touches nothing: it may not name fs_err::read_to_string
        plan.rs decides and touches nothing: it may not name libcnb::build::BuildContext
        plan.rs decides and touches nothing: it may not name println
        plan.rs decides and touches nothing: it may not name std::env
        plan.rs decides and touches nothing: it may not name std::env::var
        plan.rs decides and touches nothing: it may not name std::fs
        plan.rs decides and touches nothing: it may not name std::time::SystemTime::now
        plan.rs decides and touches nothing: it may not name tracing::info
        ");
        assert_ne!(found("processes.rs", plan), "");
        assert_ne!(found("go_version.rs", plan), "");
    }

    #[test]
    fn tests_may_touch_what_they_test_with() {
        let plan = "#[cfg(test)] mod tests { use std::fs; fn f() { fs_err::write(1, 2); } }";
        assert_eq!(found("plan.rs", plan), "");
    }

    #[test]
    fn a_project_reads_and_neither_writes_nor_plans() {
        let project = "
            use crate::plan::Plan;
            use super::go_version::Requested;
            fn read() { fs_err::read(1); fs_err::write(1, 2); std::process::Command::new(1); }
        ";
        insta::assert_snapshot!(found("project.rs", project), @r"
        project.rs reads and decides nothing: it may not name crate::plan::Plan
        project.rs reads and decides nothing: it may not name fs_err::write
        project.rs reads and decides nothing: it may not name std::process::Command::new
        ");
    }

    #[test]
    fn a_layer_may_not_read_the_project() {
        let layer =
            "use super::super::project::Project; use super::modules; use crate::plan::Plan;";
        insta::assert_snapshot!(found("layers/binaries.rs", layer), @"layers/binaries.rs does and decides nothing: it may not name crate::project::Project");
    }

    #[test]
    fn only_main_knows_the_messages() {
        let import = "use crate::messages::explain;";
        assert_ne!(found("errors.rs", import), "");
        assert_ne!(found("go_mod.rs", import), "");
        assert_eq!(found("main.rs", import), "");
    }

    #[test]
    fn messages_touch_nothing() {
        let words = "fn f() -> String { std::env::var(\"HOME\").unwrap() }";
        insta::assert_snapshot!(found("messages/go.rs", words), @"messages/go.rs holds words only: it may not name std::env::var");
    }
}
