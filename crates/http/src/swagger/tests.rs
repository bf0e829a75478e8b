//! The Swagger UI page: what it is given, and that nothing of it leaves the machine.

use super::*;
use actix_web::http::StatusCode;
use actix_web::{App, test};
use serde_json::Value;

async fn get(development: bool, path: &str) -> (StatusCode, String, String, Bytes) {
    let options = Options { development, ..Options::default() };
    let app = test::init_service(App::new().configure(|config| configure(config, &options))).await;
    let response = test::call_service(&app, test::TestRequest::get().uri(path).to_request()).await;
    let header =
        |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    let (content_type, policy) = (header("content-type"), header("content-security-policy"));
    (response.status(), content_type, policy, test::read_body(response).await)
}

#[actix_web::test]
async fn the_page_and_all_its_files_are_here() {
    for (path, content_type) in [
        ("/swagger-ui/", "text/html"),
        ("/swagger-ui/index.html", "text/html"),
        ("/swagger-ui/index.css", "text/css"),
        ("/swagger-ui/swagger-ui.css", "text/css"),
        ("/swagger-ui/swagger-ui-bundle.js", "text/javascript"),
        ("/swagger-ui/swagger-ui-standalone-preset.js", "text/javascript"),
        ("/swagger-ui/swagger-initializer.js", "text/javascript"),
        ("/swagger-ui/favicon-32x32.png", "image/png"),
        ("/swagger-ui/favicon-16x16.png", "image/png"),
    ] {
        let (status, found, policy, body) = get(true, path).await;
        assert_eq!((status, found.as_str()), (StatusCode::OK, content_type), "{path}");
        assert_eq!(policy, PAGE_POLICY, "{path}");
        assert!(!body.is_empty(), "{path}");
    }
    assert_eq!(get(true, "/swagger-ui/no-such-file.js").await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(true, "/swagger-ui").await.0, StatusCode::MOVED_PERMANENTLY);
}

#[actix_web::test]
async fn the_page_opens_on_the_main_job_and_asks_nobody_else() {
    let (_, _, _, body) = get(true, "/swagger-ui/swagger-initializer.js").await;
    let script = std::str::from_utf8(&body).unwrap();
    for part in [
        r#""url": "/openapi-3.0.json""#,
        r#""docExpansion": "none""#,
        r#""defaultModelsExpandDepth": -1"#,
        r#""persistAuthorization": true"#,
        r#""tryItOutEnabled": true"#,
        r#""validatorUrl": "none""#,
        r#""clientId": "epj-helse-bergen""#,
        "'Main job'",
    ] {
        assert!(script.contains(part), "{part} in {script}");
    }
    assert!(!script.contains("://"), "{script}");
    let (_, _, _, production) = get(false, "/swagger-ui/swagger-initializer.js").await;
    assert!(!std::str::from_utf8(&production).unwrap().contains("clientId"));
}

#[actix_web::test]
async fn both_documents_are_served() {
    for (path, version) in [("/openapi.json", "3.1.0"), ("/openapi-3.0.json", "3.0.3")] {
        let (status, content_type, _, body) = get(false, path).await;
        let document: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!((status, content_type.as_str()), (StatusCode::OK, "application/json"), "{path}");
        assert_eq!(document["openapi"], version);
        assert!(document["paths"].get("/dev/token").is_none());
    }
    let (_, _, _, development) = get(true, "/openapi.json").await;
    let document: Value = serde_json::from_slice(&development).unwrap();
    assert!(document["paths"].get("/dev/token").is_some());
}

#[actix_web::test]
async fn other_methods_are_refused() {
    let options = Options::default();
    let app = test::init_service(App::new().configure(|config| configure(config, &options))).await;
    for path in ["/openapi.json", "/swagger-ui/"] {
        let response = test::call_service(&app, test::TestRequest::post().uri(path).to_request()).await;
        assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED, "{path}");
    }
}
