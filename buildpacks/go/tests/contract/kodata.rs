//! `kodata`: ko's data beside a program.

use crate::apps;

const APP: &str = "
-- go.mod --
module example.com/app

go 1.21
-- LICENSE --
text
-- .git/HEAD --
ref
-- cmd/web/main.go --
package main

func main() {}
-- cmd/web/kodata/HEAD -> ../../../.git/HEAD --
-- cmd/web/kodata/page.go --
a template
-- cmd/worker/main.go --
package main

func main() {}
";

#[test]
fn data_stays_and_its_process_finds_it() {
    let lifecycle = apps::app(APP);
    let log = lifecycle.succeeds();
    assert!(log.contains("  kodata: new\n"), "{log}");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("app")), @"
    LICENSE                 file 0644
    cmd                     dir  0755
    cmd/web                 dir  0755
    cmd/web/kodata          dir  0755
    cmd/web/kodata/HEAD     file 0644
    cmd/web/kodata/page.go  file 0644
    ");
    insta::assert_snapshot!(testkit::tree_without_digests(&lifecycle.path("layers/kodata")), @"
    env.launch                           dir  0755
    env.launch/web                       dir  0755
    env.launch/web/KO_DATA_PATH.default  file 0644
    ");
    let path = "layers/kodata/env.launch/web/KO_DATA_PATH.default";
    let value = fs_err::read_to_string(lifecycle.path(path)).unwrap();
    assert_eq!(
        value,
        lifecycle.path("app/cmd/web/kodata").display().to_string()
    );
    // A variable of ours leads there.
    let lifecycle = apps::app(APP).with_variable("BP_KEEP_FILES", "LICENSE");
    lifecycle.succeeds();
    assert!(lifecycle.path("app/LICENSE").exists());
    assert!(lifecycle.path("app/cmd/web/kodata/page.go").exists());
}
