//! The window: it draws the latest [`crate::lab::Snapshot`] and asks for what people want by pushing
//! [`crate::lab::Command`]s. It knows no broker, no client and no lock.

pub mod app;
mod apply;
mod canvas;
mod catalogue;
pub mod command;
mod content;
mod dialogs;
mod layout;
mod motion;
mod panels;
pub mod selection;
pub mod settings;
mod shortcuts;
pub mod theme;
mod widgets;

use std::sync::Arc;

use eframe::{NativeOptions, Renderer};
use egui::ViewportBuilder;
use thiserror::Error;

pub use app::Workbench;

use crate::lab::LabLink;
use settings::SettingsFile;

/// Why there is no window.
#[derive(Debug, Error)]
pub enum WindowError {
    #[error(
        "opening the window: {0}; on Linux it needs a display (X11 or Wayland) and, on Debian, the packages \
         libgl1 libxcursor1 libxi6 libxkbcommon-x11-0. Without one, `logyard run FILE` works in a terminal"
    )]
    NoWindow(String),
}

/// Opens the window as it is remembered and returns when it is closed.
///
/// # Errors
/// When there is no display, no OpenGL, or a library is missing.
pub fn open(link: Arc<dyn LabLink>, remembered: SettingsFile) -> Result<(), WindowError> {
    let viewport = ViewportBuilder::default()
        .with_title("Logyard")
        .with_app_id("logyard")
        .with_inner_size([1400.0, 900.0])
        .with_min_inner_size([760.0, 480.0]);
    let options = NativeOptions { viewport, renderer: Renderer::Glow, ..NativeOptions::default() };
    eframe::run_native(
        "Logyard",
        options,
        Box::new(|cc| Ok(Box::new(Workbench::remembering(&cc.egui_ctx, link, remembered)))),
    )
    .map_err(|error| WindowError::NoWindow(error.to_string()))
}
