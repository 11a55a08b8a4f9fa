//! Text of others made safe to print.

/// Longer than any line that is worth reading.
const LINE: usize = 2_000;

/// Text from a user's file made safe to print: control characters and bidirectional overrides become
/// visible escapes, and what is longer than `limit` characters is cut with `…`.
#[must_use]
pub fn quote(text: &str, limit: usize) -> String {
    let mut quoted = String::new();
    for (count, character) in text.chars().enumerate() {
        if count == limit {
            quoted.push('…');
            break;
        }
        if character.is_control() || is_invisible(character) {
            quoted.extend(character.escape_unicode());
        } else {
            quoted.push(character);
        }
    }
    quoted
}

/// The same for every line of a text; line breaks and tabs stay what they are.
pub(crate) fn lines(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let cells: Vec<String> = line.split('\t').map(|cell| quote(cell, LINE)).collect();
        cells.join("\t")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Zero-width and bidirectional formatting characters (Unicode general category Cf that hide or
/// reorder text).
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_makes_the_invisible_visible_and_cuts() {
        assert_eq!(quote("1.2\u{feff}\n", 10), "1.2\\u{feff}\\u{a}");
        assert_eq!(quote("abcdef", 3), "abc…");
    }
}
