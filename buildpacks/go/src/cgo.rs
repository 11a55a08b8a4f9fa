//! Packages that need cgo, found before anything is compiled: without cgo, some don't compile, and some compile and
//! fail when the program runs (`github.com/mattn/go-sqlite3`), which is found out by somebody else.
//!
//! What decides was tried on packages of each kind: files that `import "C"` are left out without cgo; a package of
//! which nothing else remains needs it. Where files remain that are compiled in both cases, it probably does, for they
//! call what is left out. Where files take their place, the package works without, unless they say that it doesn't.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::excluded::cgo_import;
use crate::go_command::{Go, GoError};
use crate::go_list::{self, Extent, ListedPackage};
use crate::packages::MainPackage;

/// A package that needs cgo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CgoPackage {
    pub(crate) import_path: String,
    /// A package that imports it, of another module where there is one.
    pub(crate) imported_by: Option<String>,
    /// A file that shows it: its name, the line counted from 1, and the text of that.
    pub(crate) proof: (String, usize, String),
    /// Whether nothing shows that it could work without; else it is told where the compiler fails for it.
    pub(crate) is_certain: bool,
}

/// What the files of a package that could need cgo say.
struct Candidate<'a> {
    listed: &'a ListedPackage,
    proof: (String, usize, String),
}

/// The packages that need cgo among the targets and all that they import, by import path. Nothing where they can't be
/// listed: the compiler says why.
pub(crate) fn needed(
    go_dir: &Path,
    targets: &[MainPackage],
    go: &Go,
) -> Result<Vec<CgoPackage>, GoError> {
    let paths = targets.iter().map(|target| target.import_path.clone());
    let listed = match go_list::list(go, go_dir, Extent::WithImports, paths) {
        Err(GoError::Failed { .. }) => return Ok(Vec::new()),
        listed => listed?,
    };
    let candidates: Vec<Candidate<'_>> = listed.iter().filter_map(candidate).collect();
    if candidates.is_empty() {
        return Ok(Vec::new());
    }
    let paths = candidates
        .iter()
        .map(|candidate| candidate.listed.import_path.clone());
    let with_cgo = go.with("CGO_ENABLED", "1");
    let with_cgo = go_list::list(&with_cgo, go_dir, Extent::Named, paths)?;
    let with_cgo: BTreeMap<&str, &ListedPackage> = with_cgo
        .iter()
        .map(|package| (package.import_path.as_str(), package))
        .collect();
    let mut needed = Vec::new();
    for candidate in candidates {
        let path = candidate.listed.import_path.as_str();
        let Some(is_certain) = with_cgo
            .get(path)
            .and_then(|with| need(candidate.listed, with))
        else {
            continue;
        };
        needed.push(CgoPackage {
            import_path: path.to_owned(),
            imported_by: importer(path, &listed),
            proof: candidate.proof,
            is_certain,
        });
    }
    needed.sort_by(|one, other| one.import_path.cmp(&other.import_path));
    Ok(needed)
}

/// Those of the packages that a compiler complained about: its output has `# example.com/lib` before what is wrong.
pub(crate) fn blamed(packages: &[CgoPackage], output: &str) -> Vec<CgoPackage> {
    let blamed: BTreeSet<&str> = output
        .lines()
        .filter_map(|line| line.strip_prefix("# "))
        .filter_map(|rest| rest.split_whitespace().next())
        .collect();
    let packages = packages.iter();
    packages
        .filter(|package| blamed.contains(package.import_path.as_str()))
        .cloned()
        .collect()
}

/// A package with a file that is left out and imports C.
fn candidate(listed: &ListedPackage) -> Option<Candidate<'_>> {
    if listed.standard {
        return None;
    }
    let files = listed.ignored_go_files.iter();
    let mut files = files.filter(|name| !name.ends_with("_test.go") && !is_of_other_system(name));
    let proof = files.find_map(|name| {
        let bytes = fs_err::read(listed.dir.join(name)).ok()?;
        let (line, text) = cgo_import(&String::from_utf8_lossy(&bytes))?;
        Some((name.clone(), line, text))
    })?;
    Some(Candidate { listed, proof })
}

/// Whether the package needs cgo, and whether that is certain; none where it does not.
fn need(without: &ListedPackage, with: &ListedPackage) -> Option<bool> {
    if with.cgo_files.is_empty() {
        // For another reason it is left out with cgo, too.
        return None;
    }
    let fallback: Vec<&String> = without
        .go_files
        .iter()
        .filter(|file| !with.go_files.contains(file))
        .collect();
    if without.go_files.is_empty() {
        return Some(true);
    }
    if fallback.is_empty() {
        return Some(false);
    }
    let says_so = fallback.iter().any(|file| {
        let bytes = fs_err::read(without.dir.join(file)).unwrap_or_default();
        is_stub(&String::from_utf8_lossy(&bytes))
    });
    says_so.then_some(true)
}

/// Whether a file that is compiled without cgo has a text that asks for it.
fn is_stub(text: &str) -> bool {
    let asks = |line: &str| {
        let line = line.to_ascii_lowercase();
        let words = [
            "cgo_enabled",
            "requires cgo",
            "cgo is required",
            "without cgo",
        ];
        words.iter().any(|words| line.contains(words))
    };
    let lines = text.lines().map(str::trim_start);
    let mut code = lines.filter(|line| !line.starts_with("//"));
    code.any(|line| line.contains(['"', '`']) && asks(line))
}

fn importer(path: &str, listed: &[ListedPackage]) -> Option<String> {
    // Host, owner and name of a module: its own packages import one another.
    let own: Vec<&str> = path.split('/').take(3).collect();
    let own = own.join("/");
    let imports = |package: &&ListedPackage| package.imports.iter().any(|import| import == path);
    let mut importers = listed
        .iter()
        .filter(imports)
        .map(|package| &package.import_path);
    let first = importers.clone().next();
    importers
        .find(|importer| !importer.starts_with(&own))
        .or(first)
        .cloned()
}

/// `x_windows.go`, `x_darwin_arm64.go`: left out for another reason.
fn is_of_other_system(name: &str) -> bool {
    const SYSTEMS: [&str; 9] = [
        "aix", "android", "darwin", "freebsd", "netbsd", "openbsd", "plan9", "solaris", "windows",
    ];
    let mut parts = name.trim_end_matches(".go").split('_').skip(1);
    parts.any(|part| SYSTEMS.contains(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(dir: &Path, go_files: &[&str]) -> ListedPackage {
        ListedPackage {
            import_path: "example.com/lib".into(),
            dir: dir.to_owned(),
            go_files: go_files.iter().map(ToString::to_string).collect(),
            ..ListedPackage::default()
        }
    }

    #[test]
    fn what_is_compiled_in_place_of_cgo_decides() {
        let directory = testkit::directory(
            "
-- stub.go --
package x
// requires cgo
var e = \"compiled with 'CGO_ENABLED=0', x requires cgo to work\"
-- pure.go --
package x
// This requires cgo: no.
var e = 1
",
        );
        let with = |cgo: &[&str], go: &[&str]| ListedPackage {
            cgo_files: cgo.iter().map(ToString::to_string).collect(),
            ..listed(directory.path(), go)
        };
        for (without, cgo, go, expected) in [
            (&[][..], &["c.go"][..], &[][..], Some(true)),
            (&["a.go"], &["c.go"], &["a.go"], Some(false)),
            (&["a.go", "stub.go"], &["c.go"], &["a.go"], Some(true)),
            (&["a.go", "pure.go"], &["c.go"], &["a.go"], None),
            (&["a.go"], &[], &["a.go"], None),
        ] {
            let found = need(&listed(directory.path(), without), &with(cgo, go));
            assert_eq!(found, expected, "{without:?} {cgo:?}");
        }
    }

    #[test]
    fn files_of_other_systems_show_nothing() {
        for (name, expected) in [
            ("x_windows.go", true),
            ("x_darwin_arm64.go", true),
            ("x.go", false),
            ("windows.go", false),
            ("sqlite3_load_extension.go", false),
        ] {
            assert_eq!(is_of_other_system(name), expected, "{name}");
        }
    }

    #[test]
    fn a_package_is_blamed_by_its_path() {
        let package = |path: &str| CgoPackage {
            import_path: path.into(),
            imported_by: None,
            proof: ("c.go".into(), 3, "import \"C\"".into()),
            is_certain: false,
        };
        let packages = [package("example.com/a"), package("example.com/ab")];
        let output = "# example.com/a\n./a.go:1:1: undefined: c\n# other.com/x [other]\n";
        assert_eq!(blamed(&packages, output), [package("example.com/a")]);
        assert_eq!(blamed(&packages, "# example.com/c\n"), []);
    }

    #[test]
    fn who_imports_a_package_is_of_another_module_where_possible() {
        let package = |path: &str, imports: &[&str]| ListedPackage {
            import_path: path.into(),
            imports: imports.iter().map(ToString::to_string).collect(),
            ..listed(Path::new(""), &[])
        };
        let all = [
            package("example.com/x/lib/sub", &["example.com/x/lib/c"]),
            package("example.com/y/app", &["example.com/x/lib/c"]),
            package("example.com/z", &["example.com/x/lib/sub"]),
        ];
        let found = |path: &str| importer(path, &all);
        assert_eq!(
            found("example.com/x/lib/c").as_deref(),
            Some("example.com/y/app")
        );
        assert_eq!(
            found("example.com/x/lib/sub").as_deref(),
            Some("example.com/z")
        );
        assert_eq!(found("example.com/z"), None);
    }
}
