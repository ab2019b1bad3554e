//! What a live frame of the window costs: layout, drawing and tessellation, without the graphics card. The
//! charts are full, records move in every partition, and each frame brings a new snapshot. The bound is 4 ms
//! of processor time at 1,000 partitions and 1,000 consumers.

#[path = "../tests/support/sample.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "test data, of which only the large ones are measured")]
mod sample;

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use egui::{Context, RawInput, Rect, pos2, vec2};
use logyard::clock::Stopwatch;
use logyard::lab::Snapshot;
use logyard::ui::Workbench;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const FRAMES: u32 = 120;

fn main() {
    for (partitions, consumers) in [(8, 8), (100, 100), (1_000, 1_000)] {
        let (ui, tessellation) = measure(partitions, consumers);
        let all = ui + tessellation;
        let line = format!(
            "{partitions} partitions, {consumers} consumers: {all:.2} ms, of which {tessellation:.2} ms tessellation"
        );
        writeln!(std::io::stdout(), "{line}").expect("standard output takes a line");
    }
}

/// Median milliseconds of a frame's code and of its tessellation, while every frame brings a new snapshot.
fn measure(partitions: u32, consumers: u32) -> (f64, f64) {
    let fake = sample::Fake::new(sample::sized(partitions, consumers, false));
    let ctx = Context::default();
    let mut workbench = Workbench::new(&ctx, Arc::clone(&fake) as Arc<dyn logyard::lab::LabLink>);
    let (mut ui_times, mut tessellation_times) = (Vec::new(), Vec::new());
    for frame in 0..FRAMES {
        fake.change(pass);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(1400.0, 900.0))),
            time: Some(f64::from(frame) / 30.0 + 1.0),
            ..RawInput::default()
        };
        let watch = Stopwatch::start();
        let mut output = ctx.run_ui(input, |ui| workbench.frame_ui(ui, Some(2.0)));
        ui_times.push(watch.elapsed());
        let watch = Stopwatch::start();
        let primitives = ctx.tessellate(std::mem::take(&mut output.shapes), output.pixels_per_point);
        tessellation_times.push(watch.elapsed());
        drop(primitives);
        output.textures_delta.clear();
    }
    (median(&mut ui_times), median(&mut tessellation_times))
}

/// Lets a thirtieth of a second pass: records arrive and are read in every partition.
fn pass(snapshot: &mut Snapshot) {
    snapshot.clock.time += Duration::from_millis(33);
    for topic in &mut snapshot.topics {
        for partition in &mut topic.partitions {
            partition.high_watermark += 4;
            partition.log_end_offset += 4;
        }
    }
    for seen in snapshot.groups.iter_mut().flat_map(|group| &mut group.partitions) {
        seen.committed_offset = seen.committed_offset.map(|offset| offset + 3);
        seen.position = seen.position.map(|offset| offset + 3);
    }
}

fn median(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}
