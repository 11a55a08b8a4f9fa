//! Programs that others wrote, fetched as any Go module is: of different shapes, as they are or as their authors'
//! repositories have them.

use std::path::Path;

use integration::{Case, Machine, Running, copy, free_port, output_of};
use serde_json::Value;

use crate::apps::STOPS_WITHIN;

pub(crate) const CASES: &[Case] = &[
    Case::new(
        "third_party::pushgateway_has_modules_and_assets",
        |machine| {
            PUSHGATEWAY.check(machine);
        },
    ),
    Case::new("third_party::http_echo_is_one_package", |machine| {
        HTTP_ECHO.check(machine);
    }),
    Case::new("third_party::httpbin_is_a_v2_and_embeds_files", |machine| {
        HTTPBIN.check(machine);
    }),
    Case::new("third_party::age_has_several_programs", |machine| {
        AGE.check(machine);
    }),
    Case::new("third_party::gosh_is_vendored", |machine| {
        GOSH.check(machine);
    }),
    Case::new("third_party::kos_own_test_has_kodata", |machine| {
        KODATA.check(machine);
    }),
    Case::new(
        "third_party::modules_of_three_authors_in_a_workspace",
        |machine| {
            WORKSPACE.check(machine);
        },
    ),
    Case::new("third_party::pcapdump_needs_cgo", |machine| {
        PCAPDUMP.check(machine);
    }),
    Case::new("third_party::uuid_has_no_program", |machine| {
        UUID.check(machine);
    }),
    Case::new("third_party::reflex_is_older_than_modules", |machine| {
        REFLEX.check(machine);
    }),
];

/// What is fetched, what is done to it, and what must become of it.
struct Program {
    /// `module@version` and the directory that it is copied to.
    modules: &'static [(&'static str, &'static str)],
    /// What the app has that a module hasn't: made in its directory.
    prepare: fn(&Path),
    variables: &'static [&'static str],
    expected: Expected,
}

enum Expected {
    /// It serves: with these arguments, in which `PORT` stands for the port, it has a text at a path.
    Answers(&'static [&'static str], &'static str, &'static str),
    /// It ends well: a process with arguments prints a text.
    Prints(&'static str, &'static [&'static str], &'static str),
    /// A message of this id has a text.
    Refused(&'static str, &'static str),
}

const NOTHING: fn(&Path) = |_| {};

/// A main package at the root, thirty modules, embedded assets, a `toolchain` line.
const PUSHGATEWAY: Program = Program {
    modules: &[("github.com/prometheus/pushgateway@v1.11.1", "")],
    prepare: NOTHING,
    variables: &[],
    expected: Expected::Answers(&["--web.listen-address=127.0.0.1:PORT"], "/", "Pushgateway"),
};

/// No other module, no go.sum, an old `toolchain` line.
const HTTP_ECHO: Program = Program {
    modules: &[("github.com/hashicorp/http-echo@v1.0.0", "")],
    prepare: NOTHING,
    variables: &[],
    expected: Expected::Answers(&["-listen=127.0.0.1:PORT", "-text=said"], "/", "said\n"),
};

/// The program is called after the directory and not `v2`; it finds its port in PORT.
const HTTPBIN: Program = Program {
    modules: &[("github.com/mccutchen/go-httpbin/v2@v2.15.0", "")],
    prepare: NOTHING,
    variables: &[],
    expected: Expected::Answers(&[], "/encoding/utf8", "STARGΛ̊TE"),
};

const AGE: Program = Program {
    modules: &[("filippo.io/age@v1.2.1", "")],
    prepare: NOTHING,
    variables: &[],
    expected: Expected::Prints("age-keygen", &[], "AGE-SECRET-KEY-1"),
};

/// A shell in Go, which needs no other.
const GOSH: Program = Program {
    modules: &[("mvdan.cc/sh/v3@v3.10.0", "")],
    prepare: |app| {
        let _ = output_of("go", &["mod", "vendor"], app);
    },
    variables: &["BP_GO_TARGETS=./cmd/shfmt:./cmd/gosh", "GOPROXY=off"],
    expected: Expected::Prints("gosh", &["-c", "echo $((6*7))"], "42\n"),
};

/// With links in `kodata`, a `.ko.yaml` that other targets win over, and time zones of the image.
const KODATA: Program = Program {
    modules: &[("github.com/google/ko@v0.19.1", "")],
    prepare: NOTHING,
    variables: &["BP_GO_TARGETS=./test"],
    expected: Expected::Prints("test", &[], "Hello there"),
};

const WORKSPACE: Program = Program {
    modules: &[
        ("github.com/hashicorp/http-echo@v1.0.0", "echo"),
        ("github.com/mccutchen/go-httpbin/v2@v2.15.0", "httpbin"),
        (
            "golang.org/x/example/hello@v0.0.0-20250915201037-7f05d217867b",
            "hello",
        ),
    ],
    prepare: |app| {
        let text = "go 1.22.0\n\nuse (\n\t./echo\n\t./hello\n\t./httpbin\n)\n";
        fs_err::write(app.join("go.work"), text).expect("it is writable");
    },
    variables: &["BP_GO_TARGETS=./echo:./hello"],
    expected: Expected::Prints("hello", &["you"], "Hello, you!\n"),
};

/// The package that binds libpcap is its neighbour.
const PCAPDUMP: Program = Program {
    modules: &[("github.com/google/gopacket@v1.1.19", "")],
    prepare: NOTHING,
    variables: &["BP_GO_TARGETS=./examples/pcapdump"],
    expected: Expected::Refused("go/cgo", "github.com/google/gopacket/pcap"),
};

const UUID: Program = Program {
    modules: &[("github.com/google/uuid@v1.6.0", "")],
    prepare: NOTHING,
    variables: &[],
    expected: Expected::Refused("go/no-main", "package main"),
};

const REFLEX: Program = Program {
    modules: &[("github.com/cespare/reflex@v0.2.0", "")],
    prepare: NOTHING,
    variables: &[],
    expected: Expected::Refused("go/no-module", "go mod init example.com/app && go mod tidy"),
};

impl Program {
    #[track_caller]
    fn check(&self, machine: &Machine) {
        let home = machine.home();
        let app = testkit::directory("");
        for (module, directory) in self.modules {
            let downloaded = output_of("go", &["mod", "download", "-json", module], home.path());
            let downloaded: Value = serde_json::from_str(&downloaded).expect("go prints JSON");
            let source = downloaded["Dir"].as_str().expect("go names the directory");
            let target = app.path().join(directory);
            fs_err::create_dir_all(&target).expect("it is writable");
            copy(Path::new(source), &target);
        }
        (self.prepare)(app.path());
        let variables = self.variables.iter();
        let variables = variables.flat_map(|variable| ["--env", variable]);
        let built = home.build("app", app.path()).args(variables).run();
        match self.expected {
            Expected::Answers(arguments, path, text) => {
                let _ = built.succeeded();
                let port = free_port();
                let run = home.coracle().args(["run", "app", "--port"]);
                let mut run = run.arg(port.to_string()).arg("--");
                for argument in arguments {
                    run = run.arg(argument.replace("PORT", &port.to_string()));
                }
                let running = Running::start_on(port, run);
                let answer = running.get(path);
                assert!(answer.body.contains(text), "{answer:?}");
                let _ = running.stop(STOPS_WITHIN);
            }
            Expected::Prints(process, arguments, text) => {
                let _ = built.succeeded();
                let run = home
                    .coracle()
                    .args(["run", "app", "--process", process, "--"]);
                let ended = run.args(arguments.iter().copied()).run().succeeded();
                assert!(ended.text().contains(text), "{}", ended.text());
            }
            Expected::Refused(id, text) => {
                let message = built.failed_with(id, 1);
                assert!(message.contains(text), "{message}");
            }
        }
    }
}
