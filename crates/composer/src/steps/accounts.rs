//! Users and groups.

use std::fmt::Write as _;

use oci::{Content, Entry};

use crate::definition::{Definition, Group};

const PASSWD: &str = "etc/passwd";
const GROUP: &str = "etc/group";

pub(super) fn outputs(definition: &Definition) -> Vec<String> {
    let homes = homes(definition).map(|(home, _)| home);
    [PASSWD.to_owned(), GROUP.to_owned()]
        .into_iter()
        .chain(homes)
        .collect()
}

pub(super) fn run(definition: &Definition) -> Vec<(String, Entry)> {
    let mut passwd = String::new();
    for user in &definition.users {
        let _ = writeln!(
            passwd,
            "{name}:x:{}:{}:{name}:{}:{}",
            user.uid,
            user.gid,
            user.home,
            user.shell,
            name = user.name,
        );
    }
    let mut group = String::new();
    for Group { name, gid } in &definition.groups {
        let _ = writeln!(group, "{name}:x:{gid}:");
    }
    let file = |text: String| Entry::file(0o644, Content::Bytes(text.into_bytes()));
    [
        (PASSWD.to_owned(), file(passwd)),
        (GROUP.to_owned(), file(group)),
    ]
    .into_iter()
    .chain(homes(definition))
    .collect()
}

fn homes(definition: &Definition) -> impl Iterator<Item = (String, Entry)> {
    definition.users.iter().filter_map(|user| {
        let mode = user.home_mode?.0;
        let path = user.home.trim_start_matches('/').to_owned();
        Some((path, Entry::directory(mode).owned_by(user.uid, user.gid)))
    })
}
