//! `varde-load`: presses a release binary of Varde as client systems would, checks every answer, and puts beside each figure the
//! ceiling that the same machine reached in the same run. `varde-load report` repeats the table of `docs/performance.md`.
//!
//! It is honest or it is nothing: answers are verified (all in short, a sample whole), ceilings and Varde are measured in turn, an
//! open loop counts from when a request was due, and what the generator itself costs is told.

mod act;
mod arithmetic;
mod bench;
mod bodies;
mod cast;
mod ceiling;
mod check;
mod database;
mod drive;
mod figures;
mod flags;
mod growth;
mod link;
mod logging;
mod machine;
mod markdown;
mod note;
mod numbers;
mod process;
mod report;
mod scenario;
mod schedule;
mod seed;
mod server;
mod targets;
mod template;
mod trouble;
mod unaudited;
mod validation;
mod wire;

use ceiling::Ceiling;
use flags::{Flags, USAGE};
use seed::Seeder;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::ExitCode;
use trouble::{Doing, Outcome, Trouble};

/// The binary's allocator, so that the ceilings and the server without audit have no other.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let command = arguments.next().unwrap_or_default();
    match run(&command, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            // Nobody is left to tell when standard error is gone too.
            let _ = writeln!(std::io::stderr(), "varde-load: {trouble}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, mut arguments: impl Iterator<Item = String>) -> Outcome<()> {
    let name = if command == "ceiling" { arguments.next() } else { None };
    let flags = Flags::read(arguments)?;
    // What this tool starts of itself, as servers.
    let bind = || flags.bind.as_deref().unwrap_or_default().parse().doing("--bind");
    if command == "serve-unaudited" {
        return unaudited::serve(bind()?, &flags.database);
    }
    if let Some(name) = name {
        return ceiling::serve(Ceiling::named(&name, flags.bytes)?, bind()?, &flags.database);
    }
    std::fs::create_dir_all(&flags.workdir).doing("making the work folder")?;
    // One thread: the other core is the server's.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().doing("a runtime")?;
    tokio::task::LocalSet::new().block_on(&runtime, async {
        match command {
            "seed" => seed(&flags).await,
            "run" => {
                let bench = bench::bench(&flags, &flags.shelf()).await?;
                told(&flags, &markdown::bench(&bench), &bench.json())
            }
            "growth" => {
                let growth = growth::growth(&flags, &flags.shelf()).await?;
                told(&flags, &markdown::growth(&growth), &growth.json())
            }
            "report" => {
                let report = report::report(&flags).await?;
                told(&flags, &report.markdown(&flags), &report.json())
            }
            _ => Err(Trouble::new(USAGE)),
        }
    })
}

async fn seed(flags: &Flags) -> Outcome<()> {
    let shelf = flags.shelf();
    let stock = Seeder { shelf: &shelf, varde: &flags.varde, workdir: &flags.workdir };
    let begun = std::time::Instant::now();
    let seeded = stock.patients(flags.patients).await?;
    let text = format!(
        "{} patients in {:.1} s, {} MB",
        seeded.people.len(),
        begun.elapsed().as_secs_f64(),
        seeded.database.bytes().await? >> 20
    );
    told(flags, &text, &json!({ "patients": seeded.people.len() }))
}

/// Prints the figures, and writes them where the flags say.
fn told(flags: &Flags, text: &str, figures: &Value) -> Outcome<()> {
    if let Some(path) = &flags.json {
        std::fs::write(path, format!("{figures:#}\n")).doing("writing the JSON")?;
    }
    if let Some(path) = &flags.markdown {
        std::fs::write(path, text).doing("writing the markdown")?;
    }
    writeln!(std::io::stdout(), "{text}").doing("printing")
}
