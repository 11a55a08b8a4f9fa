//! A node that runs pods: a Docker daemon.

use std::collections::BTreeMap;
use std::path::Path;

use super::manifest::{Capabilities, Container, Manifests, Pod, PodSpec};
use super::volumes::{Mounted, Volumes};
use crate::{Call, Docker};

/// Runs pods, one container after the other, and keeps their claims from pod to pod.
#[derive(Debug)]
pub struct Node {
    docker: &'static Docker,
    volumes: Volumes,
}

impl Node {
    /// A node without claims. `image` is any image that has a shell.
    #[must_use]
    pub fn new(docker: &'static Docker, image: &str) -> Self {
        let volumes = Volumes::new(docker, image);
        Self { docker, volumes }
    }

    /// Makes the claim `name` anew with a copy of `directory` in it, which belongs to root: whoever fetches
    /// an app for a build is another user than the builder's.
    ///
    /// # Panics
    /// When the daemon can't.
    #[track_caller]
    pub fn claim(&self, name: &str, directory: &Path) {
        self.volumes.fill(name, directory);
    }

    /// Makes a secret with one key.
    pub fn secret(&self, name: &str, key: &str, content: &str) {
        self.volumes.secret(name, key, content);
    }

    /// Deletes a claim with all that is in it.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn delete(&self, claim: &str) {
        self.volumes.delete(claim);
    }

    /// Cuts all archives in a claim off, as a full disk does.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub fn truncate(&self, claim: &str) {
        self.volumes.truncate(claim);
    }

    /// The Docker volume that holds a claim.
    #[must_use]
    pub fn volume(&self, claim: &str) -> String {
        self.volumes.named(claim)
    }

    /// Runs the Pod of a manifest; returns what its containers wrote.
    ///
    /// # Panics
    /// When one of them fails.
    #[track_caller]
    #[must_use]
    pub fn run(&self, manifests: &Manifests) -> String {
        self.run_pod(&manifests.document::<Pod>("Pod").spec)
    }

    #[track_caller]
    pub(crate) fn run_pod(&self, pod: &PodSpec) -> String {
        let volumes = self.volumes.of_pod(pod);
        let mut text = String::new();
        for container in pod.init_containers.iter().chain(&pod.containers) {
            let outcome = self.container(pod, container, &volumes).run();
            text.extend(["[", &container.name, "]\n", outcome.text()]);
            assert!(
                outcome.code() == 0,
                "a container ended with {}:\n{text}",
                outcome.code()
            );
        }
        text
    }

    /// The content of a file in the volume `claim`.
    ///
    /// # Panics
    /// When there is none.
    #[track_caller]
    pub(crate) fn read(&self, claim: &str, path: &str) -> String {
        self.volumes.read(claim, path)
    }

    fn container(
        &self,
        pod: &PodSpec,
        container: &Container,
        volumes: &BTreeMap<String, Mounted>,
    ) -> Call {
        let mut run = self.docker.call(["run", "--rm", "--network=host"]);
        run = rights(run, pod, container);
        for variable in &container.env {
            run = run.arg(format!("--env={}={}", variable.name, variable.value));
        }
        for mount in &container.volume_mounts {
            let volume = volumes.get(&mount.name);
            let volume = volume.unwrap_or_else(|| panic!("the pod has no volume {}", mount.name));
            let options = if mount.read_only || volume.read_only {
                "nocopy,ro"
            } else {
                "nocopy"
            };
            let name = &volume.name;
            run = run.arg(format!("--volume={name}:{}:{options}", mount.path));
        }
        if let Some(directory) = &container.working_dir {
            run = run.arg(format!("--workdir={directory}"));
        }
        let mut command = container.command.iter().map(String::as_str);
        if let Some(program) = command.next() {
            run = run.arg(format!("--entrypoint={program}"));
        }
        run.arg(&container.image)
            .args(command)
            .args(container.args.iter().map(String::as_str))
    }
}

/// The user and what the container may do.
#[track_caller]
fn rights(mut run: Call, pod: &PodSpec, container: &Container) -> Call {
    let own = container.security_context.clone().unwrap_or_default();
    let pods = &pod.security_context;
    let user = own.identity.user.or(pods.identity.user);
    let group = own.identity.group.or(pods.identity.group);
    let non_root = own.identity.non_root.or(pods.identity.non_root);
    if let Some(user) = user {
        assert!(
            user != 0 || non_root != Some(true),
            "{} may not be root",
            container.name
        );
        run = run.arg(format!("--user={user}:{}", group.unwrap_or_default()));
    }
    if let Some(group) = pods.fs_group {
        run = run.arg(format!("--group-add={group}"));
    }
    if own.allow_privilege_escalation == Some(false) {
        run = run.arg("--security-opt=no-new-privileges");
    }
    let Capabilities { add, drop } = &own.capabilities;
    let run = drop
        .iter()
        .fold(run, |run, name| run.arg(format!("--cap-drop={name}")));
    add.iter()
        .fold(run, |run, name| run.arg(format!("--cap-add={name}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(security: &str) -> Pod {
        let text = format!(
            "{{spec: {{securityContext: {{runAsUser: 1000, runAsGroup: 1001, fsGroup: 1002}},
            containers: [{{name: step, image: image, securityContext: {security}}}]}}}}"
        );
        serde_saphyr::from_str(&text).unwrap()
    }

    fn rights_of(security: &str) -> String {
        let Pod { spec } = pod(security);
        let call = rights(Call::new("docker"), &spec, &spec.containers[0]);
        let whole = format!("{call:?}");
        let (_, arguments) = whole.split_once("arguments: [").unwrap();
        arguments.split_once(']').unwrap().0.to_owned()
    }

    #[test]
    fn rights_are_the_containers_and_else_the_pods() {
        let all = [
            "{}",
            "{runAsUser: 0, runAsGroup: 0}",
            "{allowPrivilegeEscalation: false, capabilities: {drop: [ALL], add: [CHOWN]}}",
        ];
        insta::assert_snapshot!(all.map(rights_of).join("\n"), @r#"
        "--user=1000:1001", "--group-add=1002"
        "--user=0:0", "--group-add=1002"
        "--user=1000:1001", "--group-add=1002", "--security-opt=no-new-privileges", "--cap-drop=ALL", "--cap-add=CHOWN"
        "#);
    }

    #[test]
    #[should_panic(expected = "step may not be root")]
    fn root_is_refused_where_the_manifest_refuses_it() {
        let _ = rights_of("{runAsNonRoot: true, runAsUser: 0}");
    }
}
