//! The records of packages as `apt-cache show` prints them.

use std::collections::BTreeMap;

use oci::Digest;

/// A version of a package that the archive has today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Available {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The source package.
    pub(crate) source: String,
    /// Bytes of the `.deb`.
    pub(crate) size: u64,
    /// The digest of the `.deb`.
    pub(crate) digest: Digest,
}

/// The versions of each package, newest first, as `apt-cache show` orders them. Records without a
/// digest, and so without a file in the archive, are left out.
pub(super) fn parse(text: &str) -> BTreeMap<String, Vec<Available>> {
    let mut packages: BTreeMap<String, Vec<Available>> = BTreeMap::new();
    for record in text.split("\n\n") {
        if let Some(available) = parse_record(record) {
            let versions = packages.entry(available.name.clone()).or_default();
            if !versions.contains(&available) {
                versions.push(available);
            }
        }
    }
    packages
}

fn parse_record(record: &str) -> Option<Available> {
    let field = |name: &str| {
        record.lines().find_map(|line| {
            line.strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(": "))
        })
    };
    let name = field("Package")?.to_owned();
    // `Source: busybox (1:1.37.0-6)` where the versions differ.
    let source = field("Source")
        .and_then(|source| source.split(' ').next())
        .unwrap_or(&name)
        .to_owned();
    Some(Available {
        version: field("Version")?.to_owned(),
        source,
        size: field("Size")?.parse().ok()?,
        digest: format!("sha256:{}", field("SHA256")?).parse().ok()?,
        name,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read_newest_first_and_once() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let record = |version: &str| {
            format!(
                "Package: busybox-static\nSource: busybox (1:1.37.0-6)\nVersion: {version}\n\
                 Description: shell\n Size: 7\nSize: 955316\nSHA256: {hex}\n"
            )
        };
        let text = [record("2"), record("1"), record("1"), "Package: x\n".into()].join("\n");
        let available = |version: &str| Available {
            name: "busybox-static".into(),
            version: version.into(),
            source: "busybox".into(),
            size: 955_316,
            digest: Digest::of(b""),
        };
        let expected = vec![available("2"), available("1")];
        let expected = BTreeMap::from([("busybox-static".to_owned(), expected)]);
        assert_eq!(parse(&text), expected);
    }
}
