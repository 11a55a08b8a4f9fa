//! Further samples in Python, each as its README says.

use integration::{Case, Machine, Running};

use crate::apps::STOPS_WITHIN;

pub(crate) const CASES: &[Case] = &[
    Case::new("python_samples::pandas_of_pdm", |machine| {
        answers(machine, "python-pandas", &[("/levels?by=week", "\"mean\"")]);
    }),
    Case::new("python_samples::streamlit", |machine| {
        answers(machine, "python-streamlit", &[("/_stcore/health", "ok")]);
    }),
];

#[track_caller]
fn answers(machine: &Machine, sample: &str, expected: &[(&str, &str)]) {
    let home = machine.home();
    let call = home.build("sample", &testkit::sample(sample));
    let built = call.run().succeeded();
    assert!(!built.text().contains("not locked"), "{}", built.text());
    let running = Running::start(home.coracle().args(["run", "sample"]));
    for (path, text) in expected {
        let answer = running.get(path);
        assert!(answer.body.contains(text), "{path}: {answer:?}");
    }
    let _ = running.stop(STOPS_WITHIN);
}
