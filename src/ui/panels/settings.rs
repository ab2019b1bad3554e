//! Editors of settings, drawn from the lab's tables for forms and inspector alike: a label with its meaning at
//! the left, a value to change at the right. Each is named after its owner, such as `Linger of web`.

use std::time::Duration;

use egui::{ComboBox, RichText, TextEdit, Ui};

use crate::lab::Snapshot;
use crate::lab::settings::{Access, Change, Setting, SpanUnit, Value};
use crate::model::topic::TopicName;
use crate::ui::theme;
use crate::ui::widgets::controls::{Field, control_row_ui, named_ui, number_ui, span_field_ui};
use crate::ui::widgets::convert::{count_to_f64, to_count};

/// Whose settings are edited.
#[derive(Clone, Copy)]
pub struct Owner<'a> {
    pub name: &'a str,
    /// There already: some settings are fixed then.
    pub is_running: bool,
    pub snapshot: &'a Snapshot,
}

impl<'a> Owner<'a> {
    pub const fn running(name: &'a str, snapshot: &'a Snapshot) -> Self {
        Self { name, is_running: true, snapshot }
    }

    const fn editor<S>(self, setting: &'static Setting<S>) -> Editor<'a> {
        Editor::new(self.name, setting.label, setting.help)
    }
}

/// Every setting that means something now; gives what was changed.
pub fn settings_ui<S>(ui: &mut Ui, owner: Owner<'_>, settings: &[&'static Setting<S>], of: &S) -> Vec<Change<S>> {
    settings.iter().filter(|setting| setting.applies_to(of)).filter_map(|it| setting_ui(ui, owner, it, of)).collect()
}

/// One setting; gives its change when there is one.
pub fn setting_ui<S>(ui: &mut Ui, owner: Owner<'_>, setting: &'static Setting<S>, of: &S) -> Option<Change<S>> {
    let editor = owner.editor(setting);
    if let Some(reason) = setting.fixed.filter(|_| owner.is_running) {
        let value = setting.value(of).map_or_else(|| "from a file".to_owned(), |value| setting.words(&value));
        editor.fixed_ui(ui, &value, reason);
        return None;
    }
    let value = match setting.access {
        Access::Number { get, range, unit, .. } => editor.number_ui(ui, get(of)?, range, unit).map(Value::Number),
        Access::Count { get, least, unit, .. } => editor.count_ui(ui, get(of)?, least, unit).map(Value::Count),
        Access::Limit { get, unit, .. } => editor.limit_ui(ui, get(of), unit),
        Access::Span { get, unit, .. } => editor.span_ui(ui, get(of)?, unit).map(Value::Span),
        Access::Choice { get, words, .. } => editor.choice_ui(ui, get(of), words).map(Value::Choice),
        Access::Topic { get, .. } => {
            let known: Vec<&str> = owner.snapshot.topics.iter().map(|topic| topic.name.as_str()).collect();
            let current = known.iter().position(|name| *name == &**get(of));
            let chosen = editor.choice_ui(ui, current, &known).and_then(|at| TopicName::new(known[at]).ok());
            chosen.map(|topic| Value::Topics(vec![topic]))
        }
        Access::Topics { get, .. } => editor.topics_ui(ui, owner, get(of)).map(Value::Topics),
        Access::Text { get, .. } => editor.text_ui(ui, get(of)).map(Value::Text),
    };
    value.map(|value| setting.to(value))
}

/// An editor of one value: whose it is, what it is called and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Editor<'a> {
    owner: &'a str,
    label: &'a str,
    meaning: &'a str,
}

impl<'a> Editor<'a> {
    pub const fn new(owner: &'a str, label: &'a str, meaning: &'a str) -> Self {
        Self { owner, label, meaning }
    }

    fn name(self) -> String {
        format!("{} of {}", self.label, self.owner)
    }

    /// A number within a range, with its unit.
    pub fn number_ui(self, ui: &mut Ui, value: f64, range: (f64, f64), unit: &str) -> Option<f64> {
        let decimals = if value.fract() == 0.0 { 0 } else { 2 };
        self.field_ui(ui, value, range, unit, decimals.max(usize::from(range.1 < 1e3) * 2))
    }

    /// A count of at least `least`.
    pub fn count_ui(self, ui: &mut Ui, value: u64, least: u64, unit: &str) -> Option<u64> {
        self.field_ui(ui, count_to_f64(value), (count_to_f64(least), 1e9), unit, 0).map(to_count)
    }

    /// A count, or -1 for none; gives the limit when it was changed.
    fn limit_ui(self, ui: &mut Ui, value: Option<u64>, unit: &str) -> Option<Value> {
        let changed = self.field_ui(ui, value.map_or(-1.0, count_to_f64), (-1.0, 1e15), unit, 0);
        changed.map(|value| Value::Limit((value >= 0.0).then(|| to_count(value))))
    }

    /// A span of time.
    pub fn span_ui(self, ui: &mut Ui, value: Duration, unit: SpanUnit) -> Option<Duration> {
        let (per_second, suffix, most) = match unit {
            SpanUnit::Millis => (1e3, " ms", 1e9),
            SpanUnit::Seconds => (1.0, " s", 1e6),
            SpanUnit::Natural => {
                let name = self.name();
                return control_row_ui(ui, self.label, self.meaning, |ui| span_field_ui(ui, &name, value));
            }
        };
        let changed = self.field_ui(ui, value.as_secs_f64() * per_second, (0.0, most), suffix, 3);
        changed.map(|value| Duration::from_secs_f64(value.max(0.0) / per_second))
    }

    fn field_ui(self, ui: &mut Ui, value: f64, range: (f64, f64), suffix: &str, decimals: usize) -> Option<f64> {
        let name = self.name();
        let field = Field { name: &name, value, range, suffix, decimals };
        control_row_ui(ui, self.label, self.meaning, |ui| number_ui(ui, &field))
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

    /// A box to tick for each topic there is.
    fn topics_ui(self, ui: &mut Ui, owner: Owner<'_>, chosen: &[TopicName]) -> Option<Vec<TopicName>> {
        let tokens = theme::of(ui.ctx());
        let mut next = None;
        ui.label(RichText::new(self.label).color(tokens.text_muted)).on_hover_text(self.meaning);
        for topic in owner.snapshot.topics.iter().filter_map(|topic| TopicName::new(&topic.name).ok()) {
            let was_read = chosen.contains(&topic);
            let mut is_read = was_read;
            let is_last = owner.is_running && was_read && chosen.len() == 1;
            let response = ui
                .horizontal(|ui| {
                    ui.add_space(12.0);
                    ui.add_enabled(!is_last, egui::Checkbox::new(&mut is_read, &*topic))
                })
                .inner;
            ui.ctx()
                .accesskit_node_builder(response.id, |node| node.set_label(format!("{} reads {topic}", self.owner)));
            let response = response.on_disabled_hover_text("A group reads at least one topic: tick another first");
            if response.changed() {
                let mut all: Vec<TopicName> = chosen.iter().filter(|it| **it != topic).cloned().collect();
                all.extend(is_read.then_some(topic));
                next = Some(all);
            }
        }
        next
    }

    fn text_ui(self, ui: &mut Ui, value: &str) -> Option<String> {
        let (name, mut text) = (self.name(), value.to_owned());
        control_row_ui(ui, self.label, self.meaning, |ui| {
            let field = TextEdit::singleline(&mut text).desired_width(140.0).hint_text("none");
            named_ui(ui, &name, field).changed()
        })
        .then_some(text)
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
