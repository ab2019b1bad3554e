//! The fonts of reports: those that the program brings along, for measuring, drawing and rasterising alike.

use std::sync::{Arc, LazyLock};

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};
use resvg::usvg::fontdb::{Database, FaceInfo};

/// The family that everything is written in.
pub const FAMILY: &str = "Inter";

pub const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.ttf");
pub const STRONG: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.ttf");

/// Ems are this much smaller than what plotters calls a font's size.
pub const PLOTTERS_EM: f64 = 1.24;

static REGISTERED: LazyLock<()> = LazyLock::new(|| {
    for (style, bytes) in [(FontStyle::Normal, REGULAR), (FontStyle::Bold, STRONG)] {
        register_font(FAMILY, style, bytes).ok().expect("the fonts are part of the program and were tested");
    }
});

static DATABASE: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut loaded = Database::new();
    for bytes in [REGULAR, STRONG] {
        loaded.load_font_data(bytes.to_vec());
    }
    // Each weight comes with a family of its own name; here they are one.
    let mut fonts = Database::new();
    for face in loaded.faces() {
        let families = face.families.iter().map(|(_, language)| (FAMILY.to_owned(), *language)).collect();
        fonts.push_face_info(FaceInfo { families, ..face.clone() });
    }
    fonts.set_sans_serif_family(FAMILY);
    Arc::new(fonts)
});

/// The same fonts for the rasteriser.
pub fn database() -> Arc<Database> {
    Arc::clone(&DATABASE)
}

/// The font as plotters takes it, `size` units of the drawing high.
pub fn font(size: f64, is_strong: bool) -> FontDesc<'static> {
    LazyLock::force(&REGISTERED);
    let style = if is_strong { FontStyle::Bold } else { FontStyle::Normal };
    FontDesc::new(FontFamily::Name(FAMILY), size * PLOTTERS_EM, style)
}

/// How wide a text is, in the unit of `size`.
pub fn width(text: &str, size: f64, is_strong: bool) -> f64 {
    /// Measured large, since plotters answers in whole numbers.
    const LARGE: f64 = 100.0;
    let (wide, _) = font(LARGE, is_strong).box_size(text).expect("the font is registered");
    f64::from(wide) / LARGE * size
}

/// The beginning of a text that is not wider than this.
pub fn shortened(text: &str, size: f64, is_strong: bool, room: f64) -> String {
    if width(text, size, is_strong) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for sign in text.chars() {
        short.push(sign);
        if width(&short, size, is_strong) + size > room {
            short.pop();
            return format!("{}…", short.trim_end());
        }
    }
    short
}
