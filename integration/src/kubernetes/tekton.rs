//! The pod that Tekton makes of a Task and a `TaskRun`.
//!
//! Sources: Tekton's documentation of Tasks, `TaskRun`s, workspaces and variables.

use std::collections::BTreeMap;

use serde_json::Value;

use super::manifest::{Container, Manifests, Mount, PodSpec, Variable, Volume, VolumeSource};
use super::node::Node;
use super::task::{Document, Named, Parameter, RunSpec, Step, TaskSpec, Workspace};

/// The claim that stands for the volume in which Tekton collects results.
const RESULTS: &str = "tekton-internal-results";

/// A Task with what one run of it says.
#[derive(Debug)]
pub struct TaskRun {
    pod: PodSpec,
}

impl TaskRun {
    /// The run that one file describes, of the Task of another.
    ///
    /// # Panics
    /// When they don't fit each other: a parameter or a workspace is missing.
    #[track_caller]
    #[must_use]
    pub fn new(task: &Manifests, run: &Manifests) -> Self {
        let task: TaskSpec = task.document::<Document<_>>("Task").spec;
        let run: RunSpec = run.document::<Document<_>>("TaskRun").spec;
        let variables = Variables::of(&task, &run);
        let steps = task.steps.iter();
        let steps = steps.map(|step| variables.step(step, &task, &run));
        let containers = steps.collect();
        let claim_name = RESULTS.to_owned();
        let results = Volume {
            name: RESULTS.to_owned(),
            source: VolumeSource::PersistentVolumeClaim { claim_name },
        };
        let volumes = task.volumes.into_iter().chain(run.workspaces);
        let pod = PodSpec {
            security_context: run.pod_template.security_context,
            init_containers: Vec::new(),
            containers,
            volumes: volumes.chain([results]).collect(),
        };
        Self { pod }
    }

    /// Runs it; returns what its steps wrote.
    ///
    /// # Panics
    /// When one of them fails.
    #[track_caller]
    #[must_use]
    pub fn run(&self, node: &Node) -> String {
        node.run_pod(&self.pod)
    }

    /// A result of the last run.
    ///
    /// # Panics
    /// When it left none.
    #[track_caller]
    #[must_use]
    pub fn result(&self, node: &Node, name: &str) -> String {
        node.read(RESULTS, name)
    }
}

/// What `$(…)` stands for.
struct Variables {
    texts: BTreeMap<String, String>,
    /// Stand for as many arguments as they have members.
    lists: BTreeMap<String, Vec<String>>,
}

impl Variables {
    #[track_caller]
    fn of(task: &TaskSpec, run: &RunSpec) -> Self {
        let (mut texts, mut lists) = (BTreeMap::new(), BTreeMap::new());
        for Parameter { name, default } in &task.params {
            let argument = run.params.iter().find(|argument| &argument.name == name);
            let value = argument
                .map(|argument| &argument.value)
                .or(default.as_ref());
            match value {
                Some(Value::String(text)) => {
                    texts.insert(format!("$(params.{name})"), text.clone());
                }
                Some(Value::Array(values)) => {
                    let values = values.iter().filter_map(Value::as_str).map(str::to_owned);
                    lists.insert(format!("$(params.{name}[*])"), values.collect());
                }
                other => panic!("the parameter {name} is {other:?}"),
            }
        }
        for Workspace { name, optional, .. } in &task.workspaces {
            let is_bound = run.workspaces.iter().any(|bound| &bound.name == name);
            assert!(is_bound || *optional, "the run has no workspace for {name}");
            let path = if is_bound {
                workspace_path(name)
            } else {
                String::new()
            };
            texts.insert(format!("$(workspaces.{name}.path)"), path);
        }
        for Named { name } in &task.results {
            let path = format!("/tekton/results/{name}");
            texts.insert(format!("$(results.{name}.path)"), path);
        }
        Self { texts, lists }
    }

    /// The container of a step.
    #[track_caller]
    fn step(&self, step: &Step, task: &TaskSpec, run: &RunSpec) -> Container {
        let (template, own) = (&task.step_template, &step.container);
        let texts = |texts: &[String]| texts.iter().flat_map(|text| self.all(text)).collect();
        let variables = template.env.iter().chain(&own.env);
        let variables = variables.map(|variable| Variable {
            name: variable.name.clone(),
            value: self.one(&variable.value),
        });
        let results = mount(RESULTS, "/tekton/results".to_owned(), false);
        let security = (&own.security_context, &template.security_context);
        let security = match security {
            (Some(_), Some(_)) => panic!("{}: what Tekton merges isn't merged here", own.name),
            (one, other) => one.as_ref().or(other.as_ref()),
        };
        let mounts = template.volume_mounts.iter().chain(&own.volume_mounts);
        let mounts = mounts.cloned().chain(workspaces(step, task, run));
        Container {
            name: own.name.clone(),
            image: self.one(&own.image),
            command: texts(&own.command),
            args: texts(&own.args),
            env: variables.collect(),
            working_dir: own.working_dir.as_deref().map(|path| self.one(path)),
            security_context: security.cloned(),
            volume_mounts: mounts.chain([results]).collect(),
        }
    }

    fn all(&self, text: &str) -> Vec<String> {
        let list = self.lists.get(text).cloned();
        list.unwrap_or_else(|| vec![self.one(text)])
    }

    /// # Panics
    /// When something is left that nobody has a value for: Tekton refuses such a Task.
    #[track_caller]
    fn one(&self, text: &str) -> String {
        let texts = self.texts.iter();
        let text = texts.fold(text.to_owned(), |text, (name, value)| {
            text.replace(name, value)
        });
        let mut kinds = ["$(params.", "$(workspaces.", "$(results."].iter();
        assert!(!kinds.any(|kind| text.contains(kind)), "unknown: {text}");
        text
    }
}

/// The workspaces that a step sees: those that it names, and those that no step does (Tekton's
/// `pkg/workspace/apply.go`, 1.9).
fn workspaces(step: &Step, task: &TaskSpec, run: &RunSpec) -> Vec<Mount> {
    let names = |step: &Step, name: &str| step.workspaces.iter().any(|own| own.name == name);
    let bound = task.workspaces.iter().filter(|declared| {
        let is_bound = run
            .workspaces
            .iter()
            .any(|bound| bound.name == declared.name);
        let is_isolated = task.steps.iter().any(|step| names(step, &declared.name));
        is_bound && (!is_isolated || names(step, &declared.name))
    });
    let mounts = bound.map(
        |Workspace {
             name, read_only, ..
         }| { mount(name, workspace_path(name), *read_only) },
    );
    mounts.collect()
}

fn mount(name: &str, path: String, read_only: bool) -> Mount {
    let name = name.to_owned();
    Mount {
        name,
        path,
        read_only,
    }
}

fn workspace_path(name: &str) -> String {
    format!("/workspace/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "registry.example/team";

    fn of(task: &str) -> PodSpec {
        let task = Manifests::read(task, PREFIX);
        TaskRun::new(
            &task,
            &Manifests::read("docs/kubernetes/tekton-run.yaml", PREFIX),
        )
        .pod
    }

    #[test]
    fn variables_stand_for_what_the_run_says() {
        let step = &of("docs/kubernetes/tekton-creator.yaml").containers[1];
        insta::assert_snapshot!(step.args.join("\n"), @"
        -app=/app
        -platform=/platform
        -cache-dir=/workspace/cache
        -report=/report/report.toml
        registry.example/team/shop
        ");
        let variables = step.env.iter();
        let variables: Vec<String> = variables
            .map(|variable| format!("{}={}", variable.name, variable.value))
            .collect();
        insta::assert_snapshot!(variables.join("\n"), @"
        CNB_PLATFORM_API=0.15
        DOCKER_CONFIG=/workspace/registry-credentials
        ");
    }

    /// The code of the app runs in `detect` and `build`.
    #[test]
    fn who_runs_the_apps_code_sees_neither_credentials_nor_cache() {
        let phases = of("docs/kubernetes/tekton-phases.yaml");
        let steps = phases.containers.iter().map(|step| {
            let mounts = step.volume_mounts.iter().map(|mount| {
                let rights = if mount.read_only { " (read-only)" } else { "" };
                format!("{}{rights}", mount.path)
            });
            format!("{}: {}", step.name, mounts.collect::<Vec<_>>().join(", "))
        });
        insta::assert_snapshot!(steps.collect::<Vec<_>>().join("\n"), @"
        prepare: /app, /layers, /platform, /workspace/source, /tekton/results
        analyze: /app, /layers, /platform, /workspace/registry-credentials (read-only), /tekton/results
        detect: /app, /layers, /platform, /tekton/results
        restore: /app, /layers, /platform, /workspace/cache, /workspace/registry-credentials (read-only), /tekton/results
        build: /app, /layers, /platform, /tekton/results
        export: /app, /layers, /platform, /workspace/cache, /workspace/registry-credentials (read-only), /tekton/results
        results: /app, /layers, /platform, /tekton/results
        ");
    }

    #[test]
    fn a_list_stands_for_as_many_arguments_as_it_has_members() {
        let variables = Variables {
            texts: BTreeMap::from([("$(params.image)".to_owned(), "shop".to_owned())]),
            lists: BTreeMap::from([(
                "$(params.environment[*])".to_owned(),
                vec!["A=1".to_owned(), "B=2".to_owned()],
            )]),
        };
        assert_eq!(variables.all("$(params.environment[*])"), ["A=1", "B=2"]);
        assert_eq!(variables.all("-tag=$(params.image)"), ["-tag=shop"]);
    }

    /// The Pod Security Standard `restricted`, which the Tasks promise to fit.
    #[test]
    fn no_step_has_more_rights_than_it_needs() {
        for task in ["creator", "phases"] {
            for step in of(&format!("docs/kubernetes/tekton-{task}.yaml")).containers {
                let security = step.security_context.clone().unwrap();
                assert_eq!(security.identity.non_root, Some(true));
                assert_eq!(security.allow_privilege_escalation, Some(false));
                assert_eq!(security.capabilities.drop, ["ALL"]);
                assert!(security.capabilities.add.is_empty());
            }
        }
    }
}
