//! The volumes of a node, as kubelet sets them up.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::manifest::{Item, PodSpec, VolumeSource};
use crate::{Call, Docker, test_names};

/// Claims, which stay from pod to pod, secrets, and what is made with a pod.
#[derive(Debug)]
pub(super) struct Volumes {
    docker: &'static Docker,
    /// An image with a shell, to set up volumes with.
    image: String,
    /// Part of the names of its volumes: the daemon may be everybody's.
    prefix: String,
    names: RefCell<Vec<String>>,
    secrets: RefCell<BTreeMap<String, (String, String)>>,
}

/// A volume that a pod may mount.
#[derive(Debug)]
pub(super) struct Mounted {
    /// Name of the Docker volume.
    pub(super) name: String,
    pub(super) read_only: bool,
}

impl Volumes {
    pub(super) fn new(docker: &'static Docker, image: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        Self {
            docker,
            image: image.to_owned(),
            prefix: format!("{}-{number}", test_names()),
            names: RefCell::default(),
            secrets: RefCell::default(),
        }
    }

    pub(super) fn named(&self, claim: &str) -> String {
        format!("{}-{claim}", self.prefix)
    }

    /// Keeps the owner root and the rights of every file, as a download does.
    #[track_caller]
    pub(super) fn fill(&self, claim: &str, directory: &Path) {
        let volume = self.added(self.named(claim));
        let from = format!("{}:/from:ro", directory.display());
        let setup = self.as_root(&[&volume]).args(["--volume", &from]);
        let script =
            "find /volumes/0 -mindepth 1 -delete; cp -R /from/. /volumes/0; chmod 755 /volumes/0";
        let _ = self.script(setup, script).run().succeeded();
    }

    pub(super) fn secret(&self, name: &str, key: &str, content: &str) {
        let secret = (key.to_owned(), content.to_owned());
        self.secrets.borrow_mut().insert(name.to_owned(), secret);
    }

    #[track_caller]
    pub(super) fn delete(&self, claim: &str) {
        let remove = self.docker.call(["volume", "rm", &self.named(claim)]);
        let _ = remove.run().succeeded();
    }

    #[track_caller]
    pub(super) fn truncate(&self, claim: &str) {
        let script = "test -n \"$(find /volumes/0 -name '*.tar')\"
            find /volumes/0 -name '*.tar' -exec truncate --size=1000 {} +";
        let truncate = self.script(self.as_root(&[&self.named(claim)]), script);
        let _ = truncate.run().succeeded();
    }

    #[track_caller]
    pub(super) fn read(&self, claim: &str, path: &str) -> String {
        let cat = self.script(self.as_root(&[&self.named(claim)]), "cat \"/volumes/0/$1\"");
        cat.arg(path).run().succeeded().text().trim().to_owned()
    }

    /// The volumes of a pod, by their names in it.
    #[track_caller]
    pub(super) fn of_pod(&self, pod: &PodSpec) -> BTreeMap<String, Mounted> {
        let group = pod.security_context.fs_group;
        let group = group.expect("a pod without fsGroup can't write to its claims");
        let mut writable = Vec::new();
        let mut volumes = BTreeMap::new();
        for volume in &pod.volumes {
            let (name, mode) = match &volume.source {
                VolumeSource::EmptyDir {} => {
                    let number = self.names.borrow().len();
                    let name = self.added(format!("{}-empty-{number}", self.prefix));
                    // kubelet's `pkg/volume/emptydir`, `defaultPerm`.
                    (name, Some("0777"))
                }
                VolumeSource::PersistentVolumeClaim { claim_name } => {
                    // Whoever provides claims formats a disk or makes a directory.
                    (self.added(self.named(claim_name)), Some("0755"))
                }
                VolumeSource::Secret { secret_name, items } => {
                    (self.written(secret_name, items), None)
                }
            };
            let read_only = mode.is_none();
            writable.extend(mode.map(|mode| (name.clone(), mode)));
            volumes.insert(volume.name.clone(), Mounted { name, read_only });
        }
        self.give(&writable, group);
        volumes
    }

    /// Does what `fsGroup` asks for (kubelet's `pkg/volume/volume_linux.go`, `changeFilePermission`): all
    /// that is in the volumes, which had these modes, is the group's too, and what will be.
    #[track_caller]
    fn give(&self, volumes: &[(String, &str)], group: u32) {
        let names: Vec<&str> = volumes.iter().map(|(name, _)| name.as_str()).collect();
        let script = "cd /volumes; group=$1; shift; number=0
            for mode; do chmod \"$mode\" $number; number=$((number + 1)); done
            find * ! -type l -exec chgrp \"$group\" {} +
            find * ! -type l -exec chmod ug+rw {} +
            find * -type d -exec chmod ug+x,g+s {} +";
        let set_up = self.script(self.as_root(&names), script);
        let set_up = set_up.arg(group.to_string());
        let modes = volumes.iter().map(|(_, mode)| *mode);
        let _ = set_up.args(modes).run().succeeded();
    }

    /// The volume of a secret: files that all may read and nobody write.
    #[track_caller]
    fn written(&self, secret: &str, items: &[Item]) -> String {
        let secrets = self.secrets.borrow();
        let (key, content) = secrets.get(secret).expect("the secret is made");
        let path = match items {
            [] => key,
            [item] if &item.key == key => &item.path,
            _ => panic!("the secret {secret} has only {key}"),
        };
        let name = self.added(self.named(&format!("{secret}-{path}")));
        let script = "printf %s \"$2\" > \"/volumes/0/$1\"";
        let write = self.script(self.as_root(&[&name]), script);
        let _ = write.arg(path).arg(content).run().succeeded();
        name
    }

    fn added(&self, name: String) -> String {
        self.names.borrow_mut().push(name.clone());
        name
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
}

impl Drop for Volumes {
    fn drop(&mut self) {
        let remove = self.docker.call(["volume", "rm", "--force"]);
        let names = self.names.borrow();
        let _ = remove.args(names.iter().map(String::as_str)).run();
    }
}
