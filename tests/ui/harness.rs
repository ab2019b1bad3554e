//! How a test has a window: started over a lab of its own, used by name and key, and settled after each.

use std::sync::Arc;

use egui::{Key, Modifiers, Vec2, vec2};
use egui_kittest::kittest::Queryable;
use egui_kittest::{Harness, HarnessBuilder};
use image::RgbImage;
use logyard::lab::Snapshot;
use logyard::ui::Workbench;
use logyard::ui::settings::SettingsFile;

use crate::raster::Raster;
use crate::sample::Fake;

pub type Window = Harness<'static, Workbench>;

/// Most frames until nothing asks for another one.
const MOST_FRAMES: u64 = 12;

/// A window of the usual size that remembers nothing.
pub fn window(snapshot: Snapshot) -> (Window, Arc<Fake>) {
    window_of(snapshot, 1400.0, 900.0)
}

/// A window of the usual size over a lab of the test's own.
pub fn window_over(fake: &Arc<Fake>) -> Window {
    start_over(Harness::builder(), Arc::clone(fake), SettingsFile::default(), vec2(1400.0, 900.0))
}

/// A window of another size.
pub fn window_of(snapshot: Snapshot, width: f32, height: f32) -> (Window, Arc<Fake>) {
    start(snapshot, SettingsFile::default(), vec2(width, height))
}

/// A window that looks as it is remembered.
pub fn remembering(snapshot: Snapshot, settings: SettingsFile) -> (Window, Arc<Fake>) {
    start(snapshot, settings, vec2(1400.0, 900.0))
}

fn start(snapshot: Snapshot, settings: SettingsFile, size: Vec2) -> (Window, Arc<Fake>) {
    start_with(Harness::builder(), snapshot, settings, size)
}

fn start_with(
    builder: HarnessBuilder<Workbench>,
    snapshot: Snapshot,
    settings: SettingsFile,
    size: Vec2,
) -> (Window, Arc<Fake>) {
    let fake = Fake::new(snapshot);
    (start_over(builder, Arc::clone(&fake), settings, size), fake)
}

fn start_over(builder: HarnessBuilder<Workbench>, link: Arc<Fake>, settings: SettingsFile, size: Vec2) -> Window {
    let mut window = builder
        .with_size(size)
        .with_max_steps(MOST_FRAMES)
        .build_eframe(move |cc| Workbench::remembering(&cc.egui_ctx, link, settings));
    window.run();
    window
}

/// A window that can be looked at.
pub struct Look {
    pub window: Window,
    raster: Raster,
}

impl Look {
    pub fn new(snapshot: Snapshot, settings: SettingsFile, width: f32, height: f32) -> Self {
        let raster = Raster::default();
        let builder = Harness::builder().renderer(raster.clone());
        let (window, _) = start_with(builder, snapshot, settings, vec2(width, height));
        Self { window, raster }
    }

    /// What is drawn now.
    pub fn picture(&self) -> RgbImage {
        self.raster.picture(&self.window.ctx, self.window.output())
    }
}

pub fn click(window: &mut Window, name: &str) {
    window.get_by_label(name).click();
    window.run();
}

pub fn press(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run();
}

/// Presses a key with Ctrl held.
pub fn press_command(window: &mut Window, key: Key) {
    window.key_press_modifiers(Modifiers::COMMAND, key);
    window.run();
}

pub fn has(window: &Window, name: &str) -> bool {
    window.query_by_label(name).is_some()
}
