use super::*;
use crate::go_mod::parse_go_sum;

const CACHE: &str = "
-- github.com/!data!dog/zstd@v1.5.5/zstd.go --
-- github.com/!data!dog/zstd@v1.5.4/zstd.go --
-- rsc.io/quote@v1.5.2/quote.go --
-- rsc.io/only-mod@v1.0.0/x.go --
-- cache/lock --
-- cache/vcs/1234/HEAD --
-- cache/download/sumdb/x/latest --
-- cache/download/rsc.io/quote/@v/list --
-- cache/download/rsc.io/quote/@v/v1.5.2.zip --
-- cache/download/rsc.io/quote/@v/v1.5.2.ziphash --
h1:a=
-- cache/download/rsc.io/half/@v/v1.0.0.ziphash --
h1:a=
-- cache/download/rsc.io/half/@v/v1.0.0.partial --
-- cache/download/rsc.io/tagged-again/@v/v1.0.0.ziphash --
h1:before=
-- cache/download/rsc.io/tagged-again/@v/v1.0.0.mod --
module rsc.io/tagged-again
-- cache/download/rsc.io/tagged-again/@v/v1.0.0.info --
{}
-- cache/download/rsc.io/other-mod/@v/v1.0.0.mod --
module rsc.io/other-mod
-- cache/download/rsc.io/same-mod/@v/v1.0.0.mod --
module rsc.io/same-mod
-- rsc.io/half@v1.0.0/x.go --
-- rsc.io/tagged-again@v1.0.0/x.go --
-- cache/download/rsc.io/quote/@v/v1.5.2.lock --
-- cache/download/rsc.io/quote/@v/v1.5.2.mod --
-- cache/download/rsc.io/quote/@v/v1.5.1.mod --
-- cache/download/rsc.io/only-mod/@v/v1.0.0.mod --
-- cache/download/github.com/!data!dog/zstd/@v/v1.5.5.ziphash --
h1:a=
-- cache/download/github.com/!data!dog/zstd/@v/v1.5.5.info --
-- cache/download/github.com/!data!dog/zstd/@v/v1.5.4.info --
";

#[test]
fn only_modules_of_go_sum_are_kept() {
    let cache = testkit::directory(CACHE);
    let sums = parse_go_sum(
        "github.com/DataDog/zstd v1.5.5 h1:a=
         github.com/DataDog/zstd v1.5.5/go.mod h1:a=
         rsc.io/quote v1.5.2 h1:a=
         rsc.io/half v1.0.0 h1:a=
         rsc.io/tagged-again v1.0.0 h1:now=
         rsc.io/tagged-again v1.0.0/go.mod h1:now=
         rsc.io/other-mod v1.0.0/go.mod h1:now=
         rsc.io/same-mod v1.0.0/go.mod h1:DIB19c0YXbJoZJTR/nR+DIJ5SD7KFqECb8rfTt2p/I8=",
    );
    remove_others(cache.path(), &sums).unwrap();
    let modules = Modules {
        path: cache.path().to_owned(),
        outcome: Outcome::Reused,
    };
    modules.finish().unwrap();
    let tree: Vec<String> = files(cache.path())
        .unwrap()
        .iter()
        .map(|file| {
            file.strip_prefix(cache.path())
                .unwrap()
                .display()
                .to_string()
        })
        .collect();
    insta::assert_snapshot!(tree.join("\n"), @"
    cache/download/github.com/!data!dog/zstd/@v/v1.5.5.info
    cache/download/github.com/!data!dog/zstd/@v/v1.5.5.ziphash
    cache/download/rsc.io/half/@v/v1.0.0.partial
    cache/download/rsc.io/quote/@v/v1.5.2.mod
    cache/download/rsc.io/quote/@v/v1.5.2.ziphash
    cache/download/rsc.io/same-mod/@v/v1.0.0.mod
    cache/lock
    github.com/!data!dog/zstd@v1.5.5/zstd.go
    rsc.io/quote@v1.5.2/quote.go
    ");
}

#[test]
fn an_empty_cache_is_fine() {
    let cache = testkit::directory("-- x/ --\n");
    remove_others(cache.path(), &[]).unwrap();
}
