//! What documents say of versions that are pinned elsewhere.

/// The version of the lifecycle that a `go.mod` requires, without its `v`.
#[must_use]
pub fn lifecycle_version(requirements: &str) -> Option<&str> {
    let rest = requirements
        .split_once("github.com/buildpacks/lifecycle v")?
        .1;
    rest.split_whitespace().next()
}

/// The versions in the names of lifecycle images that a document has: `coracle/lifecycle:0.21.17`.
pub fn lifecycle_images(document: &str) -> impl Iterator<Item = &str> {
    let named = document.split("/lifecycle:").skip(1);
    named.map(|rest| {
        let is_version = |character: char| character.is_ascii_digit() || character == '.';
        let end = rest.find(|character| !is_version(character));
        rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lifecycle_images_have_versions() {
        let document = "use a/lifecycle:0.21.17, or `b.example/c/lifecycle:1.2.` and lifecycle:3";
        let versions: Vec<&str> = lifecycle_images(document).collect();
        assert_eq!(versions, ["0.21.17", "1.2"]);
        let requirements = "require github.com/buildpacks/lifecycle v0.21.17 // indirect\n";
        assert_eq!(lifecycle_version(requirements), Some("0.21.17"));
    }
}
