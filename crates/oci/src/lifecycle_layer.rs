//! A directory as the lifecycle packs it into a layer of an app's image: to the byte, so that a layer that is made
//! here has the diffID of one that the lifecycle would have made.
//!
//! The format is that of Go's `archive/tar` under the lifecycle's `layers` and `archive` (0.21.17): ustar, absolute
//! names, the directories above, directories before what they hold and without a slash at the end, entries of a
//! directory by name, [`FILE_TIME`].

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use tar::{EntryType, Header};

use crate::layer::write_blob;
use crate::{Compression, FILE_TIME, Layer};

/// User and group of the build, which own what it makes.
const OWNER: u64 = 1000;

/// The modes of the directories above the packed one, and of links.
const DIRECTORY: u32 = 0o755;
const LINK: u32 = 0o777;

/// Bytes of a block, and of the two fields that a name has in a header.
const BLOCK: usize = 512;
const NAME: usize = 100;
const PREFIX: usize = 155;

/// Writes `directory` as a gzip-compressed layer into `blobs`, under the name that its digest gives it, for an image
/// that has it at the absolute path `at`.
///
/// # Errors
/// When something can't be read or written, isn't a file, a directory or a link, or has a name that ustar can't
/// hold.
pub fn write_lifecycle_layer(
    directory: &Path,
    at: &str,
    compression: Compression,
    blobs: &Path,
) -> io::Result<Layer> {
    write_blob(compression, blobs, |writer| {
        for (end, _) in at.match_indices('/').skip(1) {
            append(
                entry(&at[..end], EntryType::Directory, DIRECTORY)?,
                &[],
                writer,
            )?;
        }
        write_entry(directory, at, writer)?;
        // Go ends an archive with two empty blocks, and doesn't fill up the record of twenty.
        writer.write_all(&[0; 2 * BLOCK])
    })
}

fn write_entry(path: &Path, name: &str, writer: &mut dyn Write) -> io::Result<()> {
    let metadata = fs_err::symlink_metadata(path)?;
    let mode = metadata.permissions().mode() & 0o7777;
    if metadata.is_symlink() {
        let target = fs_err::read_link(path)?;
        let target = target.as_os_str().as_encoded_bytes();
        if !target.is_ascii() {
            return Err(unfit(name));
        }
        let mut link = entry(name, EntryType::Symlink, LINK)?;
        link.set_link_name_literal(target)?;
        append(link, &[], writer)
    } else if metadata.is_file() {
        let file = entry(name, EntryType::Regular, mode)?;
        append(file, &fs_err::read(path)?, writer)
    } else if metadata.is_dir() {
        append(entry(name, EntryType::Directory, mode)?, &[], writer)?;
        let names = fs_err::read_dir(path)?.map(|entry| Ok(entry?.file_name()));
        let mut names = names.collect::<io::Result<Vec<_>>>()?;
        names.sort();
        for below in names {
            let name = format!("{name}/{}", below.to_string_lossy());
            write_entry(&path.join(below), &name, writer)?;
        }
        Ok(())
    } else {
        let problem = format!("{} is neither a file nor a directory", path.display());
        Err(io::Error::other(problem))
    }
}

fn entry(path: &str, kind: EntryType, mode: u32) -> io::Result<Header> {
    let mut header = Header::new_ustar();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_uid(OWNER);
    header.set_gid(OWNER);
    header.set_mtime(FILE_TIME.into());
    header.set_device_major(0)?;
    header.set_device_minor(0)?;
    let (prefix, name) = split(path).ok_or_else(|| unfit(path))?;
    let Some(ustar) = header.as_ustar_mut() else {
        return Err(unfit(path));
    };
    ustar.name[..name.len()].copy_from_slice(name.as_bytes());
    ustar.prefix[..prefix.len()].copy_from_slice(prefix.as_bytes());
    Ok(header)
}

/// As `splitUSTARPath` of `archive/tar`: at the last slash that leaves a prefix that fits.
fn split(path: &str) -> Option<(&str, &str)> {
    if !path.is_ascii() {
        return None;
    }
    if path.len() <= NAME {
        return Some(("", path));
    }
    let (prefix, _) = path[..path.len().min(PREFIX + 1)].rsplit_once('/')?;
    let name = &path[prefix.len() + 1..];
    (!prefix.is_empty() && !name.is_empty() && name.len() <= NAME).then_some((prefix, name))
}

fn unfit(name: &str) -> io::Error {
    io::Error::other(format!("{name} doesn't fit into a ustar header"))
}

fn append(mut header: Header, bytes: &[u8], writer: &mut dyn Write) -> io::Result<()> {
    header.set_size(bytes.len() as u64);
    header.set_cksum();
    // Six digits, a zero and a space, as Go has it; the crate writes seven digits and a zero.
    let sum = format!("{:06o}\0 ", header.cksum()?);
    header.as_old_mut().cksum.copy_from_slice(sum.as_bytes());
    writer.write_all(header.as_bytes())?;
    writer.write_all(bytes)?;
    let rest = bytes.len().next_multiple_of(BLOCK) - bytes.len();
    writer.write_all(&[0; BLOCK][..rest])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digest is what `DirLayer` of the lifecycle 0.21.17 gives for this directory at that path.
    #[test]
    fn a_layer_is_the_one_that_the_lifecycle_makes() {
        let long = format!("{}/{}", "d".repeat(70), "f".repeat(60));
        let directory = testkit::directory(&format!(
            "-- x/bin/python3.13 0755 --\nprogram\n-- x/lib/json/a.py --\n1\n-- x/lib/json.py --\n2\n\
             -- x/lib/{long} --\n3\n-- x/empty/ --\n-- blobs/ --\n"
        ));
        let path = |name: &str| directory.path().join(name);
        fs_err::os::unix::fs::symlink("python3.13", path("x/bin/python")).unwrap();

        let at = "/layers/coracle_python/python-3.13";
        let layer =
            write_lifecycle_layer(&path("x"), at, Compression::Fast, &path("blobs")).unwrap();

        assert_eq!(
            layer.diff_id.to_string(),
            "sha256:d03d36a54e3682cf5c53c30d1907a4ba515da7723e386cbe1bd403dbfb251931"
        );
    }

    #[test]
    fn a_name_that_go_would_write_otherwise_is_an_error() {
        for name in ["ä", &"f".repeat(101)] {
            let directory = testkit::directory(&format!("-- x/{name} --\n1\n-- blobs/ --\n"));
            let path = |name: &str| directory.path().join(name);
            let failed = write_lifecycle_layer(&path("x"), "/l", Compression::Fast, &path("blobs"));
            assert_eq!(
                failed.unwrap_err().to_string(),
                format!("/l/{name} doesn't fit into a ustar header")
            );
            assert_eq!(fs_err::read_dir(path("blobs")).unwrap().count(), 0);
        }
    }
}
