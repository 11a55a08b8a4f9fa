//! Modules that an earlier build fetched: nothing here can fetch any.

use testkit::Lifecycle;

use crate::apps::{self, run_program};

const GO_SUM: &str = "-- go.sum --
example.com/lib v1.0.0 h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
example.com/lib v1.0.0/go.mod h1:Dx1zv02UsdsagVg8JGP9CfaRr9j4IApAGUMhJrQ+NLw=
";

/// The layer as the build that fetched the module leaves it, and one of a module that the app has no more.
const MODULES: &str = "
-- modules.toml --
[types]
cache = true

[metadata]
format = 1.0
-- modules/cache/download/example.com/lib/@v/v1.0.0.info --
{\"Version\":\"v1.0.0\"}
-- modules/cache/download/example.com/lib/@v/v1.0.0.mod --
module example.com/lib

go 1.21
-- modules/cache/download/example.com/lib/@v/v1.0.0.ziphash --
h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
-- modules/example.com/lib@v1.0.0/go.mod --
module example.com/lib

go 1.21
-- modules/example.com/lib@v1.0.0/lib.go --
package lib

const Text = \"fetched\"
-- modules/example.com/old@v1.0.0/old.go --
package old
";

fn text() -> String {
    format!(
        "
-- go.mod --
module example.com/app

go 1.21

require example.com/lib v1.0.0
{GO_SUM}-- main.go --
package main

import \"example.com/lib\"

func main() {{ print(lib.Text) }}
"
    )
}

/// What the build says of the modules.
#[track_caller]
fn build(lifecycle: &Lifecycle) -> String {
    let log = lifecycle.succeeds();
    let line = log.lines().find(|line| line.starts_with("  modules: "));
    line.expect("the build says it").to_owned()
}

#[test]
fn a_restored_module_is_not_fetched_again() {
    let lifecycle = apps::app(&text());
    testkit::write_into(&lifecycle.path("layers"), MODULES);
    assert_eq!(build(&lifecycle), "  modules: reused");
    assert_eq!(run_program(&lifecycle, "app"), "fetched");
    assert!(
        !lifecycle
            .path("layers/modules/example.com/old@v1.0.0")
            .exists()
    );

    lifecycle.restore();
    lifecycle.write_app(&text());
    assert_eq!(build(&lifecycle), "  modules: reused");
}

#[test]
fn modules_lie_where_the_platform_keeps_them() {
    let lifecycle = apps::app(&text());
    let kept = lifecycle.path(".caches/layers");
    fs_err::create_dir_all(&kept).unwrap();
    testkit::write_into(&kept, MODULES);
    assert_eq!(build(&lifecycle), "  modules: reused");
    assert_eq!(run_program(&lifecycle, "app"), "fetched");
    let layers = testkit::tree_without_digests(&lifecycle.path("layers"));
    assert!(
        !layers.contains("modules") && !layers.contains("build-cache"),
        "{layers}"
    );

    // The platform hands on what lies there, whatever the lifecycle restores.
    lifecycle.restore();
    lifecycle.write_app(&text());
    let log = lifecycle.succeeds();
    for layer in ["modules", "build-cache", "binaries"] {
        assert!(log.contains(&format!("  {layer}: reused\n")), "{log}");
    }
}
