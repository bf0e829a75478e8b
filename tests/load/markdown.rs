//! Figures as markdown tables.

use crate::arithmetic::{float, per};
use crate::bench::Bench;
use crate::figures::Figures;
use crate::flags::Flags;
use crate::growth::Growth;
use crate::machine::Machine;
use crate::targets::Target;
use std::fmt::Write as _;

/// The targets.
pub(crate) fn targets(targets: &[Target]) -> String {
    let mut text = "| what | target | measured | met |\n|---|--:|--:|:-:|\n".to_owned();
    for Target { what, aim, measured, met } in targets {
        let met = if *met { "yes" } else { "**no**" };
        let _ = writeln!(text, "| {what} | {aim} | {measured} | {met} |");
    }
    text
}

/// The machine and how it was pressed.
pub(crate) fn method(machine: &Machine, flags: &Flags) -> String {
    let Machine { cores, memory, processor, kernel, sync, longest_sync } = machine;
    let Flags { clients, rounds, length, .. } = flags;
    format!(
        "\nMachine: {cores} cores ({processor}), {memory:.0} GB, Linux {kernel}; a 4 KiB `fdatasync` takes {sync:.2} ms (median), \
         {longest_sync:.1} ms (longest of 200). {clients} keep-alive connections, {rounds} rounds of {} s each; medians.\n\n",
        length.as_secs_f64()
    )
}

const COLUMNS: &str = "req/s | p50 ms | p95 ms | p99 ms | max ms | CPU µs | cores | generator | others | RSS MB |";
const RULE: &str = "--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|";

/// The scenarios of one database, each beside its ceiling.
pub(crate) fn bench(bench: &Bench) -> String {
    let Bench { title, patients, bytes, ceilings, measured } = bench;
    let mut text = format!("### {title}, {patients} patients ({} MB)\n\n", bytes >> 20);
    let _ = writeln!(text, "| scenario | {COLUMNS} ceiling req/s | ratio | ratio of CPU |\n|---|{RULE}--:|--:|--:|");
    for it in measured {
        let beside = it.ceiling.as_ref().map_or_else(
            || " | | |".to_owned(),
            |(name, ceiling)| {
                let cpu = per(ceiling.server_micros, it.varde.server_micros);
                format!(" {:.0} ({name}) | {:.2} | {cpu:.2} |", ceiling.rate, it.ratio)
            },
        );
        let _ = writeln!(text, "| {}: {} {}{beside}", it.name, it.what, row(&it.varde));
    }
    if measured.iter().any(|it| it.open.is_some()) {
        let _ = writeln!(text, "\nOpen loop at half of that rate; a time counts from when its request was due:\n");
        let _ = writeln!(text, "| scenario | asked req/s | {COLUMNS}\n|---|--:|{RULE}");
    }
    for (it, (rate, open)) in measured.iter().filter_map(|it| Some((it, it.open.as_ref()?))) {
        let _ = writeln!(text, "| {} | {rate} {}", it.name, row(open));
    }
    if !ceilings.is_empty() {
        let _ = writeln!(text, "\nThe ceilings by themselves:\n\n| ceiling | {COLUMNS}\n|---|{RULE}");
    }
    for (name, figures) in ceilings {
        let _ = writeln!(text, "| {name} {}", row(figures));
    }
    text + "\n"
}

fn row(figures: &Figures) -> String {
    let Figures { rate, p50, p95, p99, most, server_micros, server_cores, own_cores, other_cores, memory, .. } =
        figures;
    let resident = float(memory.most) / 1024.0;
    format!(
        "| {rate:.0} | {p50:.2} | {p95:.2} | {p99:.2} | {most:.1} | {server_micros:.0} | {server_cores:.2} | \
         {own_cores:.2} | {other_cores:.2} | {resident:.0} |"
    )
}

/// What growth costs.
pub(crate) fn growth(growth: &Growth) -> String {
    let Growth { patients: (few, many), bytes: (small, large), scenarios, ready_after, idle } = growth;
    let mut text = format!("### Growth: {few} and {many} patients ({} and {} MB)\n\n", small >> 20, large >> 20);
    let _ = writeln!(text, "| scenario, patients | {COLUMNS} loss |\n|---|{RULE}--:|");
    for (name, small, large, loss) in scenarios {
        let _ = writeln!(text, "| {name}, {few} {} |", row(small));
        let _ = writeln!(text, "| {name}, {many} {} {:.1} % |", row(large), loss * 100.0);
    }
    let idle = (float(idle.0) / 1024.0, float(idle.1) / 1024.0);
    let _ = writeln!(
        text,
        "\nStart to ready with {many} patients: {ready_after:.3} s. Idle resident: {:.1} MB with {few}, {:.1} MB with {many}.",
        idle.0, idle.1
    );
    text
}
