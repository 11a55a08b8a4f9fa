//! A node that runs pods: a Docker daemon.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::manifest::{Capabilities, Container, Manifests, Pod, PodSpec, VolumeSource};
use crate::{Call, Docker};

/// Runs pods, one container after the other, and keeps their claims from pod to pod.
#[derive(Debug)]
pub struct Node {
    docker: &'static Docker,
    /// An image with a shell, to set up volumes with.
    image: String,
    /// Part of the names of its volumes: the daemon may be everybody's.
    name: String,
    volumes: RefCell<Vec<String>>,
}

impl Node {
    /// A node without claims. `image` is any image that has a shell.
    #[must_use]
    pub fn new(docker: &'static Docker, image: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self {
            docker,
            image: image.to_owned(),
            name: format!("coracle-tests-{}-{number}", std::process::id()),
            volumes: RefCell::default(),
        }
    }

    /// Makes the claim `name` with a copy of `directory` in it, which belongs to root: whoever fetches an app
    /// for a build is another user than the builder's.
    ///
    /// # Panics
    /// When the daemon can't.
    #[track_caller]
    pub fn claim(&self, name: &str, directory: &Path) {
        let volume = format!("{}-{name}", self.name);
        let from = format!("{}:/from:ro", directory.display());
        let setup = self.as_root(&[&volume]).args(["--volume", &from]);
        let script = "cp -R /from/. /volumes/0 && chmod -R a+rX /volumes/0";
        let _ = self.script(setup, script).run().succeeded();
        self.volumes.borrow_mut().push(volume);
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
        let volumes = self.volumes_of(pod);
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
        let volume = format!("{}-{claim}", self.name);
        let cat = self.script(self.as_root(&[&volume]), "cat \"/volumes/0/$1\"");
        cat.arg(path).run().succeeded().text().trim().to_owned()
    }

    /// The Docker volumes of a pod, by their names in it.
    fn volumes_of(&self, pod: &PodSpec) -> BTreeMap<String, String> {
        let mut volumes = BTreeMap::new();
        for volume in &pod.volumes {
            let name = match &volume.source {
                VolumeSource::EmptyDir {} => {
                    format!("{}-empty-{}", self.name, self.volumes.borrow().len())
                }
                VolumeSource::PersistentVolumeClaim { claim_name } => {
                    format!("{}-{claim_name}", self.name)
                }
            };
            self.volumes.borrow_mut().push(name.clone());
            volumes.insert(volume.name.clone(), name);
        }
        let group = pod.security_context.fs_group;
        let group = group.expect("a pod without fsGroup can't write to its claims");
        self.give(&volumes, group);
        volumes
    }

    /// Does what `fsGroup` asks for: all that is in the volumes is the group's too, and what will be. A new
    /// volume belongs to root and only the group may write to it, as in a new claim; what kubelet makes of
    /// an emptyDir is open to everybody, which proves less.
    #[track_caller]
    fn give(&self, volumes: &BTreeMap<String, String>, group: u32) {
        let names: Vec<&str> = volumes.values().map(String::as_str).collect();
        let script = "chown 0 /volumes/*; chgrp -R \"$1\" /volumes/*; chmod -R g+rwX /volumes/*
            find /volumes -mindepth 1 -type d -exec chmod g+s {} +";
        let set_up = self.script(self.as_root(&names), script);
        let _ = set_up.arg(group.to_string()).run().succeeded();
    }

    /// `docker run` of the node's own image with these volumes below `/volumes`.
    fn as_root(&self, volumes: &[&str]) -> Call {
        let run = self
            .docker
            .call(["run", "--rm", "--user=0:0", "--network=none"]);
        let volumes = volumes.iter().enumerate();
        volumes.fold(run, |run, (number, name)| {
            run.arg(format!("--volume={name}:/volumes/{number}:nocopy"))
        })
    }

    fn script(&self, run: Call, script: &str) -> Call {
        run.arg("--entrypoint=/bin/sh")
            .args([self.image.as_str(), "-euc", script, "sh"])
    }

    fn container(
        &self,
        pod: &PodSpec,
        container: &Container,
        volumes: &BTreeMap<String, String>,
    ) -> Call {
        let mut run = self.docker.call(["run", "--rm", "--network=host"]);
        run = rights(run, pod, container);
        for variable in &container.env {
            run = run.arg(format!("--env={}={}", variable.name, variable.value));
        }
        for mount in &container.volume_mounts {
            let volume = volumes.get(&mount.name);
            let volume = volume.unwrap_or_else(|| panic!("the pod has no volume {}", mount.name));
            let options = if mount.read_only {
                "nocopy,ro"
            } else {
                "nocopy"
            };
            run = run.arg(format!("--volume={volume}:{}:{options}", mount.path));
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

impl Drop for Node {
    fn drop(&mut self) {
        let remove = self.docker.call(["volume", "rm", "--force"]);
        let volumes = self.volumes.borrow();
        let _ = remove.args(volumes.iter().map(String::as_str)).run();
    }
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
