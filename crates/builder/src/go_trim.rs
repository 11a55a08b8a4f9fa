//! Which files of a Go toolchain are left out. Pure: the rules and a path give a yes or a no.

use crate::go_data::Trim;
use crate::patterns::{name_matches, path_matches};

/// The platform whose files stay, by Go's names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct GoPlatform {
    pub(crate) os: &'static str,
    pub(crate) architecture: &'static str,
}

/// Every value of GOOS that Go's own build constraints know (`internal/syslist`). One that is
/// missing here only leaves some files in.
const KNOWN_SYSTEMS: &[&str] = &[
    "aix",
    "android",
    "darwin",
    "dragonfly",
    "freebsd",
    "hurd",
    "illumos",
    "ios",
    "js",
    "linux",
    "nacl",
    "netbsd",
    "openbsd",
    "plan9",
    "solaris",
    "wasip1",
    "windows",
    "zos",
];

/// Every value of GOARCH, from the same source.
const KNOWN_ARCHITECTURES: &[&str] = &[
    "386",
    "amd64",
    "amd64p32",
    "arm",
    "armbe",
    "arm64",
    "arm64be",
    "loong64",
    "mips",
    "mipsle",
    "mips64",
    "mips64le",
    "mips64p32",
    "mips64p32le",
    "ppc",
    "ppc64",
    "ppc64le",
    "riscv",
    "riscv64",
    "s390",
    "s390x",
    "sparc",
    "sparc64",
    "wasm",
];

impl Trim {
    /// Whether the file or directory at `path` (relative to `GOROOT`, `/` between segments) is left
    /// out.
    pub(crate) fn leaves_out(&self, path: &str, is_file: bool, platform: GoPlatform) -> bool {
        if self.paths.iter().any(|pattern| path_matches(pattern, path)) {
            return true;
        }
        if !path.starts_with("src/") {
            return false;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        self.names.iter().any(|pattern| name_matches(pattern, name))
            || (is_file && self.other_platforms && is_for_another(name, platform))
    }

    /// Whether the file at `path` is one of the executables.
    pub(crate) fn strips(&self, path: &str) -> bool {
        self.strip.iter().any(|pattern| path_matches(pattern, path))
    }
}

/// Go's rule for file names (`go/build`, `goodOSArchFile`): what stands before the first dot ends in
/// `_GOOS`, `_GOARCH` or `_GOOS_GOARCH`; a name without an underscore has no such end.
fn is_for_another(name: &str, platform: GoPlatform) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    let mut parts: Vec<&str> = stem.split('_').skip(1).collect();
    if parts.last() == Some(&"test") {
        parts.pop();
    }
    let known_system = |part: &str| KNOWN_SYSTEMS.contains(&part);
    let known_architecture = |part: &str| KNOWN_ARCHITECTURES.contains(&part);
    match parts.as_slice() {
        [.., system, architecture] if known_system(system) && known_architecture(architecture) => {
            *system != platform.os || *architecture != platform.architecture
        }
        [.., last] if known_system(last) => *last != platform.os,
        [.., last] if known_architecture(last) => *last != platform.architecture,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::go_data::GoData;

    #[test]
    fn the_rules_of_this_tree() {
        let data = GoData::parse(include_str!("../../../stack/runtimes/go.toml")).unwrap();
        let platform = GoPlatform {
            os: "linux",
            architecture: "amd64",
        };
        let table = [
            ("api", false, true),
            ("bin/go", true, false),
            ("bin/gofmt", true, true),
            ("lib/time", false, false),
            ("lib/wasm", false, true),
            ("pkg/include/asm_ppc64x.h", true, false),
            ("pkg/tool/linux_amd64/compile", true, false),
            ("pkg/tool/linux_amd64/vet", true, true),
            ("src/cmd", false, true),
            ("src/debug/elf/testdata", false, true),
            ("src/fmt/print.go", true, false),
            ("src/fmt/print_test.go", true, true),
            ("src/os/file_linux.go", true, false),
            ("src/os/file_plan9.go", true, true),
            ("src/os/file_unix.go", true, false),
            ("src/runtime/asm_amd64.s", true, false),
            ("src/runtime/asm_arm64.s", true, true),
            ("src/runtime/sys_linux_amd64.s", true, false),
            ("src/runtime/sys_linux_s390x.s", true, true),
            ("src/runtime/linux.go", true, false),
            ("src/runtime/race/race_darwin_amd64.syso", true, true),
            ("src/syscall/js", false, false),
        ];
        for (path, is_file, expected) in table {
            let found = data.trim.leaves_out(path, is_file, platform);
            assert_eq!(found, expected, "{path}");
        }
        assert!(data.trim.strips("pkg/tool/linux_amd64/link"));
        assert!(data.trim.strips("bin/go"));
        assert!(!data.trim.strips("src/make.bash"));
    }
}
