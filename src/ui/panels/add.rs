//! The dialogs that add a topic, a producer, a group or consumers: a short form whose defaults work at once, and
//! every further setting to unfold. What is wrong is said beside the field that it is about; what is added is
//! [`form`]'s.

mod form;

use egui::{Context, DragValue, Id, Key, Modal, RichText, ScrollArea, TextEdit, Ui};

use super::settings::{Owner, setting_ui};
use crate::lab::Snapshot;
use crate::lab::settings::rules::Objection;
use crate::lab::settings::{Change, Setting, consumer, group, producer, topic};
use crate::ui::command::Ask;
use crate::ui::theme;
use crate::ui::widgets::controls::{Weight, button_ui, control_row_ui, focus_whole, named_ui};
use form::Form;

/// What can be added from the outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddKind {
    Topic,
    Producer,
    Group,
    /// To a group that is there.
    Consumers,
}

impl AddKind {
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Topic => "Topics",
            Self::Producer => "Producers",
            Self::Group => "Consumer groups",
            Self::Consumers => "Consumers",
        }
    }

    /// The same for where there is little room.
    pub const fn short_heading(self) -> &'static str {
        match self {
            Self::Group => "Groups",
            Self::Topic | Self::Producer | Self::Consumers => self.heading(),
        }
    }

    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Topic => {
                "Logs of records, split into partitions (RabbitMQ: streams; SQS: queues that keep what was read)"
            }
            Self::Producer => "Clients that send records (RabbitMQ: publishers; SQS: senders)",
            Self::Group | Self::Consumers => {
                "Consumers that share the partitions of their topics (RabbitMQ: competing consumers; SQS: pollers)"
            }
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Topic => "Add a topic",
            Self::Producer => "Add a producer",
            Self::Group => "Add a consumer group",
            Self::Consumers => "Add consumers",
        }
    }

    /// How its settings are told from those of things that are there.
    const fn owner(self) -> &'static str {
        match self {
            Self::Topic => "the new topic",
            Self::Producer => "the new producer",
            Self::Group => "the new group",
            Self::Consumers => "the new consumers",
        }
    }
}

/// What is being filled in.
pub struct Adding {
    form: Form,
    is_unfolded: bool,
    is_new: bool,
}

/// Whether a dialog goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Open,
    Over,
}

impl Progress {
    pub fn is_over(self) -> bool {
        self == Self::Over
    }
}

/// Consumers of one form. More at once are a load test of the window rather than an experiment.
const MOST_CONSUMERS: u32 = 1_000;

impl Adding {
    /// A form with names that are free.
    pub fn new(kind: AddKind, snapshot: &Snapshot) -> Self {
        Self { form: Form::new(kind, snapshot), is_unfolded: false, is_new: true }
    }

    /// A form for consumers of this group.
    pub fn consumers_of(group: &str, snapshot: &Snapshot) -> Self {
        Self { form: Form::consumers_of(group, snapshot), is_unfolded: false, is_new: true }
    }

    /// Draws the dialog.
    pub fn ui(&mut self, ctx: &Context, snapshot: &Snapshot, asks: &mut Vec<Ask>) -> Progress {
        let modal = Modal::new(Id::unique("add")).show(ctx, |ui| self.form_ui(ui, snapshot, asks));
        if modal.should_close() { Progress::Over } else { modal.inner }
    }

    fn form_ui(&mut self, ui: &mut Ui, snapshot: &Snapshot, asks: &mut Vec<Ask>) -> Progress {
        // Enter on a button presses that button.
        let is_entered = ui.input(|input| input.key_pressed(Key::Enter))
            && (ui.ctx().text_edit_focused() || ui.memory(|memory| memory.focused().is_none()));
        ui.set_width(370.0);
        ui.heading(self.form.kind().title());
        ui.add_space(6.0);
        let mut objections = self.form.objections(snapshot);
        let room = (ui.ctx().content_rect().height() - 190.0).max(120.0);
        ScrollArea::vertical().max_height(room).min_scrolled_height(room).auto_shrink([false, true]).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 4.0;
            let mut rows = Rows { ui, snapshot, kind: self.form.kind(), objections: &mut objections };
            rows.name_ui(&mut self.form, std::mem::take(&mut self.is_new));
            rows.fields_ui(&mut self.form, true);
            let is_hidden_wrong = rows.is_wrong_below(&self.form);
            let is_unfolded = self.is_unfolded || is_hidden_wrong;
            if more_ui(rows.ui, is_unfolded) {
                self.is_unfolded = !is_unfolded;
            }
            if is_unfolded {
                rows.fields_ui(&mut self.form, false);
            }
            for rest in rows.objections.drain(..) {
                objection_ui(rows.ui, &rest);
            }
        });
        ui.add_space(8.0);
        let is_allowed = self.form.objections(snapshot).is_empty();
        self.buttons_ui(ui, is_allowed, is_entered, asks)
    }

    fn buttons_ui(&self, ui: &mut Ui, is_allowed: bool, is_entered: bool, asks: &mut Vec<Ask>) -> Progress {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Min), |ui| {
            let add = ui.add_enabled_ui(is_allowed, |ui| button_ui(ui, "Add", Weight::Primary, "Enter").clicked());
            if button_ui(ui, "Cancel", Weight::Plain, "Esc").clicked() {
                return Progress::Over;
            }
            if !(is_allowed && (add.inner || is_entered)) {
                return Progress::Open;
            }
            asks.extend(self.form.command().map(Ask::Lab));
            Progress::Over
        })
        .inner
    }
}

/// The rows of a form while they are drawn.
struct Rows<'a, 'u> {
    ui: &'u mut Ui,
    snapshot: &'a Snapshot,
    kind: AddKind,
    /// Those that were not shown yet.
    objections: &'a mut Vec<Objection>,
}

impl Rows<'_, '_> {
    fn name_ui(&mut self, form: &mut Form, is_new: bool) {
        let name = match form {
            Form::Topic { name, .. } => name,
            Form::Producer(spec) => &mut spec.name,
            Form::Group { spec, .. } => &mut spec.name,
            Form::Consumers { group, like, .. } => {
                if let Some(chosen) = group_ui(self.ui, self.snapshot, group) {
                    (*group, **like) = (chosen.name.clone(), chosen.spec.template.clone());
                }
                return self.objections_ui("name");
            }
        };
        let field = text_ui(self.ui, self.kind, name);
        if is_new {
            focus_whole(&field, name);
        }
        self.objections_ui("name");
    }

    /// Those that are asked first, or the others.
    fn fields_ui(&mut self, form: &mut Form, is_basic: bool) {
        match form {
            Form::Topic { spec, .. } => self.settings_ui(&topic::ALL, spec, is_basic),
            Form::Producer(spec) => self.settings_ui(&producer::ALL, spec, is_basic),
            Form::Group { spec, count } => {
                self.settings_ui(&group::ALL, &mut **spec, is_basic);
                if is_basic {
                    self.count_ui(count, 0);
                }
                self.settings_ui(&consumer::SHARED, &mut spec.template, is_basic);
            }
            Form::Consumers { like, count, .. } => {
                if is_basic {
                    self.count_ui(count, 1);
                }
                self.settings_ui(&consumer::ALL, &mut **like, is_basic);
            }
        }
    }

    fn settings_ui<S>(&mut self, all: &[&'static Setting<S>], spec: &mut S, is_basic: bool) {
        let owner = Owner { name: self.kind.owner(), is_running: false, snapshot: self.snapshot };
        let shown: Vec<_> = all.iter().filter(|it| it.is_basic == is_basic && it.applies_to(spec)).collect();
        for (index, setting) in shown.iter().enumerate() {
            if let Some(change) = setting_ui(self.ui, owner, setting, spec) {
                put(&change, spec);
            }
            if shown.get(index + 1).is_none_or(|next| next.key != setting.key) {
                self.objections_ui(setting.key);
            }
        }
    }

    fn count_ui(&mut self, count: &mut u32, least: u32) {
        control_row_ui(self.ui, "Consumers", "So many at the start; more can be added any time", |ui| {
            named_ui(ui, "Number of consumers", DragValue::new(count).range(least..=MOST_CONSUMERS))
        });
        self.objections_ui("consumers");
    }

    fn objections_ui(&mut self, key: &str) {
        for objection in self.objections.extract_if(.., |objection| objection.key == key) {
            objection_ui(self.ui, &objection);
        }
    }

    /// Whether something is wrong in what is folded.
    fn is_wrong_below(&self, form: &Form) -> bool {
        let keys = form.further_keys();
        self.objections.iter().any(|objection| keys.contains(&objection.key.as_str()))
    }
}

/// A value that an editor gave is within the setting's bounds.
fn put<S>(change: &Change<S>, spec: &mut S) {
    if change.put(spec).is_err() {
        debug_assert!(false, "an editor gave {change:?}");
    }
}

fn text_ui(ui: &mut Ui, kind: AddKind, text: &mut String) -> egui::Response {
    control_row_ui(ui, "Name", "By which it is known from now on", |ui| {
        let name = format!("Name of {}", kind.owner());
        named_ui(ui, &name, TextEdit::singleline(text).desired_width(190.0))
    })
}

/// The group that was chosen anew.
fn group_ui<'a>(ui: &mut Ui, snapshot: &'a Snapshot, current: &str) -> Option<&'a crate::lab::snapshot::GroupView> {
    let names: Vec<&str> = snapshot.groups.iter().map(|group| group.name.as_str()).collect();
    let editor = super::settings::Editor::new(AddKind::Consumers.owner(), "Group", "Whose work they share");
    let chosen = editor.choice_ui(ui, names.iter().position(|name| *name == current), &names);
    chosen.map(|at| &snapshot.groups[at])
}

/// The line that unfolds the rest; true when it was clicked.
fn more_ui(ui: &mut Ui, is_unfolded: bool) -> bool {
    let text = if is_unfolded { "▼ Fewer settings" } else { "▶ More settings" };
    ui.add_space(2.0);
    let button = egui::Button::new(RichText::new(text).color(theme::of(ui.ctx()).text_muted)).frame(false);
    let response = ui.add(button);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &text[4..]));
    response.clicked()
}

fn objection_ui(ui: &mut Ui, objection: &Objection) {
    ui.label(RichText::new(&objection.text).color(theme::of(ui.ctx()).warn));
}
