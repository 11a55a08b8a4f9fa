//! Patterns of paths in the data of runtimes.

/// Whether a path, `/` between its segments, has the form of a pattern, segment by segment.
pub(crate) fn path_matches(pattern: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    pattern.split('/').all(|wanted| {
        segments
            .next()
            .is_some_and(|segment| name_matches(wanted, segment))
    }) && segments.next().is_none()
}

/// At most two `*`, each of which stands for any text.
pub(crate) fn name_matches(pattern: &str, name: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(name) = name.strip_prefix(start) else {
        return false;
    };
    match rest.split_once('*') {
        None => name.ends_with(rest),
        Some((middle, end)) => {
            let found = name.find(middle).map(|at| &name[at + middle.len()..]);
            found.is_some_and(|name| name.ends_with(end))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text_of_one_segment() {
        for (pattern, path, expected) in [
            ("a/b", "a/b", true),
            ("a/b", "a/b/c", false),
            ("a", "a/b", false),
            ("a/*", "a/b", true),
            ("a/*", "a/b/c", false),
            ("*_test.go", "x_test.go", true),
            ("*_test.go", "x_test.gox", false),
            ("ab*ba", "aba", false),
            ("ab*ba", "abba", true),
            ("_*test*", "_ctypes_test.so", true),
            ("_*test*", "_ctypes.so", false),
            ("_*test*", "x_test.so", false),
        ] {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
