//! A program that tells what it was started with.

use std::io::Write as _;

/// Names under which this program is a probe.
pub(crate) const NAMES: [&str; 3] = ["probe", "node", "other"];

/// Tells and gives the exit status, if this process was started as a probe. An argument `exit=N` chooses it.
pub(crate) fn play() -> Option<i32> {
    let arguments: Vec<_> = std::env::args_os().collect();
    let name = std::path::Path::new(arguments.first()?)
        .file_name()?
        .to_str()?;
    if !NAMES.contains(&name) {
        return None;
    }
    let mut text = String::new();
    text += "start";
    for argument in &arguments {
        text += &format!(" <{}>", argument.display().to_string().escape_debug());
    }
    let here = std::env::current_dir().unwrap();
    text += &format!("\nin {}\n", here.display());
    let mut environment: Vec<_> = std::env::vars_os().collect();
    environment.sort();
    for (name, value) in environment {
        let value = value.display().to_string();
        text += &format!("  {}={}\n", name.display(), value.escape_debug());
    }
    std::io::stdout().write_all(text.as_bytes()).unwrap();
    let status = arguments
        .iter()
        .filter_map(|argument| argument.to_str()?.strip_prefix("exit="));
    Some(
        status
            .filter_map(|status| status.parse().ok())
            .next_back()
            .unwrap_or(0),
    )
}
