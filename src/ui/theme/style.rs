//! The tokens as an egui style, so that stock widgets look like the rest.

use egui::style::WidgetVisuals;
use egui::{Color32, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Vec2, Visuals};

use super::{Tokens, mono, sans, size};

/// Makes stock widgets wear the tokens.
pub fn apply(style: &mut Style, tokens: &Tokens) {
    style.text_styles = [
        (TextStyle::Small, sans(size::SMALL)),
        (TextStyle::Body, sans(size::BODY)),
        (TextStyle::Button, sans(size::BODY)),
        (TextStyle::Heading, super::sans_strong(size::TITLE)),
        (TextStyle::Monospace, mono(size::NUMBER)),
    ]
    .into();
    style.drag_value_text_style = TextStyle::Monospace;
    style.spacing.item_spacing = Vec2::new(8.0, 4.0);
    style.spacing.button_padding = Vec2::new(9.0, 4.0);
    style.spacing.interact_size = Vec2::new(36.0, 24.0);
    style.spacing.menu_margin = Margin::same(8);
    style.spacing.window_margin = Margin::same(14);
    style.spacing.scroll.floating = true;
    style.spacing.slider_rail_height = 3.0;
    style.animation_time = 0.0;
    style.visuals = visuals(tokens);
}

fn visuals(tokens: &Tokens) -> Visuals {
    let mut visuals = if tokens.is_dark { Visuals::dark() } else { Visuals::light() };
    let radius = CornerRadius::same(size::RADIUS);
    visuals.override_text_color = None;
    visuals.weak_text_color = Some(tokens.text_muted);
    visuals.panel_fill = tokens.panel;
    visuals.window_fill = tokens.raised;
    visuals.window_stroke = Stroke::new(1.0, tokens.border);
    visuals.window_corner_radius = radius;
    visuals.menu_corner_radius = radius;
    visuals.extreme_bg_color = tokens.sunken;
    visuals.faint_bg_color = tokens.raised;
    visuals.code_bg_color = tokens.sunken;
    visuals.warn_fg_color = tokens.warn;
    visuals.error_fg_color = tokens.bad;
    visuals.hyperlink_color = tokens.accent;
    visuals.selection.bg_fill = tokens.accent_fill;
    visuals.selection.stroke = Stroke::new(1.0, tokens.accent_text);
    visuals.slider_trailing_fill = false;
    visuals.popup_shadow = Shadow {
        offset: [0, 4],
        blur: 14,
        spread: 0,
        color: Color32::from_black_alpha(if tokens.is_dark { 110 } else { 40 }),
    };
    visuals.window_shadow = visuals.popup_shadow;
    visuals.text_cursor.blink = false;
    let widgets = &mut visuals.widgets;
    widgets.noninteractive = face(tokens.panel, tokens.border, tokens.text, radius);
    widgets.inactive = face(tokens.raised, tokens.border, tokens.text, radius);
    widgets.hovered = face(tokens.hovered, tokens.text_muted, tokens.text, radius);
    widgets.active = face(tokens.accent_fill, tokens.accent, tokens.accent_text, radius);
    widgets.open = face(tokens.hovered, tokens.border, tokens.text, radius);
    visuals
}

fn face(fill: Color32, border: Color32, text: Color32, radius: CornerRadius) -> WidgetVisuals {
    WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, text),
        expansion: 0.0,
    }
}
