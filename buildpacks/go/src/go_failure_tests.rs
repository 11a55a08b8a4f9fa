//! Real output of the go command, and what it means.

use super::*;

/// Real output, with the names of servers replaced.
const OUTPUTS: &[(&str, &str)] = &[
    (
        "Compile",
        "# example.com/app\n./main.go:4:2: undefined: x\n./main.go:5:2: undefined: y",
    ),
    (
        "Compile",
        "# example.com/app\n./main.go:3:14: syntax error: unexpected EOF, expecting }",
    ),
    (
        "Network",
        "go: example.com/a@v1.0.0: Get \"https://registry.example/a\": unexpected EOF",
    ),
    (
        "Compile",
        "package example.com/app\n\timports example.com/app/a from main.go\n\timports example.com/app/a from a.go: import cycle not allowed",
    ),
    (
        "VendorInconsistent",
        "main.go:2:8: cannot find module providing package example.com/lib: import lookup disabled by -mod=vendor\n\t(Go version in go.mod is at least 1.14 and vendor directory exists.)",
    ),
    (
        "NoMainFunction",
        "# example.com/app\nruntime.main_main·f: function main is undeclared in the main package",
    ),
    (
        "ReplacementMissing",
        "main.go:2:8: example.com/lib@v0.0.0: replacement directory ../lib does not exist",
    ),
    (
        "ReplacementMissing",
        "main.go:2:8: example.com/lib@v0.0.0 (replaced by ../lib): reading /lib/go.mod: open /lib/go.mod: no such file or directory",
    ),
    (
        "DownloadForbidden",
        "go: golang.org/toolchain@v0.0.1-go1.25.14.linux-amd64: verifying module: checksum database disabled by GOSUMDB=off",
    ),
    (
        "DownloadForbidden",
        "go: rsc.io/quote@v1.5.2: invalid proxy URL missing scheme: garbage",
    ),
    (
        "Compile",
        "main.go:3:8: package foo/bar is not in std (/x/src/foo/bar)",
    ),
    (
        "EmbedMissing",
        "main.go:7:12: pattern web/*.html: no matching files found",
    ),
    (
        "SumMissing",
        "main.go:4:2: missing go.sum entry for module providing package rsc.io/quote (imported by example.com/app); to add:\n\tgo get example.com/app",
    ),
    (
        "SumMissing",
        "go: rsc.io/quote@v1.5.2: missing go.sum entry for go.mod file; to add it:\n\tgo mod download rsc.io/quote",
    ),
    (
        "RequirementMissing",
        "main.go:3:8: no required module provides package rsc.io/quote; to add it:\n\tgo get rsc.io/quote",
    ),
    (
        "RequirementMissing",
        "go: updates to go.mod needed; to update it:\n\tgo mod tidy",
    ),
    (
        "VendorInconsistent",
        "go: inconsistent vendoring in /workspace:\n\trsc.io/quote@v1.5.2: is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt",
    ),
    (
        "GoTooOld",
        "go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)",
    ),
    (
        "GoTooOld",
        "go: example.com/dep@v1.0.0 requires go >= 1.28 (running go 1.26.8; GOTOOLCHAIN=local)",
    ),
    (
        "LanguageTooOld",
        "# example.com/app\n./main.go:3:17: cannot range over 10 (untyped int constant): requires go1.22 or later (-lang was set to go1.20; check go.mod)",
    ),
    (
        "Compile",
        "# example.com/app\n./main.go:3:2: undefined: x\n./main.go:4:8: predeclared any requires go1.18 or later (-lang was set to go1.17; check go.mod)",
    ),
    (
        "Compile",
        "found packages main (main.go) and other (other.go) in /workspace",
    ),
    (
        "AllFilesExcluded",
        "package example.com/app\n\timports github.com/DataDog/zstd: build constraints exclude all Go files in /x/zstd@v1.5.5",
    ),
    (
        "ModuleNotFound",
        "go: example.com/a@v1.0.0: reading https://modules.example/a/@v/v1.0.0.mod: 404 Not Found\n\tserver response: not found",
    ),
    (
        "ModuleNotFound",
        "main.go:2:8: example.com/lib@v1.0.0: reading https://modules.example/lib/@v/v1.0.0.zip: 410 Gone",
    ),
    (
        "ModulePrivate",
        "main.go:2:8: example.com/lib@v1.0.0: reading https://modules.example/lib/@v/v1.0.0.zip: 403 Forbidden",
    ),
    (
        "Network",
        "main.go:2:8: example.com/lib@v1.0.0: Get \"https://modules.example/lib/@v/v1.0.0.zip\": Forbidden",
    ),
    (
        "Network",
        "main.go:2:8: example.com/lib@v1.0.0: Get \"https://modules.example/lib/@v/v1.0.0.zip\": Proxy Authentication Required",
    ),
    (
        "ModuleNotFound",
        "go: github.com/a/b@v9.9.9: invalid version: unknown revision v9.9.9",
    ),
    (
        "ModulePrivate",
        "go: github.com/a/b@v1.0.0: invalid version: git ls-remote -q origin in /x: exit status 128:\n\tfatal: could not read Username for 'https://github.com': terminal prompts disabled",
    ),
    (
        "DownloadForbidden",
        "go: rsc.io/quote@v1.5.2: module lookup disabled by GOPROXY=off",
    ),
    (
        "ChecksumMismatch",
        "verifying rsc.io/quote@v1.5.2: checksum mismatch\n\tdownloaded: h1:a\n\tgo.sum: h1:b\n\nSECURITY ERROR",
    ),
    (
        "Network",
        "go: rsc.io/quote@v1.5.2: Get \"https://modules.example/x.mod\": dial tcp: lookup modules.example: no such host",
    ),
    (
        "Certificate",
        "go: rsc.io/quote@v1.5.2: Get \"https://modules.example/x.mod\": tls: failed to verify certificate: x509: certificate signed by unknown authority",
    ),
    (
        "Certificate",
        "\tfatal: unable to access 'https://git.example/team/library.git/': server certificate verification failed. CAfile: none CRLfile: none",
    ),
    (
        "Network",
        "go: rsc.io/quote@v1.5.2: Get \"https://modules.example/x.mod\": tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
    ),
    (
        "Network",
        "go: rsc.io/quote@v1.5.2: reading https://modules.example/x.zip: 502 Bad Gateway",
    ),
    (
        "DiskFull",
        "# example.com/app\n/x/link: mapping output file failed: no space left on device",
    ),
    (
        "DiskFull",
        "go-build-cache: failed to write to file `/c/tmp-x`: No space left on device (os error 28)\nx.go:1:2: package context is not in std",
    ),
    ("Killed", "example.com/big: /x/compile: signal: killed"),
    (
        "Killed",
        "go mod download example.com/a@v1.0.0: signal: 9 (SIGKILL)",
    ),
    (
        "ReplacementMissing",
        "svc/main.go:3:8: example.com/lib@v1.0.0 (replaced by ./libs/b): reading libs/b/go.mod: open /workspace/libs/b/go.mod: no such file or directory",
    ),
    (
        "ModulePathMalformed",
        "go: malformed module path \"example.com/..\": invalid path element \"..\"",
    ),
    (
        "Network",
        "main.go:3:26: example.com/lib@v1.2.3: reading http://127.0.0.1:9/lib/@v/v1.2.3.zip: 400 Bad Request",
    ),
    (
        "Network",
        "main.go:3:26: example.com/lib@v1.2.3: reading https://modules.example/lib/@v/v1.2.3.zip: 302 Found",
    ),
    (
        "ModuleNotInDirectory",
        "main.go:3:26: example.com/lib@v1.2.3: reading file:///nonexistent/example.com/lib/@v/v1.2.3.zip: no such file or directory",
    ),
    (
        "PasswordInsecure",
        "main.go:3:26: example.com/lib@v1.2.3: refusing to pass credentials to insecure URL: http://127.0.0.1:1/example.com/lib/@v/v1.2.3.zip",
    ),
    ("Other", "go: something else"),
    ("Other", ""),
];

#[test]
fn output_is_told_apart() {
    for (kind, output) in OUTPUTS {
        let failure = format!("{:?}", classify(output));
        assert!(failure.starts_with(kind), "{failure} of {output}");
    }
}

#[test]
fn the_telling_line_is_kept() {
    assert_eq!(
        classify("# example.com/app\n./main.go:4:2: undefined: x\n"),
        GoFailure::Compile {
            first: "./main.go:4:2: undefined: x".into()
        }
    );
    for output in [
        "package example.com/app\n\timports github.com/DataDog/zstd: build constraints exclude all Go files in /x",
        "package github.com/DataDog/zstd: build constraints exclude all Go files in /x",
    ] {
        let GoFailure::AllFilesExcluded { package, .. } = classify(output) else {
            panic!("{output}");
        };
        assert_eq!(package, "github.com/DataDog/zstd");
    }
}

#[test]
fn what_a_message_needs_is_taken_from_the_line() {
    for (line, expected) in [
        (
            "main.go:3:8: a.b/c@v1.0.0: replacement directory ../a b/b does not exist",
            "../a b/b",
        ),
        (
            "main.go:3:8: a.b/c@v1.0.0 (replaced by ../): reading ../go.mod: open /go.mod: no such file or directory",
            "../",
        ),
        ("open lib/go.mod: no such file or directory", ""),
    ] {
        let GoFailure::ReplacementMissing { directory, .. } = classify(line) else {
            panic!("{line}");
        };
        assert_eq!(directory, expected);
    }
    assert_eq!(
        classify("go: malformed module path \"example.com/..\": invalid path element \"..\"\n"),
        GoFailure::ModulePathMalformed {
            path: "example.com/..".into(),
            problem: "invalid path element \"..\"".into(),
        }
    );
}
