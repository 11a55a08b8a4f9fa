//! `coracle run`.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use builder::HostTools;
use explain::Explain as _;
use oci::Digest;
use platform::{BuildRequest, Delivery, ImageName, RunError, RunRequest, StoredImage};

use super::build::build;
use crate::arguments::Run;
use crate::context::{Context, bubblewrap, variables};
use crate::error::CommandError;
use crate::interrupt;

/// Bubblewrap takes an `int`.
const LARGEST_USER: u32 = i32::MAX.cast_unsigned();

/// Some apps load for long; the end of an app is seen at once, whatever this says.
const LONGEST_START: Duration = Duration::from_mins(2);

pub(crate) fn execute(context: &Context, arguments: Run) -> Result<ExitCode, CommandError> {
    let user = arguments
        .user
        .as_deref()
        .map_or(Ok((1000, 1000)), parse_user)?;
    let environment = variables(&arguments.env, &[] as &[&Path])?;
    let (image, tools) = image_and_tools(context, &arguments)?;
    let request = RunRequest {
        image,
        port: arguments.port,
        environment,
        user,
        process: arguments.process,
        arguments: arguments.arguments,
    };
    let mut app = platform::run(&context.store, &bubblewrap(&tools), &request)?;
    interrupt::hand_to(app.stopper());
    if !app.should_listen() {
        return Ok(exit_code(app.wait().map_err(CommandError::Wait)?));
    }
    match app.wait_until_listening(LONGEST_START) {
        Ok(()) => context
            .output
            .result(format_args!("Listening on http://127.0.0.1:{}", app.port())),
        Err(error @ RunError::Ended { status, port }) => {
            // A batch program has done what it is for.
            if status.success() {
                tracing::info!("The app ended without having listened on port {port}");
            } else if !interrupted(status) {
                context.output.error(error.explain().render().trim_end());
            }
            return Ok(exit_code(status));
        }
        Err(error) => return Err(error.into()),
    }
    Ok(exit_code(app.wait().map_err(CommandError::Wait)?))
}

/// Builds the directory, or finds the image in the store. A directory wins over an image of its name.
fn image_and_tools(
    context: &Context,
    arguments: &Run,
) -> Result<(ImageName, HostTools), CommandError> {
    let path = Path::new(&arguments.app);
    if path.is_dir() {
        let name: ImageName = name_of(path).parse()?;
        let request = BuildRequest {
            environment: variables(&arguments.build_env, &[] as &[&Path])?,
            bindings: arguments.bindings.bindings.clone(),
            ..BuildRequest::new(Delivery::to_store(name.clone()), path)
        };
        let (_, builder) = build(context, &arguments.builder, request)?;
        return Ok((name, builder.host_tools));
    }
    let nothing = || CommandError::NothingToRun(arguments.app.clone());
    let name: ImageName = arguments.app.parse().map_err(|_| nothing())?;
    // A damaged image is explained by the run itself.
    if let Ok(None) = StoredImage::open(&context.store, &name) {
        return Err(nothing());
    }
    let tools = context.host_tools(&arguments.builder)?;
    Ok((name, tools))
}

/// An image name made of the directory's: lower case, and a dash for what a repository can't have. With
/// the beginning of the digest of the whole path, since two directories of one name are two apps, of which
/// neither may see what the other's builds left, and none is the image that `coracle build` was told to
/// call so.
fn name_of(directory: &Path) -> String {
    let absolute = fs_err::canonicalize(directory).unwrap_or_else(|_| directory.to_owned());
    let digest = Digest::of(absolute.as_os_str().as_bytes());
    let name = absolute
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().to_lowercase());
    let words: Vec<&str> = name
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let name = if words.is_empty() {
        "app".to_owned()
    } else {
        words.join("-")
    };
    format!("{name}-{:.8}", digest.hex())
}

fn parse_user(text: &str) -> Result<(u32, u32), CommandError> {
    let (user, group) = text.split_once(':').unwrap_or((text, text));
    let is_taken = |number: &u32| *number <= LARGEST_USER;
    match (user.parse(), group.parse()) {
        (Ok(user), Ok(group)) if [user, group].iter().all(is_taken) => Ok((user, group)),
        _ => Err(CommandError::User(text.to_owned())),
    }
}

/// Whether the app ended because it was asked to.
fn interrupted(status: ExitStatus) -> bool {
    interrupt::was_interrupted() || matches!(shell_status(status), 130 | 143)
}

fn shell_status(status: ExitStatus) -> i32 {
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(1)
}

/// The app's own exit status, so that `coracle run` can stand in for the app.
fn exit_code(status: ExitStatus) -> ExitCode {
    ExitCode::from(u8::try_from(shell_status(status)).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_are_named_after_directories() {
        let table = ["/a/go-http", "/b/go-http", "/a/My App_2", "/", "/a/…"];
        let names = table.map(|path| name_of(Path::new(path)));
        insta::assert_snapshot!(names.join("\n"), @"
        go-http-b688accf
        go-http-b481398e
        my-app-2-04365b30
        app-8a5edab2
        app-20f5a2a8
        ");
    }

    #[test]
    fn users_are_numbers() {
        assert_eq!(parse_user("1000").unwrap(), (1000, 1000));
        assert_eq!(parse_user("12345:0").unwrap(), (12345, 0));
        assert_eq!(parse_user("2147483647").unwrap().0, LARGEST_USER);
        let wrong = [
            "",
            "root",
            "1:",
            ":1",
            "-1",
            "1:2:3",
            "2147483648",
            "0:2147483648",
        ];
        for wrong in wrong {
            assert!(parse_user(wrong).is_err(), "{wrong}");
        }
    }
}
