//! The fonts that the program brings along, so that it looks the same on every machine.

use std::sync::Arc;

use egui::{FontData, FontDefinitions, FontFamily};

pub const SANS_STRONG: &str = "sans-strong";
pub const MONO_STRONG: &str = "mono-strong";

const FILES: [(&str, &[u8]); 4] = [
    ("inter", include_bytes!("../../../assets/fonts/Inter-Regular.ttf")),
    ("inter-semibold", include_bytes!("../../../assets/fonts/Inter-SemiBold.ttf")),
    ("jetbrains-mono", include_bytes!("../../../assets/fonts/JetBrainsMono-Regular.ttf")),
    ("jetbrains-mono-semibold", include_bytes!("../../../assets/fonts/JetBrainsMono-SemiBold.ttf")),
];

/// Inter for words and `JetBrains` Mono for numbers, each with egui's own fonts behind it for rare signs.
pub fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    for (name, bytes) in FILES {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    let families = [
        (FontFamily::Proportional, FontFamily::Proportional, ["inter", "jetbrains-mono"]),
        (FontFamily::Monospace, FontFamily::Monospace, ["jetbrains-mono", "inter"]),
        (FontFamily::Name(SANS_STRONG.into()), FontFamily::Proportional, ["inter-semibold", "jetbrains-mono-semibold"]),
        (FontFamily::Name(MONO_STRONG.into()), FontFamily::Monospace, ["jetbrains-mono-semibold", "inter-semibold"]),
    ];
    let defaults = fonts.families.clone();
    for (family, behind, first) in families {
        let mut names: Vec<String> = first.into_iter().map(str::to_owned).collect();
        names.extend(defaults.get(&behind).cloned().unwrap_or_default());
        fonts.families.insert(family, names);
    }
    fonts
}
