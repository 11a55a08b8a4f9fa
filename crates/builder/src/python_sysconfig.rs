//! What a Python says of where it is installed. Pure: texts with the places of Debian's packages become texts
//! with those of a tree of its own.

/// Values that stay: programs and directories of the system, which are no part of the tree.
const OF_THE_SYSTEM: &[&str] = &[
    "DTRACE",
    "INSTALL",
    "INSTALL_DATA",
    "INSTALL_PROGRAM",
    "INSTALL_SCRIPT",
    "INSTALL_SHARED",
    "TZPATH",
    "WHEEL_PKG_DIR",
];

/// A file with one `'name': 'value'` a line, as `_sysconfigdata__*.py` and the JSON files beside it have them.
/// Values that begin with a place of the packages get that of the tree, with the lines that continue them.
pub(crate) fn relocate_variables(text: &str, multiarch: &str, prefix: &str) -> String {
    let mut is_place = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let value = Variable::parse(line);
        is_place = value.as_ref().map_or(is_place, Variable::is_place);
        let start = value.map_or(0, |value| line.len() - value.value.len());
        let (name, value) = line.split_at(start);
        if is_place {
            format!("{name}{}", relocate(value, multiarch, prefix))
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}

/// A text in which every place is one of the tree, as in files for pkg-config.
pub(crate) fn relocate(text: &str, multiarch: &str, prefix: &str) -> String {
    let mut text = text.to_owned();
    // The tree has one directory for the files of the architecture and the others.
    for directory in ["lib", "include"] {
        let (nested, plain) = (
            format!("/usr/{directory}/{multiarch}"),
            format!("/usr/{directory}"),
        );
        text = text.replace(&nested, &plain);
    }
    text.replace("/usr", prefix)
}

/// A line with a name.
struct Variable<'a> {
    name: &'a str,
    /// To the end of the line, without the first quote.
    value: &'a str,
}

impl<'a> Variable<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let start = line.find(['\'', '"'])?;
        let quote = line[start..].chars().next()?;
        let (name, rest) = line[start + 1..].split_once(quote)?;
        let value = rest.strip_prefix(": ")?;
        let value = value.strip_prefix(quote).unwrap_or(value);
        Some(Self { name, value })
    }

    fn is_place(&self) -> bool {
        let rest = self.value.strip_prefix("/usr");
        let is_place = rest.is_some_and(|rest| rest.starts_with(['/', ' ', '\'', '"']));
        is_place && !OF_THE_SYSTEM.contains(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_packages_become_places_of_the_tree() {
        let text = "\
build_time_vars = {'ABIFLAGS': '',
 'BINDIR': '/usr/bin',
 'CONFIG_ARGS': \"'--enable-shared' '--prefix=/usr' \"
                \"'--libdir=/usr/lib/a-b'\",
 'DESTDIRS': '/usr /usr/lib/a-b /usr/lib/a-b/python3.13 '
             '/usr/lib/python3.13/lib-dynload',
 'DIRMODE': 755,
 'INCLUDEPY': '/usr/include/python3.13',
 'INSTALL': '/usr/bin/install -c',
 'LIBDIR': '/usr/lib/a-b',
 'LIBPL': '/usr/lib/python3.13/config-3.13-a-b',
 'TZPATH': '/usr/share/zoneinfo:/usr/lib/zoneinfo',
 'prefix': '/usr'}
  \"base_prefix\": \"/usr\",
";
        insta::assert_snapshot!(relocate_variables(text, "a-b", "/opt/x"), @r#"
        build_time_vars = {'ABIFLAGS': '',
         'BINDIR': '/opt/x/bin',
         'CONFIG_ARGS': "'--enable-shared' '--prefix=/usr' "
                        "'--libdir=/usr/lib/a-b'",
         'DESTDIRS': '/opt/x /opt/x/lib /opt/x/lib/python3.13 '
                     '/opt/x/lib/python3.13/lib-dynload',
         'DIRMODE': 755,
         'INCLUDEPY': '/opt/x/include/python3.13',
         'INSTALL': '/usr/bin/install -c',
         'LIBDIR': '/opt/x/lib',
         'LIBPL': '/opt/x/lib/python3.13/config-3.13-a-b',
         'TZPATH': '/usr/share/zoneinfo:/usr/lib/zoneinfo',
         'prefix': '/opt/x'}
          "base_prefix": "/opt/x",
        "#);
    }
}
