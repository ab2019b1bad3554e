//! The three looks, role by role. What reports need too they take from the same place:
//! [`crate::report::palette`].

#![expect(clippy::disallowed_methods, reason = "this is where colours are named")]

use egui::Color32;

use super::Tokens;
use crate::report::palette::{self, Rgb};

const fn rgb(hex: Rgb) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

const fn all<const N: usize>(hex: [Rgb; N]) -> [Color32; N] {
    let mut colours = [Color32::BLACK; N];
    let mut index = 0;
    while index < N {
        colours[index] = rgb(hex[index]);
        index += 1;
    }
    colours
}

pub const DARK: Tokens = Tokens {
    is_dark: true,
    canvas: rgb(palette::DARK.page),
    panel: rgb(palette::DARK.ground),
    raised: rgb(0x001b_232c),
    hovered: rgb(0x0023_2d38),
    sunken: rgb(0x0010_161c),
    border: rgb(palette::DARK.border),
    text: rgb(palette::DARK.text),
    text_muted: rgb(palette::DARK.text_muted),
    accent: rgb(palette::DARK.accent),
    accent_fill: rgb(palette::DARK.accent_fill),
    accent_text: rgb(0x00a5_efe7),
    good: rgb(palette::DARK.good),
    warn: rgb(palette::DARK.warn),
    bad: rgb(palette::DARK.bad),
    growing: rgb(0x00f5_8f4e),
    waiting_good: rgb(0x0024_5a41),
    waiting_warn: rgb(0x0068_5226),
    waiting_bad: rgb(0x006e_3736),
    waiting_unknown: rgb(0x0034_3f4b),
    link: rgb(0x0033_3f4b),
    grid: rgb(palette::DARK.grid),
    members: all(palette::DARK.members),
    groups: all(palette::DARK.groups),
    read_tint: 64,
};

pub const LIGHT: Tokens = Tokens {
    is_dark: false,
    canvas: rgb(palette::LIGHT.page),
    panel: rgb(0x00ee_f1f4),
    raised: rgb(palette::LIGHT.ground),
    hovered: rgb(0x00e1_e7ec),
    sunken: rgb(0x00e6_ebef),
    border: rgb(palette::LIGHT.border),
    text: rgb(palette::LIGHT.text),
    text_muted: rgb(palette::LIGHT.text_muted),
    accent: rgb(palette::LIGHT.accent),
    accent_fill: rgb(palette::LIGHT.accent_fill),
    accent_text: rgb(0x0006_524d),
    good: rgb(palette::LIGHT.good),
    warn: rgb(palette::LIGHT.warn),
    bad: rgb(palette::LIGHT.bad),
    growing: rgb(0x00a3_4400),
    waiting_good: rgb(0x009b_dcb4),
    waiting_warn: rgb(0x00f3_cf86),
    waiting_bad: rgb(0x00f2_b0a8),
    waiting_unknown: rgb(0x00c4_ccd4),
    link: rgb(0x00c3_ccd4),
    grid: rgb(palette::LIGHT.grid),
    members: all(palette::LIGHT.members),
    groups: all(palette::LIGHT.groups),
    read_tint: 70,
};

pub const PROJECTOR: Tokens = Tokens {
    canvas: rgb(0x00ff_ffff),
    panel: rgb(0x00f4_f6f7),
    raised: rgb(0x00ff_ffff),
    border: rgb(0x009a_a6b0),
    text: rgb(0x0000_0000),
    text_muted: rgb(0x0036_414b),
    accent: rgb(0x0000_635d),
    accent_text: rgb(0x0000_3532),
    good: rgb(0x0000_5a27),
    warn: rgb(0x0069_3f00),
    bad: rgb(0x009c_1510),
    growing: rgb(0x008a_3800),
    link: rgb(0x009f_abb5),
    grid: rgb(0x00d5_dce1),
    ..LIGHT
};
