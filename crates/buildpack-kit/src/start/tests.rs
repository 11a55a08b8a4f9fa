use std::fmt::Write as _;

use explain::Explain as _;
use start_command::{Found, Missing};

use super::*;
use crate::bindings::Bindings;
use crate::output::{Level, Output};
use crate::process::{Program, processes};

/// An image of `./server`, `./worker`, interpreters and scripts of shells.
pub(super) struct Three;

impl Image for Three {
    fn find(&self, command: &str, _: &Path) -> Result<Found, Missing> {
        let path = format!("/workspace/{}", command.trim_start_matches("./"));
        let script = |shell: &str| Missing::ShellScript {
            path: path.clone(),
            shell: Some(shell.to_owned()),
        };
        match command {
            "./server" | "./worker" | "node" | "python" => Ok(Found {
                words: vec![command.to_owned()],
                file: Some(path.into()),
                ignores_sigterm: command == "python",
            }),
            "./run.sh" => Err(script("/bin/sh")),
            "./bash.sh" => Err(script("bash")),
            _ => Err(Missing::NotFound { looked: vec![path] }),
        }
    }
}

pub(super) fn read(app: &str, variables: &[(&str, &str)]) -> Result<StartCommands, StartError> {
    let app = testkit::directory(app);
    let environment = Environment::new(variables.iter().copied(), [("PATH", "")]);
    let bindings = Bindings::read(&app.path().join("bindings")).unwrap();
    StartCommands::read(app.path(), &environment, &bindings)
}

/// The log, the processes as launch.toml has them, and the message of an error.
#[track_caller]
fn outcome(app: &str, variables: &[(&str, &str)], own: &[&str]) -> String {
    let output = Output::in_memory(Level::Normal);
    let planned =
        read(app, variables).and_then(|commands| commands.plan(&Three, None, Path::new("/layers")));
    let starts = match planned {
        Ok(starts) => starts,
        Err(error) => return error.explain().render(),
    };
    starts.log(&output, "it has its place in the build");
    let own = own
        .iter()
        .map(|name| Program::new(*name, format!("/bin/{name}")));
    let programs = starts.programs(own.collect(), &output);
    let mut text = output.written();
    for process in processes(&programs).unwrap() {
        let default = if process.default { " (default)" } else { "" };
        let _ = write!(
            text,
            "\n{}{default}: {}",
            process.r#type,
            process.command.join(" ")
        );
    }
    text.trim_start().to_owned()
}

const BINDING: &str = "-- bindings/started/type --\nProcfile\n\
                       -- bindings/started/Procfile --\nweb: ./server --bound\njob: ./worker\n";

#[test]
fn the_first_source_of_a_process_counts_and_the_others_are_told() {
    let app = format!("{BINDING}-- Procfile --\nweb: ./server\nJOB: ./absent\nlate: ./worker\n");
    let variables = [
        ("GOOGLE_ENTRYPOINT", "./server --first"),
        ("BP_PROCFILE_DEFAULT_PROCESS", "./server --last"),
        ("RAILPACK_START_CMD", "./server --railpack"),
    ];
    insta::assert_snapshot!(outcome(&app, &variables, &[]), @"
    - web (from GOOGLE_ENTRYPOINT) starts ./server
      not used: Procfile of the binding started line 1
      not used: Procfile line 1
      not used: BP_PROCFILE_DEFAULT_PROCESS
      not used: RAILPACK_START_CMD
    - job (from Procfile of the binding started line 2) starts ./worker
      not used: Procfile line 2
    - late (from Procfile line 3) starts ./worker
    Warning: The process JOB of Procfile line 2 is called job in the image.

    web (default): ./server --first
    job: ./worker
    late: ./worker
    ");
    insta::assert_snapshot!(outcome(&app, &[], &[]), @"
    - web (from Procfile of the binding started line 1) starts ./server
      not used: Procfile line 1
    - job (from Procfile of the binding started line 2) starts ./worker
      not used: Procfile line 2
    - late (from Procfile line 3) starts ./worker
    Warning: The process JOB of Procfile line 2 is called job in the image.

    web (default): ./server --bound
    job: ./worker
    late: ./worker
    ");
    insta::assert_snapshot!(outcome("", &variables[1..], &[]), @"
    - web (from BP_PROCFILE_DEFAULT_PROCESS) starts ./server
      not used: RAILPACK_START_CMD

    web (default): ./server --last
    ");
}

#[test]
fn there_is_always_a_web() {
    let others = "-- Procfile --\njob: ./server\nworker: ./worker\n";
    insta::assert_snapshot!(outcome(others, &[], &["api", "job"]), @"
    - job (from Procfile line 1) starts ./server
    - worker (from Procfile line 2) starts ./worker
      web, the default, is api

    web (default): /bin/api
    job: ./server
    worker: ./worker
    api: /bin/api
    ");
    insta::assert_snapshot!(outcome(others, &[], &[]), @"
    - job (from Procfile line 1) starts ./server
    - worker (from Procfile line 2) starts ./worker
      web, the default, is worker

    web (default): ./worker
    job: ./server
    worker: ./worker
    ");
    insta::assert_snapshot!(outcome("-- Procfile --\njob: ./server\n", &[], &[]), @"
    - job (from Procfile line 1) starts ./server
      web, the default, is job

    web (default): ./server
    job: ./server
    ");
    insta::assert_snapshot!(outcome("", &[], &["api"]), @"
    web (default): /bin/api
    api: /bin/api
    ");
    insta::assert_snapshot!(outcome("-- Procfile/x --\n", &[], &[]), @"");
}

#[test]
fn what_needs_start_is_a_plan_for_it() {
    let app = "-- Procfile --\nweb: go build -o server . && PORT=${PORT:-80} ./server\njob: nodemon x.js\n";
    insta::assert_snapshot!(outcome(app, &[], &[]), @r#"
    - web (from Procfile line 1) starts ./server through start
      not run: go build -o server ., it has its place in the build
    - job (from Procfile line 2) starts nodemon
      nodemon is a tool for development: node runs the program instead.

    web (default): /layers/start/start [{"do":{"run":{"assignments":[{"name":"PORT","value":[{"variable":{"name":"PORT","operation":{"operator":"-","or_empty":true,"word":[{"text":"80"}]}}}]}],"words":[[{"text":"./server"}]]}}}]
    job: node x.js
    "#);
    let app = "-- Procfile --\nweb: go build . && ./server -p $PORT\n";
    insta::assert_snapshot!(outcome(app, &[], &[]), @r#"
    - web (from Procfile line 1) starts ./server through start
      not run: go build ., it has its place in the build

    web (default): /layers/start/start [{"do":{"run":{"words":[[{"text":"./server"}],[{"text":"-p"}],[{"variable":{"name":"PORT"}}]]}}}]
    "#);
    let commands = read(app, &[]).unwrap();
    assert_eq!(commands.at_build(None), ["go build ."]);
    let starts = commands.plan(&Three, None, Path::new("/layers")).unwrap();
    starts
        .check_built(|command| command == "go build .")
        .unwrap();
    let message = starts.check_built(|_| false).unwrap_err().explain();
    insta::assert_snapshot!(message.render(), @"
    [Error: A start command makes what no build has made]
    Procfile line 1 runs go build .
    before the app. That belongs into the build, and the image has nothing for it.

    Have a script `build` of a package.json do it, which is run before the app is
    built, or commit what it makes; then leave it out of the start command.
    (start/not-built)
    ");
}

#[test]
fn processes_are_direct_when_it_is_asked_for() {
    let of = |variables: &[(&str, &str)]| {
        let app = "-- Procfile --\nweb: $CMD\njob: python x.py\nlate: cat | tee\n";
        let shell = [("BP_INCLUDE_SHELL", "true")];
        let variables: Vec<_> = shell.iter().chain(variables).copied().collect();
        let commands = read(app, &variables).unwrap();
        let mut starts = commands.plan(&Three, None, Path::new("/layers")).unwrap();
        let mut program = Program::new("own", "./own");
        let watched = starts.watch(&mut program);
        let programs = starts.programs(vec![program], &Output::in_memory(Level::Quiet));
        let commands = programs.iter().map(|program| program.command.join(" "));
        format!("{watched}\n{}", commands.collect::<Vec<_>>().join("\n"))
    };
    insta::assert_snapshot!(of(&[]), @r#"
    true
    /layers/start/start [{"do":{"run":{"words":[[{"variable":{"name":"CMD"}}]],"stay":true}}}]
    /layers/start/start [{"do":{"run":{"words":[[{"text":"python"}],[{"text":"x.py"}]],"stay":true}}}]
    /layers/start/start [{"do":{"run":{"words":[[{"quoted":"/layers/shell/bin/sh"}],[{"quoted":"-c"}],[{"quoted":"cat | tee"}],[{"quoted":"sh"}]],"stay":true}}}]
    /layers/start/start [{"do":{"run":{"words":[[{"quoted":"./own"}]],"stay":true}}}]
    "#);
    // A shell would be in the way of signals.
    insta::assert_snapshot!(of(&[("BP_DIRECT_PROCESS", "true")]), @r#"
    false
    /layers/start/start [{"do":{"run":{"words":[[{"variable":{"name":"CMD"}}]]}}}]
    python x.py
    /layers/start/start [{"do":{"run":{"words":[[{"quoted":"/layers/shell/bin/sh"}],[{"quoted":"-c"}],[{"quoted":"cat | tee"}],[{"quoted":"sh"}]],"stay":true}}}]
    ./own
    "#);
}

#[test]
fn what_no_image_could_run_is_known_before_anything_is_made() {
    let environment = Environment::new([("", ""); 0], [("PATH", "")]);
    let check = |text: &str| {
        let commands = read(&format!("-- Procfile --\nweb: {text}\n"), &[]).unwrap();
        commands
            .check(&environment)
            .map_err(|error| error.explain().id)
    };
    assert_eq!(check("./anything $PORT && ./else"), Ok(()));
    assert_eq!(check("./a | ./b"), Err("start-command/shell/pipe"));
    insta::assert_snapshot!(outcome("-- Procfile --\nweb ./server\n", &[], &[]), @"
    [Error: Procfile line 1 can't be read]
        web ./server
           ^

    The name isn't followed by a colon.

    A line is a name of ASCII letters, digits, - and _, a colon, and a command:
    web: ./server --port $PORT
    (procfile/line)
    ");
    insta::assert_snapshot!(outcome("-- Procfile --\nweb: ./absent\n", &[], &[]), @"
    [Error: ./absent is not in the image]
        web: ./absent
             ^^^^^^^^

    Procfile line 1 starts it, but the image has no such program. It was looked for in
    - /workspace/absent

    The image holds the app, its dependencies and their interpreter. Write the
    path of the program as it is in the app, or add what brings it to the
    dependencies that are installed for production:
    ./server
    (start-command/command/not-found)
    ");
}

#[test]
fn a_shell_runs_what_needs_one_and_nothing_else() {
    let shell = [("BP_INCLUDE_SHELL", "true")];
    let app = "-- Procfile --\nweb: ./server | tee log\nplain: ./server\nscript: ./run.sh a\nsh: sh run.sh\nany: $CMD\n";
    insta::assert_snapshot!(outcome(app, &shell, &[]), @r#"
    - web (from Procfile line 1) runs in a shell
    - plain (from Procfile line 2) starts ./server
    - script (from Procfile line 3) starts ./run.sh through start
    - sh (from Procfile line 4) runs in a shell
    - any (from Procfile line 5) starts what variables say through start
      Which program $CMD names is known only when the app starts, so it isn't checked now.

    web (default): /layers/start/start [{"do":{"run":{"words":[[{"quoted":"/layers/shell/bin/sh"}],[{"quoted":"-c"}],[{"quoted":"./server | tee log"}],[{"quoted":"sh"}]],"stay":true}}}]
    plain: ./server
    script: /layers/start/start [{"do":{"run":{"words":[[{"quoted":"/layers/shell/bin/sh"}],[{"quoted":"./run.sh"}],[{"text":"a"}]],"stay":true}}}]
    sh: /layers/start/start [{"do":{"run":{"words":[[{"quoted":"/layers/shell/bin/sh"}],[{"quoted":"-c"}],[{"quoted":"sh run.sh"}],[{"quoted":"sh"}]],"stay":true}}}]
    any: /layers/start/start [{"do":{"run":{"words":[[{"variable":{"name":"CMD"}}]],"stay":true}}}]
    "#);
    let of = |text: &str| outcome(&format!("-- Procfile --\nweb: {text}\n"), &shell, &[]);
    insta::assert_snapshot!(of("./bash.sh"), @"
    [Error: ./bash.sh is for another shell than dash]
    It is named in Procfile:
        web: ./bash.sh

    BP_INCLUDE_SHELL puts Debian's dash into the image, as sh. It reads what
    POSIX says of a shell, and doesn't know what only bash or others have.
    None of them is beside it.

    Write the command, or the script, for sh. A script's first line is then:
    #!/bin/sh
    (start/shell/other)
    ");
    assert!(of("[[ -f x ]] && ./server").contains("(start/shell/other)"));
    assert!(of("bash -c ./server").contains("(start/shell/other)"));
    assert!(of("./absent | tee").contains("runs in a shell"));
    assert!(of("./absent").contains("(start-command/command/not-found)"));
    assert!(of("'").contains("(start-command/syntax/quote)"));
    let word = [("BP_INCLUDE_SHELL", "perhaps")];
    assert!(outcome("", &word, &[]).contains("(environment/invalid)"));
}
