//! The launch SBOM of a buildpack, in the formats that its buildpack.toml declares:
//! `application/vnd.cyclonedx+json` and `application/spdx+json`.

use ::sbom::Document;
use libcnb::build::BuildResultBuilder;
use libcnb::data::sbom::SbomFormat;
use libcnb::sbom::Sbom;

/// Adds the document as launch SBOM, once in each format.
pub fn contribute(result: BuildResultBuilder, document: &Document) -> BuildResultBuilder {
    result
        .launch_sbom(Sbom::from_bytes(
            SbomFormat::CycloneDxJson,
            document.cyclonedx_json(),
        ))
        .launch_sbom(Sbom::from_bytes(SbomFormat::SpdxJson, document.spdx_json()))
}
