//! A build from beginning to end: stage, create, complete, commit, output.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use oci::{Image, Layout};
use store::{Store, WorkDirectory};

use crate::app_caches::AppCaches;
use crate::build_error::BuildError;
use crate::build_inputs::{BuildInputs, RunImage};
use crate::build_metadata::unknown_process;
use crate::build_request::BuildRequest;
use crate::builder_filesystem::BuilderFilesystem;
use crate::completion::complete;
use crate::creator::{self, CreatorError, Order, Places, Scratch};
use crate::environment;
use crate::host::Host;
use crate::lifecycle_log::{LifecycleFailure, LifecycleLog};
use crate::output::{self, Output};
use crate::previous_image::PreviousImage;
use crate::report::{self, BuildReport, Step};
use crate::staging::stage;
use crate::stored_image::write_sparse;

/// The least free memory with which a build works in memory.
const MEMORY_NEEDED: u64 = 6 << 30;

/// Each of the three directories in memory can hold this part of what is free; all of them full, the
/// build's own processes still have one.
const MEMORY_PARTS: u64 = 4;

/// The name by which the lifecycle knows every image that it makes here, and its path below the layout
/// directory. The wanted name is the store's business, and leaves no trace in the image.
const EXPORTED_REFERENCE: &str = "localhost/app:latest";
const EXPORTED: &str = "localhost/app/latest";

/// The name of the sparse previous image below the layout directory.
const PREVIOUS: &str = "previous";

/// The directory of an attempt that the lifecycle sees as `/layers/config`.
const METADATA: &str = "metadata";

/// Builds an image and puts it into the store and wherever the request says, of what [`crate::check()`] read
/// of it. The lifecycle's output goes to `log` as it comes. Builds of one image name wait for one another.
///
/// # Errors
/// See [`BuildError`]. The store then still has the image's previous version.
pub fn build(
    store: &Store,
    builder: &BuilderFilesystem,
    request: &BuildRequest,
    inputs: &BuildInputs,
    log: &mut dyn Write,
) -> Result<BuildReport, BuildError> {
    let host = &Host::read();
    let mut environment = host.variables.clone();
    environment.extend(inputs.environment.clone());
    environment::check(&environment)?;
    for warning in &inputs.warnings {
        tracing::warn!("{warning}");
    }
    let _lock = store.lock(&format!("image {}", request.delivery.image))?;
    let mut build = Build {
        store,
        builder,
        request,
        host,
        inputs,
        environment,
        run_image: RunImage::open(builder)?,
        previous: PreviousImage::open(store, builder, request)?,
        caches: AppCaches::new(store, &request.delivery.image),
        durations: Vec::new(),
    };
    let work = store.work_directory()?;
    let export = build.create(&work, log)?;
    let started = Instant::now();
    let image = build.complete(&export, &work)?;
    let destination = store.path(request.delivery.image.store_path());
    let previous = build.previous.app.as_ref();
    let layers = report::layers(&image, previous.map(|previous| &previous.image));
    work.commit("image", &destination)?;
    build.spent(Step::Complete, started);
    let started = Instant::now();
    let layout = Layout::open(destination)?;
    let delivered = output::deliver(&layout, &builder.crane, &request.delivery, store);
    build.spent(Step::Output, started);
    let report = BuildReport {
        image: request.delivery.image.clone(),
        manifest_digest: image.descriptor.digest.clone(),
        image_id: image.manifest.config.digest.clone(),
        processes: report::processes(&image),
        layers,
        durations: build.durations,
    };
    match delivered {
        Ok(()) => Ok(report),
        Err(source) => Err(BuildError::Delivery {
            report: Box::new(report),
            source,
        }),
    }
}

struct Build<'request> {
    store: &'request Store,
    builder: &'request BuilderFilesystem,
    request: &'request BuildRequest,
    host: &'request Host,
    inputs: &'request BuildInputs,
    /// Of the host, of the descriptor and of the request; the later wins.
    environment: BTreeMap<String, String>,
    run_image: RunImage,
    previous: PreviousImage,
    caches: AppCaches<'request>,
    durations: Vec<(Step, Duration)>,
}

impl Build<'_> {
    /// Runs the creator, and once more without what made it fail: the remains of earlier builds, or
    /// the limits of memory. The result is the exported layout.
    fn create(&mut self, work: &WorkDirectory, log: &mut dyn Write) -> Result<PathBuf, BuildError> {
        if self.request.clear_cache {
            self.caches.forget()?;
        }
        let mut in_memory = self.host.free_memory >= MEMORY_NEEDED;
        let mut may_forget = true;
        for attempt in 0.. {
            let directory = work.path().join(format!("attempt-{attempt}"));
            let (status, follower) = self.attempt(&directory, in_memory, log)?;
            if status.success() {
                let metadata = directory.join(METADATA);
                if let Err(error) = self.caches.forget_others(&metadata) {
                    // The image is whole all the same.
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "Caches of other buildpacks could not be removed");
                }
                return Ok(directory.join("layout").join(EXPORTED));
            }
            // Ended by our own wish, not by what earlier builds left.
            self.store.check_cancelled()?;
            if !follower.has_begun() {
                // Says why, where no sandbox starts at all. Asked before every build, it would take 10 ms.
                self.builder.bubblewrap.check()?;
            }
            if may_forget && follower.failed_before_building(status.code()) {
                tracing::warn!(
                    "What earlier builds of {} left can't be used and is removed; building afresh",
                    self.request.delivery.image
                );
                self.caches.forget()?;
                self.previous.app = None;
                may_forget = false;
                continue;
            }
            let wanted = self.request.default_process.as_deref();
            if let Some(error) = unknown_process(&directory.join(METADATA), wanted) {
                return Err(error);
            }
            let may_be_memory = in_memory && !follower.disk_is_full();
            let failure = follower.failure(code(status));
            if failure != LifecycleFailure::NoSpace || !may_be_memory {
                return Err(BuildError::Lifecycle(failure));
            }
            tracing::warn!(
                "The build needs more than a quarter of the free memory; building on disk"
            );
            in_memory = false;
        }
        unreachable!("the loop only ends by returning")
    }

    fn attempt(
        &mut self,
        directory: &Path,
        in_memory: bool,
        log: &mut dyn Write,
    ) -> Result<(ExitStatus, LifecycleLog), BuildError> {
        self.store.check_cancelled()?;
        let started = Instant::now();
        let copying = tracing::info_span!("step", title = "Copying the app").entered();
        let places = self.places(directory, in_memory)?;
        stage(
            &self.request.app,
            &self.inputs.matcher,
            &self.left_out(),
            &places.app,
        )?;
        self.io(environment::write_platform_directory(
            &places.platform,
            &self.environment,
        ))?;
        self.write_layouts(&places.layout)?;
        drop(copying);
        self.spent(Step::Stage, started);
        let started = Instant::now();
        let order = Order {
            run_image: &self.builder.run_image_reference,
            previous: self.previous.exists().then_some(PREVIOUS),
            image: EXPORTED_REFERENCE,
            default_process: self.request.default_process.as_deref(),
            color: self.request.color,
        };
        let sandbox = creator::sandbox(self.builder, self.host, &places);
        let result = creator::run(self.store, self.builder, &sandbox, &order, log);
        self.spent(Step::Creator, started);
        result.map_err(|error| match error {
            CreatorError::Cancelled(error) => BuildError::Store(error),
            CreatorError::Sandbox(error) => BuildError::Sandbox(error),
            CreatorError::Log(error) => BuildError::Log(error),
        })
    }

    /// Would be in the next image otherwise, and the next in the one after it.
    fn left_out(&self) -> Vec<&Path> {
        let outputs = self.request.delivery.output.iter().filter_map(Output::path);
        let report = self.request.report.as_deref();
        let secrets = self.request.bindings.as_deref();
        let others = report.into_iter().chain(secrets).chain([self.store.root()]);
        outputs.chain(others).collect()
    }

    fn places(&self, directory: &Path, in_memory: bool) -> Result<Places, BuildError> {
        let places = Places {
            app: directory.join("app"),
            layout: directory.join("layout"),
            platform: directory.join("platform"),
            bindings: self.inputs.bindings.clone(),
            metadata: directory.join(METADATA),
            cache: self.caches.of_the_lifecycle(),
            kept: self.caches.kept(),
            scratch: if in_memory {
                Scratch::Memory(self.host.free_memory / MEMORY_PARTS)
            } else {
                Scratch::Disk(directory.to_owned())
            },
        };
        self.io(fs_err::create_dir_all(&places.layout))?;
        self.io(creator::make_directory(&places.metadata, 0o755))?;
        if places.bindings.is_some() {
            self.io(fs_err::create_dir_all(places.platform.join("bindings")))?;
        }
        self.io(self.caches.make())?;
        if let Scratch::Disk(directory) = &places.scratch {
            self.io(creator::make_scratch(directory))?;
        }
        Ok(places)
    }

    fn write_layouts(&self, directory: &Path) -> Result<(), BuildError> {
        let RunImage {
            layout,
            image,
            name,
        } = &self.run_image;
        write_sparse(layout, image, &directory.join(name.layout_path()))?;
        Ok(self.previous.write_sparse(&directory.join(PREVIOUS))?)
    }

    fn complete(&self, export: &Path, work: &WorkDirectory) -> Result<Image, BuildError> {
        let _step = tracing::info_span!("step", title = "Completing the image").entered();
        let mut sources = vec![&self.run_image.layout];
        sources.extend(self.previous.layouts());
        let RunImage { image, name, .. } = &self.run_image;
        let run_image = name.pinned(&image.descriptor.digest);
        let destination = work.path().join("image");
        Ok(complete(export, &sources, &run_image, &destination)?)
    }

    fn spent(&mut self, step: Step, started: Instant) {
        let duration = started.elapsed();
        match self.durations.iter_mut().find(|(known, _)| *known == step) {
            Some((_, total)) => *total += duration,
            None => self.durations.push((step, duration)),
        }
    }

    fn io<T>(&self, result: io::Result<T>) -> Result<T, BuildError> {
        result.map_err(|source| BuildError::Io {
            root: self.store.root().to_owned(),
            source,
        })
    }
}

/// The exit status, or 128 and the signal, as a shell has it.
fn code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    let signal = || status.signal().map(|signal| 128 + signal);
    status.code().or_else(signal).unwrap_or(-1)
}
