//! What `--help` shows below the options: examples, variables, exit statuses.

pub(crate) const EXAMPLES: &str = "\
Examples:
  coracle run .                          build the app here and start it
  coracle build shop --path ./shop       build an image into the local image store
  coracle build shop --path . --output docker-archive:shop.tar
  coracle build registry.example/team/shop --path . --publish";

pub(crate) const LONG_HELP: &str = "\
Examples:
  coracle run .                          build the app here and start it
  coracle run shop --port 9000           start an image that was built before
  coracle build shop --path ./shop       build an image into the local image store
  coracle build shop --path . --output oci:./image
  coracle build shop --path . --output docker-archive:shop.tar
  coracle build registry.example/team/shop --path . --publish

Environment:
  CORACLE_HOME          the cache directory (default: $XDG_CACHE_HOME/coracle or ~/.cache/coracle)
  CORACLE_SOURCE        the source tree of Coracle, where the builder's definition stands
  CORACLE_APT_SOURCES   a file of apt sources for Debian 13, for hosts that have none of Debian's
  NO_COLOR              no colours

  Proxy variables, the host's CA bundle and the package clients' own configuration reach every build.

Exit status:
  0   done
  1   something in the app, a flag or a file has to be changed; the message says what
  2   the command line was not understood
  3   a registry, mirror or proxy could not be reached; trying again may help
  4   the machine lacks something: a tool, a kernel feature, space, a permission
  70  a defect of Coracle
  `coracle run` ends with the exit status of the app.";

pub(crate) const BUILD: &str = "\
Examples:
  coracle build shop                    the app here, into the local image store
  coracle build shop --path ./shop --env BP_GO_VERSION=1.26
  coracle build shop --bindings ./bindings
  coracle build shop --output docker-archive:shop.tar
  coracle build registry.example/team/shop:1.2 --publish --report shop.json

Bindings:
  What a build needs and nobody else may see is a directory each, with a file `type`:
    bindings/ci/type      netrc, git-credentials or ca-certificates
    bindings/ci/.netrc    machine git.example login ci password ...
  Nothing of them gets into the image, the caches or the log.

Exit status:
  0 built; 1 something in the app, a flag or a file has to be changed; 3 the network;
  4 the machine. When only an output fails, the image is in the local image store.
  `coracle --help` lists them all.";

pub(crate) const RUN: &str = "\
Examples:
  coracle run .                             build the app here and start it
  coracle run shop --port 9000 --env LOG=debug
  coracle run shop --process worker -- --once

The app finds its port in PORT. Ctrl-C asks it to end, a second one ends it at once.

Exit status:
  That of the app, or 128 and the number of the signal that ended it; before it starts,
  that of `coracle build`.";

pub(crate) const IMAGES: &str = "\
Shows name, compressed size and image id. To start one of them:
  coracle run NAME";

pub(crate) const CLEAN: &str = "\
Examples:
  coracle cache clean          what no current builder uses; images stay
  coracle cache clean --all    everything; the builder is made anew, which takes minutes";

pub(crate) const REBASE: &str = "\
Examples:
  coracle rebase shop                                  onto today's run image
  coracle rebase shop --run-image coracle/run:debug    the same app, with a shell
  coracle rebase oci:./image
  coracle rebase oci:./image --run-image oci:./run     onto a run image that isn't Coracle's
  coracle rebase registry.example/team/shop --publish

Only the run image's layers change. An image that is only in a registry is rebased there:
  pack rebase registry.example/team/shop --publish";

pub(crate) const BUILDER: &str = "\
Examples:
  coracle builder create                     so that the first build is fast
  coracle builder create --to docker         for pack and the Docker daemon
  coracle builder publish registry.example/team
  coracle builder inspect                    run image, order of detection, components";

pub(crate) const BUILDER_CREATE: &str = "\
Examples:
  coracle builder create                     so that the first build is fast
  coracle builder create --builder static
  coracle builder create --to docker         then: pack build shop --builder coracle/builder
                                               --pull-policy never --trust-builder";

pub(crate) const BUILDER_PUBLISH: &str = "\
Examples:
  coracle builder publish registry.example/team
  coracle builder publish registry.example/team --builder static
  coracle builder publish registry.example/team --tag 2026-11-21

Credentials are those of `docker login`, and are tried before anything is made. The tags are set when
every image is there, the builder's last, so that everybody's builds go on meanwhile. To build with it:
  pack build shop --builder registry.example/team/builder";

pub(crate) const STACK: &str = "\
Examples:
  coracle stack lock                         today's packages into stack/debian.lock
  coracle stack build                        all images, and packaged/ for `pack builder create`
  coracle stack build run --output ./images  one image, as the OCI layout ./images/run";
