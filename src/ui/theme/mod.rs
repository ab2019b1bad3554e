//! How everything looks: colours and sizes by role, fonts, and the egui style made of them.
//! The only place that names a colour by its numbers; it draws nothing.

mod fonts;
mod palettes;
mod style;
pub mod tokens;

#[cfg(test)]
mod tests;

use egui::{Context, FontFamily, FontId, Id};

pub use tokens::Tokens;

/// The looks that can be chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    Dark,
    Light,
    /// Light with high contrast, 1.6 times larger: for a room that watches.
    Projector,
}

impl Theme {
    /// In the order in which the switch goes through them.
    pub const ALL: [Self; 3] = [Self::Dark, Self::Light, Self::Projector];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "Dark",
            Self::Light => "Light",
            Self::Projector => "Projector",
        }
    }

    /// The one that the switch goes to from here.
    pub const fn next(self) -> Self {
        match self {
            Self::Dark => Self::Light,
            Self::Light => Self::Projector,
            Self::Projector => Self::Dark,
        }
    }

    pub const fn tokens(self) -> &'static Tokens {
        match self {
            Self::Dark => &palettes::DARK,
            Self::Light => &palettes::LIGHT,
            Self::Projector => &palettes::PROJECTOR,
        }
    }

    /// How much larger everything is in a window of this width in points of the screen.
    fn zoom(self, width: f32) -> f32 {
        match self {
            Self::Dark | Self::Light => 1.0,
            // Never so large that names and figures drop out, in steps that don't waver.
            Self::Projector => ((width / LEGIBLE_WIDTH * 20.0).floor() / 20.0).clamp(1.3, 1.6),
        }
    }
}

/// Width in the window's own points below which a large look would leave things out.
const LEGIBLE_WIDTH: f32 = 1_080.0;

/// Loads the fonts; once per window.
pub fn install(ctx: &Context) {
    ctx.set_fonts(fonts::definitions());
    // Ctrl + and − are the window's own: the size is a setting.
    ctx.options_mut(|options| options.zoom_with_keyboard = false);
    apply(ctx, Theme::default(), 1.0);
}

/// Makes the window look like `theme`, and this much larger, from the next frame on.
pub fn apply(ctx: &Context, theme: Theme, scale: f32) {
    ctx.data_mut(|data| data.insert_temp(Id::unique("theme"), ThemeInUse(theme)));
    fit(ctx, theme, scale);
    ctx.set_theme(if theme.tokens().is_dark { egui::Theme::Dark } else { egui::Theme::Light });
    ctx.all_styles_mut(|style| style::apply(style, theme.tokens()));
}

/// Makes everything as large as `theme` and `scale` say, within what the window has room for.
pub fn fit(ctx: &Context, theme: Theme, scale: f32) {
    let width = ctx.input(egui::InputState::content_rect).width() * ctx.zoom_factor();
    ctx.set_zoom_factor(theme.zoom(width.round()) * scale);
}

/// The tokens in use.
pub fn of(ctx: &Context) -> &'static Tokens {
    ctx.data(|data| data.get_temp::<ThemeInUse>(Id::unique("theme"))).unwrap_or_default().0.tokens()
}

#[derive(Clone, Copy, Default)]
struct ThemeInUse(Theme);

/// Text of the interface.
pub fn sans(size: f32) -> FontId {
    FontId::new(size, FontFamily::Proportional)
}

/// Names and titles.
pub fn sans_strong(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(fonts::SANS_STRONG.into()))
}

/// Numbers: every digit is equally wide, so that they don't jump.
pub fn mono(size: f32) -> FontId {
    FontId::new(size, FontFamily::Monospace)
}

/// The numbers that matter most.
pub fn mono_strong(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(fonts::MONO_STRONG.into()))
}

/// Sizes by role, in points.
pub mod size {
    pub const TITLE: f32 = 15.0;
    pub const BODY: f32 = 12.5;
    pub const NUMBER: f32 = 12.5;
    pub const SECTION: f32 = 11.0;
    pub const SMALL: f32 = 11.0;
    pub const TINY: f32 = 10.0;

    pub const TOP_BAR: f32 = 42.0;
    pub const STATUS_LINE: f32 = 22.0;
    pub const OUTLINE: f32 = 226.0;
    pub const INSPECTOR: f32 = 300.0;
    pub const CHARTS: f32 = 196.0;
    pub const ROW: f32 = 25.0;
    pub const FIGURE_ROW: f32 = 24.0;
    pub const RADIUS: u8 = 6;
}
