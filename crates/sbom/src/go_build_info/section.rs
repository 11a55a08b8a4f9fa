//! Build information as it lies in a program.

use super::{GoBuildInfo, parse};

/// What the linker of Go 1.18 and newer writes into the section `.go.buildinfo`, given the bytes of that section
/// (`debug/buildinfo` of Go): the text of [`GoBuildInfo`], between two marks of 16 bytes. Nothing where it isn't that;
/// older linkers wrote addresses.
#[must_use]
pub fn parse_section(section: &[u8]) -> Option<GoBuildInfo> {
    const MAGIC: &[u8] = b"\xff Go buildinf:";
    const HEADER: usize = 32;
    const INLINE: u8 = 2;
    let is_inline = section.get(MAGIC.len() + 1)? & INLINE != 0;
    if !section.starts_with(MAGIC) || !is_inline {
        return None;
    }
    let mut rest = section.get(HEADER..)?;
    let version = text(&mut rest)?;
    let modules = text(&mut rest)?;
    let modules = modules
        .get(16..modules.len().saturating_sub(16))
        .unwrap_or_default();
    let version = String::from_utf8_lossy(version);
    parse(&format!("{version}\n{}", String::from_utf8_lossy(modules)))
}

/// A text after its length, which is a `varint` of Go's `encoding/binary`.
fn text<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let mut length = 0_usize;
    for shift in (0..usize::BITS).step_by(7) {
        let (byte, more) = rest.split_first()?;
        *rest = more;
        length |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            let text = rest.get(..length)?;
            *rest = &rest[length..];
            return Some(text);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_section_of_a_program_has_the_same() {
        let text = "path\texample.com/a\nmod\texample.com/a\tv1.0.0\t\n".repeat(3);
        let mut section = b"\xff Go buildinf:\x08\x02".to_vec();
        section.resize(32, 0);
        section.push(8);
        section.extend(b"go1.26.8");
        let length = text.len() + 32;
        section.extend([
            u8::try_from(length & 0x7f).unwrap() | 0x80,
            u8::try_from(length >> 7).unwrap(),
        ]);
        section.extend([0xff; 16]);
        section.extend(text.as_bytes());
        section.extend([0xfe; 16]);
        let info = parse_section(&section).unwrap();
        assert_eq!(info, parse(&format!("go1.26.8\n{text}")).unwrap());
        for length in 0..section.len() {
            assert_eq!(parse_section(&section[..length]), None, "{length}");
        }
        section[15] = 0;
        assert_eq!(parse_section(&section), None);
        let endless = [&section[..15], &[2; 17][..], &[0xff; 40][..]].concat();
        assert_eq!(parse_section(&endless), None);
    }
}
