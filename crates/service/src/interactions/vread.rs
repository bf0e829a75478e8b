//! vread <https://hl7.org/fhir/R4/http.html#vread>: one version, still readable after the resource was deleted.

use crate::fault::Fault;
use crate::session::Session;
use crate::{Reply, answer, part};
use varde_fhir::ResourceKey;

/// The version as it was written.
pub(crate) fn vread(session: &mut Session<'_, '_>, key: &ResourceKey, version: &str) -> Result<Reply, Fault> {
    let unknown = || Fault::NotFound(key.clone());
    let number: i64 = version.parse().map_err(|_| unknown())?;
    // `01` is another text than the version id `1`.
    let view = session.context.view();
    let stored = session.store.earlier_visible(key, number, &view)?.filter(|_| number.to_string() == version);
    // Who may see the resource now may see how it came to be; who may not, sees nothing of it.
    let stored = stored.ok_or_else(unknown)?;
    if stored.deleted {
        return Err(Fault::Gone(key.clone()));
    }
    session.show(&stored);
    let asked = part::asked(session.context, &stored)?;
    Ok(answer::resource(200, &part::of(stored, asked.as_ref())?))
}
