//! Whether a locked package can be installed without compiling anything, by the names of its files (PEP 427, PEP 600).

use crate::locks::LockedPackage;
use crate::python_version::PythonVersion;

/// The glibc of the run image, by its second number.
const GLIBC: u64 = 41;

/// How many of the packages of indexes have wheels, and none for this version of Python on this machine.
///
/// A package without any wheel must be compiled whatever the version is, so it doesn't count.
pub(crate) fn without_wheel(
    packages: &[LockedPackage],
    version: &PythonVersion,
    architecture: &str,
) -> usize {
    let lacks = |package: &&LockedPackage| {
        let mut wheels = package.files.iter().filter(|file| is_wheel(file));
        let has_some = wheels.clone().any(|file| is_for_linux(file));
        has_some && !wheels.any(|file| fits(file, version.minor(), architecture))
    };
    packages.iter().filter(lacks).count()
}

fn is_wheel(file: &str) -> bool {
    file.strip_suffix(".whl").is_some()
}

fn is_for_linux(file: &str) -> bool {
    tags(file).is_some_and(|(_, _, platforms)| {
        platforms
            .split('.')
            .any(|platform| platform == "any" || platform.contains("linux"))
    })
}

/// The tags of Python, of the ABI and of the platform.
fn tags(file: &str) -> Option<(&str, &str, &str)> {
    let mut parts = file.strip_suffix(".whl")?.rsplit('-');
    let (platform, abi, python) = (parts.next()?, parts.next()?, parts.next()?);
    Some((python, abi, platform))
}

fn fits(file: &str, minor: u64, architecture: &str) -> bool {
    let Some((pythons, abis, platforms)) = tags(file) else {
        return false;
    };
    let mut platforms = platforms.split('.');
    if !platforms.any(|platform| platform_fits(platform, architecture)) {
        return false;
    }
    let own = format!("cp3{minor}");
    let any_abi = |abi: &str| abis.split('.').any(|other| other == abi);
    pythons.split('.').any(|python| {
        if let Some(of_cpython) = python
            .strip_prefix("cp3")
            .and_then(|text| text.parse::<u64>().ok())
        {
            (python == own && (any_abi(&own) || any_abi("none")))
                || (of_cpython <= minor && any_abi("abi3"))
        } else {
            let of_python = python.strip_prefix("py3").unwrap_or("none");
            let is_old_enough = of_python.parse::<u64>().is_ok_and(|least| least <= minor);
            (of_python.is_empty() || is_old_enough) && any_abi("none")
        }
    })
}

fn platform_fits(platform: &str, architecture: &str) -> bool {
    let machine = match architecture {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        other => other,
    };
    if platform == "any" {
        return true;
    }
    let Some(libc) = platform
        .strip_suffix(machine)
        .and_then(|rest| rest.strip_suffix('_'))
    else {
        return false;
    };
    match libc.strip_prefix("manylinux_2_") {
        Some(glibc) => glibc.parse::<u64>().is_ok_and(|least| least <= GLIBC),
        None => matches!(
            libc,
            "manylinux1" | "manylinux2010" | "manylinux2014" | "linux"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locks::PackageSource;

    #[test]
    fn wheels_that_fit() {
        let table = [
            ("a-1-py3-none-any.whl", "11 13 14"),
            ("a-1-py2.py3-none-any.whl", "11 13 14"),
            ("a-1-py313-none-any.whl", "13 14"),
            (
                "a-1-cp313-cp313-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
                "13",
            ),
            ("a-1-cp311-cp311-musllinux_1_2_x86_64.whl", ""),
            ("a-1-cp311-cp311-manylinux_2_17_aarch64.whl", ""),
            ("a-1-cp39-abi3-manylinux_2_28_x86_64.whl", "11 13 14"),
            ("a-1-cp313-abi3-manylinux1_x86_64.whl", "13 14"),
            ("a-1-cp313-cp313t-manylinux_2_28_x86_64.whl", ""),
            ("a-1-cp313-cp313-manylinux_2_50_x86_64.whl", ""),
            ("a-1-cp313-cp313-win_amd64.whl", ""),
            ("a-1-1build-cp314-none-linux_x86_64.whl", "14"),
            ("a-1-py2-none-any.whl", ""),
            ("a-1.tar.gz", ""),
        ];
        for (file, expected) in table {
            let fitting = [11, 13, 14]
                .into_iter()
                .filter(|minor| fits(file, *minor, "amd64"));
            let fitting: Vec<String> = fitting.map(|minor| minor.to_string()).collect();
            assert_eq!(fitting.join(" "), expected, "{file}");
        }
        assert!(fits(
            "a-1-cp311-cp311-manylinux_2_17_aarch64.whl",
            11,
            "arm64"
        ));
    }

    #[test]
    fn only_packages_with_wheels_for_others_count() {
        let package = |files: &[&str]| LockedPackage {
            name: "a".to_owned(),
            version: "1".to_owned(),
            hashes: std::collections::BTreeSet::new(),
            files: files.iter().map(|&file| file.to_owned()).collect(),
            marker: None,
            source: PackageSource::Index,
        };
        let packages = [
            package(&["a-1-cp311-cp311-manylinux_2_17_x86_64.whl", "a-1.tar.gz"]),
            package(&["b-1.tar.gz"]),
            package(&["c-1-cp313-cp313-win_amd64.whl"]),
            package(&["d-1-py3-none-any.whl"]),
            package(&[]),
        ];
        let of_minor = |minor| without_wheel(&packages, &PythonVersion::of_minor(minor), "amd64");
        assert_eq!((of_minor(11), of_minor(13)), (0, 1));
    }
}
