//! Requirement files of all kinds.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::*;

/// Files from the text of [`testkit`]'s archives, and one variable.
struct Files(BTreeMap<PathBuf, String>);

impl Files {
    fn new(text: &str) -> Self {
        let mut files: BTreeMap<PathBuf, String> = BTreeMap::new();
        let mut name = PathBuf::from(FILE);
        for line in text.lines() {
            if let Some(path) = line
                .strip_prefix("-- ")
                .and_then(|line| line.strip_suffix(" --"))
            {
                name = path.into();
            } else {
                let file = files.entry(name.clone()).or_default();
                file.push_str(line);
                file.push('\n');
            }
            files.entry(name.clone()).or_default();
        }
        Self(files)
    }
}

impl Tree for Files {
    type Error = RequirementsError;

    fn text(&mut self, file: &Path) -> Result<Option<String>, RequirementsError> {
        Ok(self.0.get(file).cloned())
    }

    fn has(&self, path: &Path) -> bool {
        self.0.keys().any(|file| file.starts_with(path))
    }

    fn variable(&self, name: &str) -> Option<String> {
        (name == "TOKEN" || name == "VERSION").then(|| "1.0".to_owned())
    }
}

fn requirements(text: &str) -> Result<Requirements, RequirementsError> {
    let start = [(PathBuf::from(FILE), Origin::Default)];
    read(&start, Path::new("/workspace"), &mut Files::new(text))
}

fn shown(text: &str) -> String {
    let found = match requirements(text) {
        Ok(found) => found,
        Err(error) => return format!("error: {error}\n"),
    };
    let mut shown = String::new();
    for line in &found.lines {
        let _ = writeln!(shown, "{line}");
    }
    for line in &found.constraints {
        let _ = writeln!(shown, "-c {line}");
    }
    let flags = [
        ("--pre", found.prereleases),
        ("hashed", found.hashed),
        ("extra index", found.has_extra_index),
    ];
    for (name, _) in flags.iter().filter(|(_, is_on)| *is_on) {
        let _ = writeln!(shown, "({name})");
    }
    let names: Vec<&str> = found.names.iter().map(String::as_str).collect();
    let _ = writeln!(shown, "names: {}", names.join(" "));
    for (what, paths) in [("copied", &found.copied), ("editable", &found.editable)] {
        for path in paths {
            let _ = writeln!(shown, "{what}: {:?}", path.display().to_string());
        }
    }
    shown
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table and what it gives")]
fn what_pip_reads_uv_gets() {
    let text = "\
# the web
Flask[async] >= 3.0 ; python_version > '3.8'   # pinned later
requests==2.32.3 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
urllib3 == ${VERSION}
-r requirements/base.txt
-cconstraints.txt
--pre
-i https://${TOKEN}@packages.example.com/simple
--extra-index-url=https://other.example.com/simple
-f wheels
--no-binary :all:
--prefer-binary
-e .
-e ./libs/one[extra]
./libs/two ; sys_platform == 'linux'
vendor/three-1.0-py3-none-any.whl
-e git+https://example.com/four@v1#egg=Four_Pack
git+ssh://git@example.com/five.git@v2
six @ https://example.com/six.zip#subdirectory=a
-- constraints.txt --
idna<4
-- requirements/base.txt --
-r more.txt
--find-links ../wheels
-- requirements/more.txt --
seven
-- wheels/x.whl --
-- libs/one/setup.py --
-- libs/two/setup.py --
-- vendor/three-1.0-py3-none-any.whl --
-- setup.py --
";
    insta::assert_snapshot!(shown(text), @r#"
    Flask[async] >= 3.0 ; python_version > '3.8'
    requests==2.32.3 --hash=sha256:aaaa --hash=sha256:bbbb
    urllib3 == 1.0
    seven
    --find-links /workspace/wheels
    --index-url https://${TOKEN}@packages.example.com/simple
    --extra-index-url https://other.example.com/simple
    --find-links /workspace/wheels
    --no-binary :all:
    --prefer-binary
    -e /workspace
    -e /workspace/libs/one[extra]
    /workspace/libs/two ; sys_platform == 'linux'
    /workspace/vendor/three-1.0-py3-none-any.whl
    git+https://example.com/four@v1#egg=Four_Pack
    git+ssh://git@example.com/five.git@v2
    six @ https://example.com/six.zip#subdirectory=a
    -c idna<4
    (--pre)
    (hashed)
    (extra index)
    names: flask four-pack requests seven six urllib3
    copied: "libs/two"
    copied: "vendor/three-1.0-py3-none-any.whl"
    editable: ""
    editable: "libs/one"
    "#);
}

#[test]
fn what_can_not_be_used_is_told() {
    let texts = [
        "a ${NOT_SET}",
        "-i https://${NOT_SET}@example.com",
        "a ${lower} $HOME",
        "-r other.txt",
        "-r other.txt\n-- other.txt --\n-r requirements.txt",
        "-r ../other.txt",
        "./libs",
        "../libs",
        "a @ file:///croot/a.whl",
        "a @ file:///workspace/a.whl",
        "-r",
        "--global-option build",
        "a --config-settings x=y",
        "--no-such-option",
        "a --hash=sha256:1\n-c c.txt\n-- c.txt --\nb --hash=sha256:2",
        "== 3",
        "",
    ];
    let lines = texts.map(|text| format!("{text:?}: {}", shown(text).trim_end()));
    insta::assert_snapshot!(lines.join("\n"), @r#"
    "a ${NOT_SET}": error: NOT_SET in requirements.txt line 1 isn't set
    "-i https://${NOT_SET}@example.com": error: NOT_SET in requirements.txt line 1 isn't set
    "a ${lower} $HOME": a ${lower} $HOME
    names: a
    "-r other.txt": error: other.txt isn't there
    "-r other.txt\n-- other.txt --\n-r requirements.txt": error: requirements.txt includes itself
    "-r ../other.txt": error: ../other.txt leads out of the app
    "./libs": error: libs isn't there
    "../libs": error: ../libs leads out of the app
    "a @ file:///croot/a.whl": error: file:///croot/a.whl leads out of the app
    "a @ file:///workspace/a.whl": a @ file:///workspace/a.whl
    names: a
    "-r": error: -r in requirements.txt line 1 has no value
    "--global-option build": error: --global-option in requirements.txt line 1 isn't supported
    "a --config-settings x=y": error: --config-settings in requirements.txt line 1 isn't supported
    "--no-such-option": error: --no-such-option in requirements.txt line 1 isn't supported
    "a --hash=sha256:1\n-c c.txt\n-- c.txt --\nb --hash=sha256:2": a --hash=sha256:1
    -c b --hash=sha256:2
    (hashed)
    names: a
    "== 3": error: requirements.txt line 1 is no requirement
    "": error: requirements.txt isn't there
    "#);
}

#[test]
fn every_encoding_that_pip_knows() {
    let of_units = |bytes: fn(u16) -> [u8; 2], mark: [u8; 2]| {
        let mut encoded = mark.to_vec();
        encoded.extend("é\r\nb".encode_utf16().flat_map(bytes));
        encoded
    };
    let expected = Some("é\r\nb".to_owned());
    assert_eq!(decode("é\r\nb".as_bytes()), expected);
    assert_eq!(decode("\u{feff}é\r\nb".as_bytes()), expected);
    assert_eq!(decode(&of_units(u16::to_le_bytes, [0xff, 0xfe])), expected);
    assert_eq!(decode(&of_units(u16::to_be_bytes, [0xfe, 0xff])), expected);
    assert_eq!(decode(&[0xff, 0xfe, 0]), None);
    assert_eq!(decode(&[b'a', 0xe9]), None);
}
