//! The API explorer: `/swagger-ui/` (Swagger UI, vendored in the binary: no request leaves the machine), `/openapi.json`
//! (3.1) and `/openapi-3.0.json`. The documents are made when they are first asked for, and kept.

use crate::openapi::{self, Options};
use crate::reading::reading;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ContentEncoding, LOCATION};
use actix_web::web::Bytes;
use actix_web::{HttpResponse, web};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use utoipa_swagger_ui::{Config, oauth};

/// What the page may load: itself. Swagger UI writes inline styles and has its icons as `data:` URLs.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Opens the tag of the main job (the others stay closed), unless the address names something.
const OPEN_MAIN_JOB: &str = "
window.addEventListener('load', function () {
  document.title = 'Varde API';
  if (!window.location.hash) { window.ui.layoutActions.show(['operations-tag', 'Main job'], true); }
});
";

/// The serialised documents, 3.1 and 3.0, by what they depend on.
static DOCUMENTS: Mutex<BTreeMap<Options, [Bytes; 2]>> = Mutex::new(BTreeMap::new());

/// What the handlers share.
struct Explorer {
    options: Options,
    config: Arc<Config<'static>>,
}

/// Adds the explorer and the documents.
pub(crate) fn configure(config: &mut web::ServiceConfig, options: &Options) {
    let explorer = web::Data::new(Explorer { options: options.clone(), config: Arc::new(page(options)) });
    config
        .app_data(explorer)
        .service(reading("/openapi.json", || web::to(document)))
        .service(reading("/openapi-3.0.json", || web::to(document_30)))
        .service(reading("/swagger-ui", || web::to(to_page)))
        .service(reading("/swagger-ui/{file:.*}", || web::to(file)));
}

fn page(options: &Options) -> Config<'static> {
    // Swagger UI reads 3.0 several times faster than 3.1; the content is the same.
    let documents = ["/openapi-3.0.json"];
    let config = if options.development {
        // Authorize needs one click: the persona stands there, the secret and the scopes may stay empty.
        let persona = oauth::Config::new().client_id("epj-helse-bergen").app_name("Varde, development");
        Config::with_oauth_config(documents, persona)
    } else {
        Config::new(documents)
    };
    config
        .use_base_layout()
        .deep_linking(true)
        .doc_expansion("none")
        .default_models_expand_depth(-1)
        .display_request_duration(true)
        .filter(true)
        .persist_authorization(true)
        .try_it_out_enabled(true)
        .validator_url("none")
}

async fn document(explorer: web::Data<Explorer>) -> HttpResponse {
    let [newer, _] = documents(&explorer.options);
    json(newer)
}

async fn document_30(explorer: web::Data<Explorer>) -> HttpResponse {
    let [_, older] = documents(&explorer.options);
    json(older)
}

fn json(body: Bytes) -> HttpResponse {
    HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-cache")).content_type("application/json").body(body)
}

fn documents(options: &Options) -> [Bytes; 2] {
    let mut made = DOCUMENTS.lock().unwrap_or_else(PoisonError::into_inner);
    let both = made.entry(options.clone()).or_insert_with(|| {
        [openapi::document(options), openapi::document_30(options)].map(|document| Bytes::from(document.to_string()))
    });
    both.clone()
}

async fn to_page() -> HttpResponse {
    HttpResponse::MovedPermanently().insert_header((LOCATION, "/swagger-ui/")).finish()
}

async fn file(path: web::Path<String>, explorer: web::Data<Explorer>) -> HttpResponse {
    let Ok(Some(file)) = utoipa_swagger_ui::serve(&path, Arc::clone(&explorer.config)) else {
        return HttpResponse::NotFound().finish();
    };
    let mut response = HttpResponse::Ok();
    response.content_type(file.content_type).insert_header((CONTENT_SECURITY_POLICY, PAGE_POLICY));
    if file.gzpipped {
        response.insert_header((CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    match file.bytes {
        Cow::Borrowed(vendored) => {
            response.insert_header((CACHE_CONTROL, "public, max-age=86400")).body(Bytes::from_static(vendored))
        }
        Cow::Owned(mut initializer) => {
            initializer.extend_from_slice(OPEN_MAIN_JOB.as_bytes());
            response.insert_header((CACHE_CONTROL, "no-cache")).body(initializer)
        }
    }
}

#[cfg(test)]
mod tests;
