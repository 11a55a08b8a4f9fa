//! Finding the one error message in the output of a build.

/// Messages that only say where the real one stands: a buildpack has explained itself before.
const POINTERS: &[&str] = &["build/buildpack-failed", "build/detect-failed"];

/// The id and the text of the one message in an output. None when there is none or more than one, since
/// a failure must be explained once.
#[must_use]
pub fn message_in(text: &str) -> Option<(String, String)> {
    let mut messages = messages_in(text);
    let only = messages.pop();
    only.filter(|_| messages.is_empty())
}

/// The ids and the texts of all messages in an output, each from `[Error: ` to the line that is its id,
/// without those that only point to another.
#[must_use]
pub fn messages_in(text: &str) -> Vec<(String, String)> {
    let mut messages = Vec::new();
    let mut current: Option<Vec<&str>> = None;
    for line in text.lines() {
        if let Some(start) = line.find("[Error: ") {
            current = Some(vec![&line[start..]]);
        } else if let Some(lines) = &mut current {
            lines.push(line);
            if let Some(id) = id_of(line) {
                if !POINTERS.contains(&id) {
                    messages.push((id.to_owned(), format!("{}\n", lines.join("\n"))));
                }
                current = None;
            }
        }
    }
    messages
}

/// `(go/version/unknown)` alone on a line.
fn id_of(line: &str) -> Option<&str> {
    let id = line.strip_prefix('(')?.strip_suffix(')')?;
    let part = |part: &str| {
        let mut letters = part.bytes();
        !part.is_empty() && letters.all(|byte| byte.is_ascii_lowercase() || byte == b'-')
    };
    (id.contains('/') && id.split('/').all(part)).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: &str =
        "[Error: No Go files]\nThere are none (looked twice).\n\n(see below)\n(go/no-files)\n";

    #[test]
    fn the_message_ends_with_its_id() {
        let text = format!("===> BUILDING\n{MESSAGE}ERROR: failed to build\n");
        let found = message_in(&text).unwrap();
        assert_eq!(found, ("go/no-files".to_owned(), MESSAGE.to_owned()));
    }

    #[test]
    fn a_message_that_points_to_another_is_none() {
        let pointer = "[Error: The app isn't built]\nSee above.\n(build/buildpack-failed)\n";
        let found = message_in(&format!("{MESSAGE}{pointer}")).unwrap();
        assert_eq!(found.0, "go/no-files");
        assert_eq!(message_in(pointer), None);
    }

    #[test]
    fn none_and_two_are_not_one() {
        assert_eq!(message_in("done\n"), None);
        assert_eq!(message_in(&MESSAGE.repeat(2)), None);
    }
}
