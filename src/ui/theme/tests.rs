//! Text can be read in every theme, and marks can be seen.

use egui::Color32;

use super::{Theme, Tokens};

/// Relative luminance, WCAG 2.2.
fn luminance(colour: Color32) -> f64 {
    let linear = |channel: u8| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(colour.r()) + 0.7152 * linear(colour.g()) + 0.0722 * linear(colour.b())
}

fn contrast(a: Color32, b: Color32) -> f64 {
    let (light, dark) = (luminance(a).max(luminance(b)), luminance(a).min(luminance(b)));
    (light + 0.05) / (dark + 0.05)
}

/// Every surface that words of any kind lie on, with its name.
fn surfaces(tokens: &Tokens) -> Vec<(&'static str, Color32)> {
    vec![
        ("the canvas", tokens.canvas),
        ("a panel", tokens.panel),
        ("a card", tokens.raised),
        ("a hovered row", tokens.hovered),
        ("a field", tokens.sunken),
        ("a selected row", tokens.selected()),
        ("good news", tokens.wash(tokens.good)),
        ("advice", tokens.wash(tokens.warn)),
        ("urgent advice", tokens.wash(tokens.bad)),
        ("a banner", tokens.alarm()),
    ]
}

/// Every colour that words wear anywhere.
const fn voices(tokens: &Tokens) -> [(&'static str, Color32); 7] {
    [
        ("text", tokens.text),
        ("muted text", tokens.text_muted),
        ("accent", tokens.accent),
        ("good", tokens.good),
        ("warn", tokens.warn),
        ("bad", tokens.bad),
        ("growing", tokens.growing),
    ]
}

#[test]
fn every_text_is_readable_on_every_surface() {
    for theme in Theme::ALL {
        let tokens = theme.tokens();
        for (surface, ground) in surfaces(tokens) {
            for (voice, text) in voices(tokens) {
                let ratio = contrast(text, ground);
                assert!(ratio >= 4.5, "{}: {voice} on {surface} has a contrast of {ratio:.2}", theme.name());
            }
        }
    }
}

#[test]
fn text_on_a_colour_is_readable() {
    for theme in Theme::ALL {
        let tokens = theme.tokens();
        let waiting = [tokens.waiting_good, tokens.waiting_warn, tokens.waiting_bad, tokens.waiting_unknown];
        let owned =
            tokens.members.iter().flat_map(|&colour| [tokens.wash(colour), tokens.chip(colour), tokens.read(colour)]);
        for ground in owned.chain(waiting).chain([tokens.read(tokens.text_muted)]) {
            let ratio = contrast(tokens.text, ground);
            assert!(ratio >= 4.5, "{}: text on {ground:?} has a contrast of {ratio:.2}", theme.name());
        }
        let ratio = contrast(tokens.accent_text, tokens.accent_fill);
        assert!(ratio >= 4.5, "{}: what can be pressed has a contrast of {ratio:.2}", theme.name());
    }
}

#[test]
fn values_in_a_legend_are_readable() {
    for theme in Theme::ALL {
        let tokens = theme.tokens();
        for colour in tokens.groups {
            let ratio = contrast(colour, tokens.panel);
            assert!(ratio >= 4.5, "{}: {colour:?} has a contrast of {ratio:.2} on a panel", theme.name());
        }
    }
}

#[test]
fn marks_of_consumers_stand_out() {
    for theme in Theme::ALL {
        let tokens = theme.tokens();
        for (colour, ground) in tokens.members.iter().flat_map(|it| [(*it, tokens.canvas), (*it, tokens.panel)]) {
            let ratio = contrast(colour, ground);
            assert!(ratio >= 3.0, "{}: {colour:?} has a contrast of {ratio:.2}", theme.name());
        }
    }
}

#[test]
fn the_switch_goes_through_all_themes() {
    let mut theme = Theme::default();
    for expected in [Theme::Light, Theme::Projector, Theme::Dark] {
        theme = theme.next();
        assert_eq!(theme, expected);
    }
}
