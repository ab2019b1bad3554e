//! The bar at the top: what runs, whether time passes and how fast, and how it all looks.

use std::borrow::Cow;

use egui::{Align, CursorIcon, Label, Layout, RichText, Role, Sense, Slider, Ui, WidgetInfo, vec2};

use crate::lab::snapshot::ClockState;
use crate::lab::{Command, Snapshot};
use crate::ui::catalogue::{self, FIXED, STEP, Situation};
use crate::ui::command::Ask;
use crate::ui::dialogs::DialogKind;
use crate::ui::layout::Pane;
use crate::ui::theme::{self, Theme, size};
use crate::ui::widgets::controls::{Weight, button_ui, named_ui};
use crate::ui::widgets::format;

/// Below this width the bar puts what can be done elsewhere into its menu.
const ROOMY: f32 = 1_080.0;

/// Below this width even the name of the program goes.
const NARROW: f32 = 800.0;

/// Most of the width that the title may take.
const TITLE_SHARE: f32 = 0.2;

const PALETTE: egui::KeyboardShortcut = egui::KeyboardShortcut::new(egui::Modifiers::COMMAND, egui::Key::K);

/// Draws the bar.
pub fn top_bar_ui(ui: &mut Ui, situation: Situation<'_>, asks: &mut Vec<Ask>) {
    let snapshot = situation.snapshot;
    let width = ui.available_width();
    let is_roomy = width >= ROOMY;
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        menu_ui(ui, situation, asks);
        theme_ui(ui, situation.settings.theme, asks);
        if is_roomy {
            files_ui(ui, asks);
        }
        palette_ui(ui, is_roomy, asks);
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            title_ui(ui, snapshot, width, asks);
            ui.separator();
            run_ui(ui, snapshot, asks);
            ui.scope(|ui| speed_ui(ui, snapshot, is_roomy, asks));
            behind_ui(ui, snapshot.clock);
            clock_ui(ui, snapshot);
            if width >= NARROW {
                ui.separator();
                durability_ui(ui, snapshot, is_roomy);
            }
        });
    });
}

/// What looks like a field and opens the palette.
fn palette_ui(ui: &mut Ui, is_roomy: bool, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let keys = ui.ctx().format_shortcut(&PALETTE);
    let text = if is_roomy { format!("Run a command…   {keys}") } else { keys.clone() };
    let button = egui::Button::new(RichText::new(text).color(tokens.text_muted)).fill(tokens.sunken);
    let response = ui.add(button);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, "Find a command"));
    if response.on_hover_text(format!("Finds everything that can be done ({keys})")).clicked() {
        asks.push(Ask::ShowPalette);
    }
}

fn files_ui(ui: &mut Ui, asks: &mut Vec<Ask>) {
    if button_ui(ui, "Save…", Weight::Plain, "Writes the experiment as it is now to a file (Ctrl S)").clicked() {
        asks.push(Ask::ShowDialog(DialogKind::Save));
    }
    if button_ui(ui, "Open…", Weight::Plain, "Opens a scenario file (Ctrl O)").clicked() {
        asks.push(Ask::ShowDialog(DialogKind::Open));
    }
}

/// The whole table of commands, for whoever prefers a menu.
fn menu_ui(ui: &mut Ui, situation: Situation<'_>, asks: &mut Vec<Ask>) {
    let menu = ui.menu_button("Menu", |ui| {
        let room = (ui.ctx().content_rect().height() - 80.0).max(120.0);
        egui::ScrollArea::vertical().max_height(room).min_scrolled_height(room).show(ui, |ui| {
            panes_ui(ui, situation.layout, asks);
            for line in FIXED {
                let answer = (line.answer)(situation);
                let keys = catalogue::written(ui.ctx(), line.keys);
                let button = egui::Button::new(line.label).right_text(keys).frame_when_inactive(false);
                let response = ui.add_enabled(answer.is_ok(), button);
                match answer {
                    Ok(ask) => {
                        if response.on_hover_text(line.help(situation.snapshot)).clicked() {
                            asks.push(ask);
                            ui.close();
                        }
                    }
                    Err(reason) => drop(response.on_disabled_hover_text(reason)),
                }
            }
        });
    });
    menu.response.on_hover_text("Everything that can be done");
}

/// Every pane with a tick where it is open: one that was closed comes back from here.
fn panes_ui(ui: &mut Ui, layout: &crate::ui::layout::Layout, asks: &mut Vec<Ask>) {
    ui.menu_button("Panes", |ui| {
        for pane in Pane::ALL {
            let is_open = layout.is_open(pane);
            let mut is_wanted = is_open;
            let response = ui.checkbox(&mut is_wanted, pane.title());
            ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(format!("Pane {}", pane.title())));
            if is_wanted != is_open {
                asks.push(if is_wanted { Ask::Show(pane) } else { Ask::Close(pane) });
            }
        }
    });
}

fn title_ui(ui: &mut Ui, snapshot: &Snapshot, width: f32, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let experiment = &snapshot.experiment;
    if width >= ROOMY {
        ui.label(RichText::new("Logyard").font(theme::sans_strong(13.5)).color(tokens.text));
        ui.label(RichText::new("/").color(tokens.text_muted));
    }
    let title: Cow<'_, str> = match experiment.source.file() {
        _ if !experiment.title.is_empty() => experiment.title.as_str().into(),
        Some(file) => file.file_name().unwrap_or_default().to_string_lossy(),
        None => "untitled".into(),
    };
    let about = match experiment.source.file() {
        Some(file) => format!("File {}\nSeed {}\nShows what it is about (i)", file.display(), experiment.seed),
        None => format!("Built in, seed {}\nShows what it is about (i)", experiment.seed),
    };
    ui.scope(|ui| {
        ui.set_max_width(width * TITLE_SHARE);
        let title = Label::new(RichText::new(title).color(tokens.text)).truncate().sense(Sense::click());
        let response = ui.add(title).on_hover_text(about).on_hover_cursor(CursorIcon::PointingHand);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, "About this experiment"));
        if response.clicked() {
            asks.push(Ask::ShowAbout);
        }
    });
    if experiment.edited {
        ui.label(RichText::new("edited").font(theme::sans(size::SMALL)).color(tokens.text_muted))
            .on_hover_text("Changed by hand since it was opened or saved");
    }
}

fn run_ui(ui: &mut Ui, snapshot: &Snapshot, asks: &mut Vec<Ask>) {
    let (word, meaning) = if snapshot.clock.paused {
        ("Run", "Lets time pass (Space)")
    } else {
        ("Pause", "Stops time; broker and clients stand still with it (Space)")
    };
    if button_ui(ui, word, Weight::Primary, meaning).clicked() {
        asks.push(catalogue::run_or_pause(snapshot));
    }
    if button_ui(ui, "Step", Weight::Plain, "Lets 100 ms pass, then pauses (s)").clicked() {
        asks.push(Command::Step(STEP).into());
    }
}

fn speed_ui(ui: &mut Ui, snapshot: &Snapshot, is_roomy: bool, asks: &mut Vec<Ask>) {
    let tokens = theme::of(ui.ctx());
    let mut speed = snapshot.clock.speed;
    ui.spacing_mut().slider_width = if is_roomy { 92.0 } else { 56.0 };
    if is_roomy {
        ui.label(RichText::new("Speed").color(tokens.text_muted));
    }
    let (rect, _) = ui.allocate_exact_size(vec2(36.0, 20.0), egui::Sense::hover());
    ui.painter().text(
        rect.left_center(),
        egui::Align2::LEFT_CENTER,
        format::speed(speed),
        theme::mono_strong(size::NUMBER),
        tokens.text,
    );
    ui.visuals_mut().widgets.inactive.bg_fill = tokens.accent;
    ui.visuals_mut().widgets.hovered.bg_fill = tokens.accent;
    let slider = Slider::new(&mut speed, 0.01..=100.0).logarithmic(true).show_value(false);
    let response = named_ui(ui, "Speed", slider);
    if response.changed() {
        asks.push(Command::SetSpeed(snapped(speed)).into());
    }
    response.on_hover_text("Seconds of the experiment per real second, 0.01 to 100 (+ and − double and halve it)");
}

/// A machine that reaches less of the speed than this is too slow for it.
const REACHED: f64 = 0.95;

/// Real seconds that a wait may end late and nobody minds.
const UNNOTICED: f64 = 0.1;

/// Says so where the machine can't follow.
fn behind_ui(ui: &mut Ui, clock: ClockState) {
    let tokens = theme::of(ui.ctx());
    if clock.paused || clock.idle {
        return;
    }
    let text = match (clock.reached, clock.late) {
        (Some(reached), _) if reached < clock.speed * REACHED => {
            format!("runs at {} of {}", format::speed(reached), format::speed(clock.speed))
        }
        (_, Some(late)) if late.as_secs_f64() > UNNOTICED * clock.speed => {
            format!("{} late", format::duration(late))
        }
        _ => return,
    };
    let late = clock.late.map_or_else(|| "not known".to_owned(), format::duration);
    let meaning = format!(
        "Measured over the last second: waits end {late} later than they should, in the experiment's time.\n\
         Derived: speed × (1 − growth of that / time). This machine is too slow for the speed: rates and latencies \
         are those of a slower system"
    );
    ui.label(RichText::new(text).font(theme::sans(size::SMALL)).color(tokens.warn)).on_hover_text(meaning);
}

/// Speeds near 1 are 1, since that is the one that means something.
fn snapped(speed: f64) -> f64 {
    if (0.93..=1.08).contains(&speed) { 1.0 } else { speed }
}

fn clock_ui(ui: &mut Ui, snapshot: &Snapshot) {
    let tokens = theme::of(ui.ctx());
    let clock = snapshot.clock;
    let colour = if clock.paused { tokens.warn } else { tokens.text };
    ui.label(RichText::new(clock.time.to_string()).font(theme::mono(13.0)).color(colour))
        .on_hover_text("Time of the experiment: it stands still while paused");
    let word = match (clock.paused, clock.idle) {
        (true, _) => "paused",
        (false, true) => "idle",
        (false, false) => return,
    };
    ui.label(RichText::new(word).color(if clock.paused { tokens.warn } else { tokens.text_muted }));
}

fn durability_ui(ui: &mut Ui, snapshot: &Snapshot, is_roomy: bool) {
    let tokens = theme::of(ui.ctx());
    let durability = snapshot.broker.durability.as_str();
    let meaning = match durability {
        "immediate" => "Every group commit is on disk before a producer hears of it",
        "interval" => "Commits reach the disk every few milliseconds: a kill loses what came since",
        "memory" => "Nothing is kept on disk: all is gone when the window closes",
        _ => "No broker runs yet",
    };
    if is_roomy {
        ui.label(RichText::new("Durability").color(tokens.text_muted)).on_hover_text(meaning);
    }
    let word = if durability.is_empty() { "none" } else { durability };
    ui.label(RichText::new(word).font(theme::sans_strong(size::BODY)).color(tokens.text)).on_hover_text(meaning);
}

fn theme_ui(ui: &mut Ui, theme: Theme, asks: &mut Vec<Ask>) {
    let name = theme.next().name();
    let meaning = "Changes the look: dark, light, or large for a projector";
    if button_ui(ui, name, Weight::Plain, meaning).clicked() {
        asks.push(Ask::Wear(theme.next()));
    }
}
