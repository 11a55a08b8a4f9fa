//! What a script says of itself in comments, `# /// script` (PEP 723, "Inline script metadata"). Pure.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::pyproject::normalised;

#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    dependencies: Vec<String>,
}

/// The dependencies that a script names, and that aren't among these packages.
pub(crate) fn not_installed(source: &str, installed: &BTreeSet<String>) -> Vec<String> {
    let Some(Metadata { mut dependencies }) = metadata(source) else {
        return Vec::new();
    };
    dependencies.retain(|dependency| !installed.contains(&name_of(dependency)));
    dependencies
}

/// As the specification's own reader takes it: lines of comments from `# /// script` to `# ///`.
fn metadata(source: &str) -> Option<Metadata> {
    let lines = source
        .lines()
        .skip_while(|line| line.trim_end() != "# /// script");
    let mut text = String::new();
    for line in lines.skip(1) {
        if line.trim_end() == "# ///" {
            return toml::from_str(&text).ok();
        }
        text += line.strip_prefix("# ").or(line.strip_prefix('#'))?;
        text.push('\n');
    }
    None
}

/// The name that a requirement begins with.
fn name_of(requirement: &str) -> String {
    let is_of_name =
        |character: &char| character.is_ascii_alphanumeric() || "-_.".contains(*character);
    let name: String = requirement.trim().chars().take_while(is_of_name).collect();
    normalised(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_script_needs_is_installed_or_named() {
        let installed = ["requests", "flask-login"].map(str::to_owned).into();
        for (source, missing) in [
            (
                "# /// script\n# dependencies = [\"requests<3\", \"Flask_Login[x]>=1\"]\n# ///\nprint()\n",
                &[] as &[&str],
            ),
            (
                "#!/usr/bin/env -S uv run\n# /// script\n# requires-python = \">=3.11\"\n# dependencies = [\n#   \"rich >= 13\",\n#\n#   \"requests\",\n# ]\n# ///\nimport rich\n",
                &["rich >= 13"],
            ),
            ("# /// script\n# requires-python = \">=3.11\"\n# ///\n", &[]),
            (
                "# /// script\n# dependencies = [\"rich\"]\nprint()\n# ///\n",
                &[],
            ),
            ("# /// other\n# dependencies = [\"rich\"]\n# ///\n", &[]),
            ("import rich\n", &[]),
        ] {
            assert_eq!(not_installed(source, &installed), missing, "{source}");
        }
    }
}
