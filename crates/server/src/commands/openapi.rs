//! `varde openapi`: prints the description of the API, as it is committed in `openapi/`.

use crate::cli::OpenapiVersion;
use crate::failure::Failure;
use std::io::Write as _;
use varde_http::openapi::{Options, document, document_30};

/// Prints the document.
///
/// # Errors
/// When standard output is gone.
pub(super) fn openapi(version: OpenapiVersion) -> Result<(), Failure> {
    let options = Options::default();
    let document = match version {
        OpenapiVersion::V31 => document(&options),
        OpenapiVersion::V30 => document_30(&options),
    };
    writeln!(std::io::stdout(), "{document:#}")?;
    Ok(())
}
