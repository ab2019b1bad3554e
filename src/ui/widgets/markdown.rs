//! Text with headings, lists and emphasis, as Markdown writes them. It opens no links by itself.

use std::sync::Arc;

use egui::mutex::Mutex;
use egui::{Id, Ui};
use egui_commonmark::{CommonMarkCache, CommonMarkViewer};

/// Draws the text over the width that there is.
pub fn markdown_ui(ui: &mut Ui, text: &str) {
    let id = Id::unique("what is known of texts that were drawn");
    let cache = ui.data_mut(|data| data.get_temp_mut_or_default::<Arc<Mutex<CommonMarkCache>>>(id).clone());
    CommonMarkViewer::new().show(ui, &mut cache.lock(), text);
}
