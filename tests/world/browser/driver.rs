//! Chromium without a window, driven over `WebDriver` <https://www.w3.org/TR/webdriver2/>; everything it starts ends with it.

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};
use std::net::TcpListener;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// What can go wrong on a page.
pub(super) type Fallible<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// How often a driver that is starting is asked, a tenth of a second apart.
const ATTEMPTS: u32 = 300;

/// Where browser and driver are.
pub(super) struct Browser {
    chromium: PathBuf,
    chromedriver: PathBuf,
}

/// A running driver; dropped, it is killed, and its browsers with it.
struct Driver {
    child: Child,
    url: String,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    /// Looks where Debian and others put them.
    pub(super) fn find() -> Option<Self> {
        let at = |names: &[&str]| {
            let places = names.iter().flat_map(|name| {
                ["/usr/bin", "/usr/local/bin", "/snap/bin"].map(|folder| Path::new(folder).join(name))
            });
            places.into_iter().find(|path| path.is_file())
        };
        Some(Self {
            chromium: at(&["chromium", "chromium-browser", "google-chrome"])?,
            chromedriver: at(&["chromedriver"])?,
        })
    }

    /// Opens a fresh browser, does something with it and closes it, whatever happened.
    pub(super) fn visit(&self, act: &impl AsyncFn(&Client) -> Fallible) {
        let profile = TempDir::new().expect("a temporary directory");
        let driver = self.driver(profile.path());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let page = runtime.block_on(self.session(&driver, profile.path()));
        let done = catch_unwind(AssertUnwindSafe(|| runtime.block_on(act(&page))));
        let shown = if matches!(done, Ok(Ok(()))) { Ok(String::new()) } else { runtime.block_on(page.source()) };
        // Chromium ends with its session; a driver that is killed would leave it behind.
        runtime.block_on(page.close()).expect("the browser closes");
        let shown: String = shown.unwrap_or_default().chars().take(4000).collect();
        match done {
            Ok(Ok(())) => {}
            Ok(Err(error)) => panic!("{error}\n{shown}"),
            Err(panic) => resume_unwind(panic),
        }
    }

    fn driver(&self, home: &Path) -> Driver {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
        let mut command = Command::new(&self.chromedriver);
        command
            .arg(format!("--port={port}"))
            .env("HOME", home)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Driver { child: command.spawn().expect("chromedriver starts"), url: format!("http://127.0.0.1:{port}") }
    }

    async fn session(&self, driver: &Driver, profile: &Path) -> Client {
        let capabilities = self.capabilities(profile);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            match builder.connect(&driver.url).await {
                Ok(client) => return client,
                Err(error) => last = error.to_string(),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("chromedriver does not answer: {last}");
    }

    fn capabilities(&self, profile: &Path) -> Map<String, Value> {
        let profile = format!("--user-data-dir={}", profile.join("profile").display());
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1400,1200",
            &profile,
        ];
        let options = json!({ "binary": self.chromium, "args": arguments });
        Map::from_iter([("goog:chromeOptions".to_owned(), options)])
    }
}
