//! `logyard bench`: what the broker holds on this machine. The lab measures; this says for how long and shows it.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::exit::{Exit, Failure};
use crate::lab::bench::{SHAPES, Throughput, measure};
use crate::model::durability::Durability;

/// Each shape is measured for so long: a few seconds in all.
const SPAN: Duration = Duration::from_millis(1_500);

/// What `logyard bench` is told.
#[derive(Clone, Debug, Args)]
pub struct BenchArguments {
    /// When an acknowledged record is safe.
    #[arg(long, value_name = "immediate|interval|memory", default_value = "interval",
          value_parser = super::arguments::durability)]
    durability: Durability,
    /// The broker's seed; what is measured depends on the machine all the same.
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// Write the figures to standard output as one JSON object, and nothing else.
    #[arg(long)]
    json: bool,
}

/// Everything that was measured.
#[derive(Serialize)]
struct Summary {
    durability: &'static str,
    seed: u64,
    cores: usize,
    shapes: Vec<Line>,
}

/// One shape's figures.
#[derive(Serialize)]
struct Line {
    name: &'static str,
    partitions: u32,
    producers: u32,
    records_per_batch: u32,
    record_bytes: u64,
    elapsed_s: f64,
    records_per_second: f64,
    megabytes_per_second: f64,
    latency_ms: Latency,
}

/// From sending a batch to its answer.
#[derive(Serialize)]
struct Latency {
    p50: f64,
    p95: f64,
    p99: f64,
    max: f64,
}

/// Measures every shape and writes the figures to `out`.
pub fn bench(arguments: &BenchArguments, out: &mut dyn Write) -> Result<Exit, Failure> {
    let bar = progress_bar();
    let mut shapes = Vec::new();
    for shape in SHAPES {
        bar.set_message(shape.name);
        let measured = measure(shape, arguments.durability, arguments.seed, SPAN).map_err(Failure::failed)?;
        shapes.push(Line::of(&measured));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let summary = Summary { durability: arguments.durability.name(), seed: arguments.seed, cores, shapes };
    write(&summary, arguments.json, out).context("writing the figures to standard output").map_err(Failure::failed)?;
    Ok(Exit::AsAsked)
}

impl Line {
    fn of(measured: &Throughput) -> Self {
        let millis = |span: Duration| span.as_secs_f64() * 1e3;
        let latency = &measured.latency;
        Self {
            name: measured.shape.name,
            partitions: measured.shape.partitions,
            producers: measured.shape.producers,
            records_per_batch: measured.shape.records,
            record_bytes: measured.shape.record_bytes,
            elapsed_s: measured.elapsed.as_secs_f64(),
            records_per_second: measured.records_per_second().round(),
            megabytes_per_second: (measured.bytes_per_second() / 1e5).round() / 10.0,
            latency_ms: Latency {
                p50: millis(latency.p50()),
                p95: millis(latency.p95()),
                p99: millis(latency.p99()),
                max: millis(latency.max()),
            },
        }
    }
}

fn write(summary: &Summary, as_json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    if as_json {
        serde_json::to_writer_pretty(&mut *out, summary)?;
        writeln!(out)?;
    } else {
        write_words(summary, out)?;
    }
    Ok(out.flush()?)
}

fn write_words(summary: &Summary, out: &mut dyn Write) -> std::io::Result<()> {
    let Summary { durability, seed, cores, shapes } = summary;
    writeln!(out, "Appends to the embedded broker, durability {durability}, {cores} cores, seed {seed}\n")?;
    let heads = ["shape", "partitions", "producers", "batch", "record", "records/s", "MB/s", "p50 ms", "p99 ms"];
    let [shape, rest @ ..] = heads;
    write!(out, "{shape:<14}")?;
    for head in rest {
        write!(out, " {head:>11}")?;
    }
    writeln!(out)?;
    for line in shapes {
        let Line { name, partitions, producers, records_per_batch, record_bytes, .. } = line;
        let Latency { p50, p99, .. } = line.latency_ms;
        let size = format!("{record_bytes} B");
        writeln!(
            out,
            "{name:<14} {partitions:>11} {producers:>11} {records_per_batch:>11} {size:>11} {:>11.0} {:>11.1} {p50:>11.3} {p99:>11.3}",
            line.records_per_second, line.megabytes_per_second
        )?;
    }
    writeln!(
        out,
        "\nMeasured for {} s each, after a warm-up; each producer waits for the answer to its batch.",
        SPAN.as_secs_f64()
    )
}

/// On standard error, and only where somebody watches.
fn progress_bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let shapes = u64::try_from(SHAPES.len()).unwrap_or(u64::MAX);
    let bar = ProgressBar::with_draw_target(Some(shapes), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("measuring {msg} {wide_bar} {pos} of {len}");
    style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style))
}
