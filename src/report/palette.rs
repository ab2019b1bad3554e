//! The colours of both themes by role, as numbers: the window and the reports take them from here. It draws
//! nothing and knows no window.

/// A colour as 0xRRGGBB.
pub type Rgb = u32;

/// One colour per role.
#[derive(Clone, Copy, Debug)]
pub struct Palette {
    /// Behind everything.
    pub page: Rgb,
    /// Behind a chart or a table.
    pub ground: Rgb,
    pub border: Rgb,
    pub grid: Rgb,
    pub text: Rgb,
    pub text_muted: Rgb,
    /// The one colour that leads the eye.
    pub accent: Rgb,
    pub accent_fill: Rgb,
    pub good: Rgb,
    pub warn: Rgb,
    pub bad: Rgb,
    /// Consumers and other things alike: Okabe and Ito's colours, safe for colour-blind readers.
    pub members: [Rgb; 8],
    /// Groups, where they stand beside consumers.
    pub groups: [Rgb; 4],
}

/// The two looks of whatever leaves the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub const BOTH: [Self; 2] = [Self::Light, Self::Dark];

    /// As it stands in names of files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub const fn palette(self) -> &'static Palette {
        match self {
            Self::Light => &LIGHT,
            Self::Dark => &DARK,
        }
    }
}

pub const LIGHT: Palette = Palette {
    page: 0x00f7_f9fa,
    ground: 0x00ff_ffff,
    border: 0x00cd_d5dc,
    grid: 0x00de_e4e9,
    text: 0x0017_2029,
    text_muted: 0x0050_5e6b,
    accent: 0x0007_6d66,
    accent_fill: 0x00c9_ece8,
    good: 0x0015_6c38,
    warn: 0x0086_5300,
    bad: 0x00b5_2b22,
    members: [0x002a_8cc4, 0x00b9_7e00, 0x0000_8f68, 0x00bd_6395, 0x0093_8700, 0x0000_62a0, 0x00d5_5e00, 0x0056_606a],
    groups: [0x0062_52c9, 0x0051_5c68, 0x0074_6416, 0x0095_4f2e],
};

pub const DARK: Palette = Palette {
    page: 0x000d_1216,
    ground: 0x0014_1b22,
    border: 0x0029_333e,
    grid: 0x0022_2b35,
    text: 0x00e4_ebf1,
    text_muted: 0x009a_a7b4,
    accent: 0x0045_c4bb,
    accent_fill: 0x0015_413f,
    good: 0x0060_c585,
    warn: 0x00e5_b04a,
    bad: 0x00f6_877d,
    members: [0x0056_b4e9, 0x00e6_9f00, 0x0022_b48a, 0x00cc_79a7, 0x00f0_e442, 0x0038_8fd6, 0x00e3_6f2c, 0x00a7_b0ba],
    groups: [0x00a8_9dff, 0x00c6_cfd8, 0x00cd_bf8a, 0x00cf_9276],
};

impl Palette {
    /// Every role with its colour.
    pub fn roles(&self) -> Vec<(String, Rgb)> {
        let named = [
            ("page", self.page),
            ("ground", self.ground),
            ("border", self.border),
            ("grid", self.grid),
            ("text", self.text),
            ("muted", self.text_muted),
            ("accent", self.accent),
            ("accent-fill", self.accent_fill),
            ("good", self.good),
            ("warn", self.warn),
            ("bad", self.bad),
        ];
        let members = self.members.iter().enumerate().map(|(index, colour)| (format!("member-{index}"), *colour));
        let groups = self.groups.iter().enumerate().map(|(index, colour)| (format!("group-{index}"), *colour));
        named.into_iter().map(|(name, colour)| (name.to_owned(), colour)).chain(members).chain(groups).collect()
    }
}

/// As style sheets write it.
pub fn hex(colour: Rgb) -> String {
    format!("#{colour:06X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_light_colour_of_its_own_by_which_the_dark_one_is_found() {
        let mut light: Vec<Rgb> = LIGHT.roles().into_iter().map(|(_, colour)| colour).collect();
        let count = light.len();
        light.sort_unstable();
        light.dedup();
        assert_eq!(light.len(), count);
    }
}
