//! What apt prints of what it would do, and of packages.

use super::apt::Resolved;

/// What apt would do, of the lines of `--simulate`:
///
/// ```text
/// Inst libpq5 (17.12-0+deb13u1 Debian-Security:13/stable-security [amd64])
/// Inst libc6 [2.41-12] (2.41-13 Debian:13.7/stable [amd64])
/// Remv tzdata [2026a-0]
/// ```
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Simulated {
    /// Names and versions, sorted.
    pub(super) installs: Vec<(String, String)>,
    /// What would become of packages of the run image.
    pub(super) changes: Vec<String>,
}

impl Simulated {
    pub(super) fn parse(text: &str) -> Self {
        let mut simulated = Self::default();
        for line in text.lines() {
            let mut words = line.split(' ');
            let (what, name) = (words.next(), words.next().unwrap_or_default());
            let mut word = || {
                words
                    .next()
                    .unwrap_or_default()
                    .trim_matches(['[', ']', '(', ')'])
            };
            match what {
                Some("Inst") if line.contains(&format!("Inst {name} [")) => {
                    let (before, after) = (word(), word());
                    // To apt a package of which it knows less than the archive does is another one.
                    if before != after {
                        let change = format!("{name} {before} would become {after}");
                        simulated.changes.push(change);
                    }
                }
                Some("Inst") => simulated
                    .installs
                    .push((name.to_owned(), word().to_owned())),
                Some("Remv") => simulated
                    .changes
                    .push(format!("{name} {} would go", word())),
                _ => {}
            }
        }
        simulated.installs.sort();
        simulated
    }
}

/// Sections (Debian policy §2.4) of packages that nobody needs when an app runs.
const FOR_DEVELOPERS: [&str; 4] = ["debug", "devel", "doc", "libdevel"];

/// What only scripts of packages call. What is essential (policy §3.8), such as dpkg and tar, is so for them, too: a
/// system has it, and an app that needs it names it.
const FOR_SCRIPTS: [&str; 7] = [
    "adduser",
    "cdebconf",
    "debconf",
    "init-system-helpers",
    "install-info",
    "sensible-utils",
    "ucf",
];

/// The records that `apt-cache show` prints; `asked` are the names that the app asks for.
pub(super) fn records(text: &str, asked: &[&str]) -> Vec<Resolved> {
    let record = |text: &str| {
        let field = |name: &str| {
            let mut lines = text.lines().filter_map(|line| line.strip_prefix(name));
            lines.find_map(|rest| Some(rest.strip_prefix(": ")?.to_owned()))
        };
        let name = field("Package")?;
        let section = field("Section").unwrap_or_default();
        // `non-free/libs` of other components than main.
        let section = section.rsplit('/').next().unwrap_or_default();
        let is_of_system = field("Essential").is_some() || FOR_SCRIPTS.contains(&name.as_str());
        Some(Resolved {
            is_in_image: !FOR_DEVELOPERS.contains(&section)
                && (!is_of_system || asked.contains(&name.as_str())),
            name,
            version: field("Version")?,
            architecture: field("Architecture")?,
            sha256: field("SHA256")?,
        })
    };
    text.split("\n\n").filter_map(record).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_apt_would_do_is_read() {
        let text = "Reading package lists...\nInst libpq5 (17.12-0+deb13u1 Debian:13.7/stable [amd64])\n\
                    Inst openssl-provider-legacy (3.5.7-1 Debian:13.7/stable [amd64]) []\n\
                    Inst libc6 [2.41-12] (2.41-13 Debian:13.7/stable [amd64]) [a:amd64 ]\n\
                    Inst libgcc-s1 [14.2.0-19] (14.2.0-19 Debian:13.7/stable [amd64])\n\
                    Remv tzdata [2026a-0]\nConf libpq5 (17.12-0 Debian:13.7/stable [amd64])\n";
        insta::assert_debug_snapshot!(Simulated::parse(text), @r#"
        Simulated {
            installs: [
                (
                    "libpq5",
                    "17.12-0+deb13u1",
                ),
                (
                    "openssl-provider-legacy",
                    "3.5.7-1",
                ),
            ],
            changes: [
                "libc6 2.41-12 would become 2.41-13",
                "tzdata 2026a-0 would go",
            ],
        }
        "#);
    }

    #[test]
    fn records_without_a_sum_do_not_count() {
        let text = "Package: libpq5\nVersion: 17\nArchitecture: amd64\nSection: libs\nSHA256: 12ab\n\n\
                    Package: libpq5\nVersion: 16\nArchitecture: amd64\n";
        let lines: Vec<String> = records(text, &[]).iter().map(Resolved::line).collect();
        assert_eq!(lines, ["libpq5 17 amd64 image 12ab"]);
    }

    #[test]
    fn what_is_for_developers_and_for_scripts_stays_out_of_images() {
        let is_in_image = |(name, fields): (&str, &str)| {
            let text =
                format!("Package: {name}\n{fields}\nVersion: 1\nArchitecture: all\nSHA256: 0\n");
            records(&text, &["grep"])[0].is_in_image
        };
        for (package, expected) in [
            (("libpq5", "Section: libs"), true),
            (("libpq-dev", "Section: libdevel"), false),
            (("a", "Section: non-free/libs"), true),
            (("b", "Section: contrib/devel"), false),
            (("tar", "Section: utils\nEssential: yes"), false),
            (("grep", "Section: utils\nEssential: yes"), true),
            (("debconf", "Section: admin"), false),
        ] {
            assert_eq!(is_in_image(package), expected, "{package:?}");
        }
    }
}
