//! The roles that colours play. What they look like is in the palettes.

#![expect(clippy::disallowed_methods, reason = "layers are mixed from named colours")]

use egui::Color32;

/// One colour per role; a theme is one value of this.
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    pub is_dark: bool,
    /// Behind the drawing.
    pub canvas: Color32,
    /// Behind outline, inspector and charts.
    pub panel: Color32,
    /// Cards and buttons that lie on a panel or the canvas.
    pub raised: Color32,
    /// A button or row under the pointer.
    pub hovered: Color32,
    /// Text fields and the part of a strip that holds nothing.
    pub sunken: Color32,
    pub border: Color32,
    pub text: Color32,
    pub text_muted: Color32,
    /// The one colour for what can be done and what is selected.
    pub accent: Color32,
    pub accent_fill: Color32,
    pub accent_text: Color32,
    pub good: Color32,
    pub warn: Color32,
    pub bad: Color32,
    /// A lag that grows.
    pub growing: Color32,
    /// Waiting records by how the lag does; text must be readable on them.
    pub waiting_good: Color32,
    pub waiting_warn: Color32,
    pub waiting_bad: Color32,
    /// Waiting records of which nobody knows how the lag does.
    pub waiting_unknown: Color32,
    pub link: Color32,
    pub grid: Color32,
    /// Consumers: Okabe and Ito's colours, safe for colour-blind readers.
    pub members: [Color32; 8],
    /// Lines of groups, topics and producers, which are none of the consumers' colours.
    pub groups: [Color32; 4],
    /// How strongly a consumer's colour tints what it has read, of 255.
    pub read_tint: u8,
}

impl Tokens {
    /// The colour of a consumer.
    pub const fn member(&self, colour: usize) -> Color32 {
        self.members[colour % self.members.len()]
    }

    /// A colour as a light layer over `ground`, opaque.
    pub fn tinted(&self, colour: Color32, ground: Color32, alpha: u8) -> Color32 {
        ground.blend(Color32::from_rgba_unmultiplied(colour.r(), colour.g(), colour.b(), alpha))
    }

    /// A card's fill that tells its state apart from its neighbours'.
    pub fn wash(&self, colour: Color32) -> Color32 {
        self.tinted(colour, self.raised, if self.is_dark { 36 } else { 34 })
    }

    /// The fill of a row that is selected.
    pub fn selected(&self) -> Color32 {
        self.wash(self.accent)
    }

    /// Behind a message that something failed.
    pub fn alarm(&self) -> Color32 {
        self.tinted(self.bad, self.panel, 26)
    }

    /// A small label in a consumer's colour, for text to stand on.
    pub fn chip(&self, colour: Color32) -> Color32 {
        self.tinted(colour, self.raised, 90)
    }

    /// What a consumer has read of a partition.
    pub fn read(&self, colour: Color32) -> Color32 {
        self.tinted(colour, self.sunken, self.read_tint)
    }
}
