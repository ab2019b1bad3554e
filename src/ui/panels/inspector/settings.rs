//! Editors of settings: a label with its meaning at the left, a value to change at the right. Each is named
//! after its owner, such as `Linger of web`, and returns a new value when there is one.

use std::time::Duration;

use egui::{ComboBox, Ui};

use crate::scenario::ServiceTime;
use crate::ui::widgets::controls::{Field, control_row_ui, number_ui};
use crate::ui::widgets::convert::{count_to_f64, to_count};

/// Whose setting it is, what it is called and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    pub owner: &'a str,
    pub label: &'a str,
    pub meaning: &'a str,
}

impl<'a> Setting<'a> {
    pub const fn new(owner: &'a str, label: &'a str, meaning: &'a str) -> Self {
        Self { owner, label, meaning }
    }

    fn name(self) -> String {
        format!("{} of {}", self.label, self.owner)
    }

    /// A number within a range, with its unit.
    pub fn number_ui(self, ui: &mut Ui, value: f64, range: (f64, f64), unit: &str) -> Option<f64> {
        let name = self.name();
        let decimals = if value.fract() == 0.0 { 0 } else { 2 };
        let field =
            Field { name: &name, value, range, suffix: unit, decimals: decimals.max(usize::from(range.1 < 1e3) * 2) };
        control_row_ui(ui, self.label, self.meaning, |ui| number_ui(ui, &field))
    }

    /// A count of at least `least`.
    pub fn count_ui(self, ui: &mut Ui, value: u64, least: u64, unit: &str) -> Option<u64> {
        let name = self.name();
        let range = (count_to_f64(least), 1e9);
        let field = Field { name: &name, value: count_to_f64(value), range, suffix: unit, decimals: 0 };
        control_row_ui(ui, self.label, self.meaning, |ui| number_ui(ui, &field)).map(to_count)
    }

    /// The same for what is counted in 32 bits.
    pub fn small_count_ui(self, ui: &mut Ui, value: u32, least: u32, unit: &str) -> Option<u32> {
        self.count_ui(ui, value.into(), least.into(), unit).map(|value| u32::try_from(value).unwrap_or(u32::MAX))
    }

    /// A span of time in milliseconds.
    pub fn millis_ui(self, ui: &mut Ui, value: Duration) -> Option<Duration> {
        let name = self.name();
        let field =
            Field { name: &name, value: value.as_secs_f64() * 1e3, range: (0.0, 1e9), suffix: " ms", decimals: 3 };
        let changed = control_row_ui(ui, self.label, self.meaning, |ui| number_ui(ui, &field));
        changed.map(|millis| Duration::from_secs_f64(millis.max(0.0) / 1e3))
    }

    /// A span of time in seconds.
    pub fn seconds_ui(self, ui: &mut Ui, value: Duration) -> Option<Duration> {
        let name = self.name();
        let field = Field { name: &name, value: value.as_secs_f64(), range: (0.001, 1e6), suffix: " s", decimals: 3 };
        let changed = control_row_ui(ui, self.label, self.meaning, |ui| number_ui(ui, &field));
        changed.map(|seconds| Duration::from_secs_f64(seconds.max(0.0)))
    }

    /// One of a few words; the index of the one that was chosen anew.
    pub fn choice_ui(self, ui: &mut Ui, current: Option<usize>, words: &[&str]) -> Option<usize> {
        let name = self.name();
        let shown = current.and_then(|current| words.get(current)).copied().unwrap_or("from a file");
        control_row_ui(ui, self.label, self.meaning, |ui| {
            let mut chosen = None;
            ui.name_inputs(name, |ui| {
                ComboBox::from_id_salt((self.owner, self.label)).selected_text(shown).show_ui(ui, |ui| {
                    for (index, word) in words.iter().enumerate() {
                        if ui.selectable_label(current == Some(index), *word).clicked() && current != Some(index) {
                            chosen = Some(index);
                        }
                    }
                })
            });
            chosen
        })
    }

    /// Something that can't be changed while the experiment runs, with the reason.
    pub fn fixed_ui(self, ui: &mut Ui, value: &str, reason: &str) {
        let name = self.name();
        let meaning = format!("{}\nCan't be changed: {reason}", self.meaning);
        control_row_ui(ui, self.label, &meaning, |ui| {
            let response = ui.add_enabled(false, egui::Button::new(value));
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, false, &name));
            response.on_disabled_hover_text(meaning.as_str());
        });
    }
}

const SIGMA: f64 = 0.5;

/// The distribution of processing times and its figures.
pub fn service_time_ui(ui: &mut Ui, owner: &str, time: &ServiceTime, with_mean: bool) -> Option<ServiceTime> {
    let current = match time {
        ServiceTime::Constant(_) => Some(0),
        ServiceTime::Exponential { .. } => Some(1),
        ServiceTime::LogNormal { .. } => Some(2),
        ServiceTime::Trace { .. } => None,
    };
    let mean = time.mean();
    let meaning = "How processing times are spread: exponential is random without memory, lognormal has a long tail";
    let chosen =
        Setting::new(owner, "Distribution", meaning).choice_ui(ui, current, &["constant", "exponential", "lognormal"]);
    let mut next = chosen.map(|chosen| match chosen {
        0 => ServiceTime::Constant(mean),
        1 => ServiceTime::Exponential { mean },
        _ => ServiceTime::LogNormal { mean, sigma: SIGMA },
    });
    if with_mean && let Some(mean) = Setting::new(owner, "Processing time", "Mean per record").millis_ui(ui, mean) {
        next = Some(time.with_mean(mean));
    }
    if let ServiceTime::LogNormal { sigma, .. } = time
        && let Some(sigma) =
            Setting::new(owner, "Sigma", "Deviation of the logarithm").number_ui(ui, *sigma, (0.0, 10.0), "")
    {
        next = Some(ServiceTime::LogNormal { mean, sigma });
    }
    next
}
