//! Commands of the accepted part of the shell language, by chance from a fixed seed.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::grammar::{line, packages, word_list};
use super::run::{self, Observed, Stage};

const SEED: u64 = 20_261_121;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(default)
}

fn runner(cases: u64) -> (TestRunner, u64) {
    let seed = number("START_COMMAND_SEED", SEED);
    let cases = u32::try_from(number("START_COMMAND_CASES", cases)).unwrap();
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    (
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)),
        seed,
    )
}

fn check<T: std::fmt::Debug>(
    cases: u64,
    strategy: impl Strategy<Value = T>,
    test: impl Fn(T) -> Result<(), TestCaseError>,
) -> Result<(), String> {
    let (mut runner, seed) = runner(cases);
    runner.run(&strategy, test).map_err(|error| match error {
        TestError::Fail(reason, value) => format!("seed {seed}: {value:?}\n{reason}"),
        abort @ TestError::Abort(_) => format!("seed {seed}: {abort}"),
    })
}

fn differ(text: &str, start: &Observed, shell: &Observed) -> Result<(), TestCaseError> {
    // A value that is a pattern of a kind that isn't known is refused when it is seen, and not silently.
    let is_refused = start.status == Some(2) && start.said.contains("isn't supported");
    if is_refused || (&start.output, start.status) == (&shell.output, shell.status) {
        return Ok(());
    }
    Err(TestCaseError::fail(format!(
        "{text}\n--- start: {start:#?}\n--- shell: {shell:#?}"
    )))
}

pub(crate) fn dash() -> Result<(), String> {
    let stage = Stage::new();
    let accepted = std::cell::Cell::new(0_u32);
    let refused = std::cell::Cell::new(0_u32);
    check(2500, line(), |text| {
        let Ok(start) = stage.start(&text) else {
            refused.set(refused.get() + 1);
            return Ok(());
        };
        accepted.set(accepted.get() + 1);
        differ(&text, &start, &stage.dash(&text))
    })?;
    let (accepted, refused) = (accepted.get(), refused.get());
    println!("dash: {accepted} compared, {refused} refused");
    if accepted < refused {
        Err("the generator makes too much that is refused".to_owned())
    } else {
        Ok(())
    }
}

pub(crate) fn bash() -> Result<(), String> {
    let stage = Stage::new();
    let different = std::cell::Cell::new(0_u32);
    let compared = std::cell::Cell::new(0_u32);
    check(500, line(), |text| {
        let Ok(start) = stage.start(&text) else {
            return Ok(());
        };
        compared.set(compared.get() + 1);
        let bash = stage.bash(&text);
        if differ(&text, &start, &bash).is_err() {
            // sh is dash here: a difference is one between the two shells, or a defect.
            different.set(different.get() + 1);
            if std::env::var_os("START_COMMAND_SHOW").is_some() {
                println!("=== {text}\n{start:#?}\n{bash:#?}");
            }
            return differ(&text, &start, &stage.dash(&text));
        }
        Ok(())
    })?;
    println!(
        "bash: {} compared, {} differ between the shells",
        compared.get(),
        different.get()
    );
    Ok(())
}

/// Scripts of a package.json with what runs before and after them: npm gives each to a shell of its own.
pub(crate) fn scripts() -> Result<(), String> {
    let stage = Stage::new();
    let accepted = std::cell::Cell::new(0_u32);
    let refused = std::cell::Cell::new(0_u32);
    check(1500, packages(), |(text, scripts)| {
        let Ok(start) = stage.start_with(&text, &scripts) else {
            refused.set(refused.get() + 1);
            return Ok(());
        };
        accepted.set(accepted.get() + 1);
        stage.npm(&scripts);
        let all = format!("{text}\n--- scripts: {scripts:#?}");
        differ(&all, &start, &stage.dash(&text))
    })?;
    let (accepted, refused) = (accepted.get(), refused.get());
    println!("scripts: {accepted} compared, {refused} refused");
    if accepted < refused {
        Err("the generator makes too much that is refused".to_owned())
    } else {
        Ok(())
    }
}

/// Text that nobody meant: no panic, no endless loop, and what is accepted does what dash does.
pub(crate) fn any_text() -> Result<(), String> {
    let stage = Stage::new();
    let piece = word_list(&[
        "a", "$", "{", "}", "\"", "'", "\\", "`", "(", ")", ";", "&", "|", "<", ">", "\n", " ",
        "#", "~", "*", "[", "]", "?", "!", "=", "A=", "${A", ":-", "if ", "do ", "é", "\u{a0}",
        "\u{1}", "1", "-", "$(", "$((", "))", "<<E\n", "&&", "||", "probe ",
    ]);
    let text = prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat());
    check(4000, text, |text| {
        let Ok(start) = stage.start(&text) else {
            return Ok(());
        };
        differ(&text, &start, &stage.dash(&text))
    })?;
    for nested in ["(", "${A:-", "\"${A:-", "if ", "{ ", "$((", "`", "! "] {
        let _ = run::planned(&nested.repeat(5000), None);
    }
    Ok(())
}
