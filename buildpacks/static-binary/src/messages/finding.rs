//! What is wrong with a program, and the way out.

use explain::{Message, quote};
use linkage::{Kind, Machine};

use super::compiling::compile_for;
use super::libraries;
use crate::plan::{Finding, Foreign, Unsuitable};

/// What the parts of a message are made of.
struct Context<'a> {
    /// The path of the program cut to fit a title, safe to print.
    name: String,
    /// The whole path, safe to print.
    path: String,
    finding: &'a Finding,
    target: &'a str,
}

pub(super) fn message(unsuitable: &Unsuitable) -> Message {
    let path = unsuitable.path.display().to_string();
    let context = &Context {
        name: quote(&path, 30),
        path: quote(&path, 200),
        finding: &unsuitable.finding,
        target: &unsuitable.target,
    };
    let (id, title, body) = match context.finding {
        Finding::Absent | Finding::NoFile | Finding::Outside => place(context),
        Finding::Empty
        | Finding::Script(_)
        | Finding::MacOs
        | Finding::Windows
        | Finding::OtherSystem(_)
        | Finding::NoProgram => format_of_file(context),
        Finding::Truncated { .. }
        | Finding::Malformed(_)
        | Finding::NothingToLoad
        | Finding::NoEntry
        | Finding::SetUser(_) => damage(context),
        Finding::WrongKind(kind) => wrong_kind(&context.name, *kind),
        Finding::Foreign(found) => foreign(context, *found),
        Finding::Dynamic(needs) => (
            "static-binary/dynamic",
            format!("{} is linked dynamically", context.name),
            libraries::dynamic(context.target, needs),
        ),
        Finding::Lacking(lacking) => (
            "static-binary/libraries",
            format!("{} needs what the image lacks", context.name),
            libraries::lacking(context.target, lacking),
        ),
    };
    let origin = super::origin_in_words(&unsuitable.origin);
    let path = &context.path;
    let message =
        Message::yours(id, title).body(format!("The program is {path} ({origin}).\n\n{body}"));
    match context.finding {
        Finding::Malformed(problem) => message.details(problem),
        _ => message,
    }
}

type Parts = (&'static str, String, String);

fn place(context: &Context<'_>) -> Parts {
    let name = &context.name;
    match context.finding {
        Finding::Outside => (
            "static-binary/outside",
            format!("{name} is outside of the app"),
            "Only files of the app directory can be in the image, and paths are\n\
             relative to it.\n\n\
             Copy the program into the app, and name it by its path there."
                .to_owned(),
        ),
        Finding::NoFile => (
            "static-binary/no-file",
            format!("{name} is no file"),
            "A directory or another thing that can't be started lies there.\n\n\
             Name the program in it."
                .to_owned(),
        ),
        _ => (
            "static-binary/absent",
            format!("{name} isn't there"),
            "The app directory has no such file. If it is compiled before the build,\n\
             check that it was, and that no exclude in project.toml leaves it out.\n\n\
             Paths are relative to the app directory."
                .to_owned(),
        ),
    }
}

fn format_of_file(context: &Context<'_>) -> Parts {
    let (name, target) = (&context.name, context.target);
    let compile = compile_for(target);
    let for_system = |id, system: &str| {
        (
            id,
            format!("{name} is a program for {system}"),
            format!("The image is for linux/{target}.\n\n{compile}"),
        )
    };
    match context.finding {
        Finding::Empty => (
            "static-binary/empty",
            format!("{name} is empty"),
            "The file has no content.\n\nCompile or copy it again.".to_owned(),
        ),
        Finding::Script(interpreter) => (
            "static-binary/script",
            format!("{name} is a script"),
            format!(
                "It asks for the interpreter {}. The image has no\n\
                 interpreter and no shell: it holds one static program.\n\n\
                 Name the program that the script starts:\n\n\
                 BP_STATIC_BINARY=path/to/program",
                quote(interpreter, 60)
            ),
        ),
        Finding::MacOs => for_system("static-binary/macos", "macOS"),
        Finding::Windows => for_system("static-binary/windows", "Windows"),
        Finding::OtherSystem(system) => for_system("static-binary/other-system", system),
        _ => (
            "static-binary/no-program",
            format!("{name} is no program"),
            format!(
                "Linux starts ELF files, which begin with the bytes 7f 45 4c 46. This\n\
                 file doesn't.\n\n{compile}"
            ),
        ),
    }
}

fn damage(context: &Context<'_>) -> Parts {
    let (name, path) = (&context.name, &context.path);
    match context.finding {
        Finding::Truncated { needed, present } => (
            "static-binary/truncated",
            format!("{name} is cut off"),
            format!(
                "Its headers speak of {needed} bytes, and the file has {present}.\n\n\
                 Copy or compile it again. If it is kept in Git LFS or came through a\n\
                 download, fetch the whole file."
            ),
        ),
        Finding::NothingToLoad => (
            "static-binary/nothing-to-load",
            format!("{name} has nothing to load"),
            "It begins as a program does, but no program header says what of it goes\n\
             into memory, so Linux doesn't start it. Debug information that was split\n\
             off looks like that.\n\n\
             Name the program itself, or compile it again."
                .to_owned(),
        ),
        Finding::NoEntry => (
            "static-binary/no-entry",
            format!("{name} doesn't say where it starts"),
            "The entry point in its header is 0: it would crash at once. Linkers only\n\
             warn of that, with \"cannot find entry symbol _start\".\n\n\
             Link it with the start-up code, that is without -nostartfiles, or name\n\
             the first function with -Wl,-e,NAME."
                .to_owned(),
        ),
        Finding::SetUser(mode) => (
            "static-binary/setuid",
            format!("{name} would change its user"),
            format!(
                "Its mode is {mode:04o}: it would run as its owner or group, not as the\n\
                 user of the container. Images of Coracle hold no such program.\n\n\
                 Take the bits away and build again:\n\n\
                 chmod u-s,g-s {path}"
            ),
        ),
        _ => (
            "static-binary/malformed",
            format!("{name} is damaged"),
            "It begins as an ELF file does, but its headers contradict themselves.\n\n\
             Compile it again."
                .to_owned(),
        ),
    }
}

fn foreign(context: &Context<'_>, found: Foreign) -> Parts {
    let Context { name, target, .. } = context;
    let compiled_for =
        |machine: Machine| format!("It is compiled for {machine}, and the image is for {target}.");
    let (id, title, reason) = match found {
        Foreign::X32 => (
            "static-binary/x32",
            format!("{name} is an x32 program"),
            format!(
                "It is compiled for x86-64 with 32-bit addresses, as -mx32 does, which\n\
                 most kernels don't start, and the image is for {target}."
            ),
        ),
        Foreign::BigEndian(machine) => (
            "static-binary/big-endian",
            format!("{name} is a big-endian program"),
            format!(
                "It has the most significant byte of a number first, and {target} reads\n\
                 the least significant one first.\n\
                 {}",
                compiled_for(machine)
            ),
        ),
        Foreign::Bits32(machine) => (
            "static-binary/32-bit",
            format!("{name} is a 32-bit program"),
            compiled_for(machine),
        ),
        Foreign::Machine(machine) => (
            "static-binary/foreign-machine",
            format!("{name} is for another machine"),
            compiled_for(machine),
        ),
    };
    (id, title, format!("{reason}\n\n{}", compile_for(target)))
}

fn wrong_kind(name: &str, kind: Kind) -> Parts {
    let (what, way_out) = match kind {
        Kind::SharedObject => (
            "a shared object",
            "Shared objects are loaded by programs and can't be started.\n\n\
             Name the program, and link this library into it statically.",
        ),
        Kind::Relocatable => (
            "an object file",
            "It was compiled but not linked.\n\n\
             Link it to a program, and name that.",
        ),
        Kind::Core => (
            "a core file",
            "It holds the memory of a program that crashed.\n\n\
             Remove it, and name the program.",
        ),
        _ => (
            "an ELF file of another kind",
            "It is neither a program nor a library.\n\nName the program.",
        ),
    };
    (
        "static-binary/kind",
        format!("{name} is {what}"),
        way_out.to_owned(),
    )
}
