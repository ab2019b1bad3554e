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

/// Every colour that text wears, with every ground that it stands on.
fn pairs(tokens: &Tokens) -> Vec<(&'static str, Color32, Color32)> {
    let grounds = [tokens.canvas, tokens.panel, tokens.raised];
    let texts = [
        ("text", tokens.text),
        ("text_muted", tokens.text_muted),
        ("accent", tokens.accent),
        ("good", tokens.good),
        ("warn", tokens.warn),
        ("bad", tokens.bad),
        ("growing", tokens.growing),
    ];
    let mut pairs: Vec<_> = texts.iter().flat_map(|&(name, text)| grounds.map(|ground| (name, text, ground))).collect();
    pairs.push(("text on a hovered row", tokens.text, tokens.hovered));
    pairs.push(("muted text on a hovered row", tokens.text_muted, tokens.hovered));
    pairs.push(("text in a field", tokens.text, tokens.sunken));
    pairs.push(("accent text", tokens.accent_text, tokens.accent_fill));
    let waiting = [tokens.waiting_good, tokens.waiting_warn, tokens.waiting_bad, tokens.waiting_unknown];
    pairs.extend(waiting.map(|ground| ("waiting records", tokens.text, ground)));
    pairs.extend(tokens.members.map(|colour| ("text on a consumer's wash", tokens.text, tokens.wash(colour))));
    pairs
}

#[test]
fn text_is_readable_in_every_theme() {
    for theme in Theme::ALL {
        for (what, text, ground) in pairs(theme.tokens()) {
            let ratio = contrast(text, ground);
            assert!(ratio >= 4.5, "{}: {what} has a contrast of {ratio:.2} on {ground:?}", theme.name());
        }
    }
}

#[test]
fn marks_of_consumers_stand_out_from_the_canvas() {
    for theme in Theme::ALL {
        let tokens = theme.tokens();
        for colour in tokens.members {
            let ratio = contrast(colour, tokens.canvas);
            assert!(ratio >= 2.4, "{}: {colour:?} has a contrast of {ratio:.2}", theme.name());
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
