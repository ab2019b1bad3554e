//! The three looks, role by role.

#![expect(clippy::disallowed_methods, reason = "this is where colours are named")]

use egui::Color32;

use super::Tokens;

const fn rgb(hex: u32) -> Color32 {
    let [_, red, green, blue] = hex.to_be_bytes();
    Color32::from_rgb(red, green, blue)
}

pub const DARK: Tokens = Tokens {
    is_dark: true,
    canvas: rgb(0x000d_1216),
    panel: rgb(0x0014_1b22),
    raised: rgb(0x001b_232c),
    hovered: rgb(0x0023_2d38),
    sunken: rgb(0x0010_161c),
    border: rgb(0x0029_333e),
    text: rgb(0x00e4_ebf1),
    text_muted: rgb(0x009a_a7b4),
    accent: rgb(0x0045_c4bb),
    accent_fill: rgb(0x0015_413f),
    accent_text: rgb(0x00a5_efe7),
    good: rgb(0x0060_c585),
    warn: rgb(0x00e5_b04a),
    bad: rgb(0x00f6_877d),
    growing: rgb(0x00f5_8f4e),
    waiting_good: rgb(0x0024_5a41),
    waiting_warn: rgb(0x0068_5226),
    waiting_bad: rgb(0x006e_3736),
    waiting_unknown: rgb(0x0034_3f4b),
    link: rgb(0x0033_3f4b),
    grid: rgb(0x0022_2b35),
    members: [
        rgb(0x0056_b4e9),
        rgb(0x00e6_9f00),
        rgb(0x0022_b48a),
        rgb(0x00cc_79a7),
        rgb(0x00f0_e442),
        rgb(0x0038_8fd6),
        rgb(0x00e3_6f2c),
        rgb(0x00a7_b0ba),
    ],
    groups: [rgb(0x00a8_9dff), rgb(0x00c6_cfd8), rgb(0x00cd_bf8a), rgb(0x00cf_9276)],
    read_tint: 64,
};

pub const LIGHT: Tokens = Tokens {
    is_dark: false,
    canvas: rgb(0x00f7_f9fa),
    panel: rgb(0x00ee_f1f4),
    raised: rgb(0x00ff_ffff),
    hovered: rgb(0x00e1_e7ec),
    sunken: rgb(0x00e6_ebef),
    border: rgb(0x00cd_d5dc),
    text: rgb(0x0017_2029),
    text_muted: rgb(0x0050_5e6b),
    accent: rgb(0x0007_6d66),
    accent_fill: rgb(0x00c9_ece8),
    accent_text: rgb(0x0006_524d),
    good: rgb(0x0015_6c38),
    warn: rgb(0x0086_5300),
    bad: rgb(0x00b5_2b22),
    growing: rgb(0x00a3_4400),
    waiting_good: rgb(0x009b_dcb4),
    waiting_warn: rgb(0x00f3_cf86),
    waiting_bad: rgb(0x00f2_b0a8),
    waiting_unknown: rgb(0x00c4_ccd4),
    link: rgb(0x00c3_ccd4),
    grid: rgb(0x00de_e4e9),
    members: [
        rgb(0x002a_8cc4),
        rgb(0x00b9_7e00),
        rgb(0x0000_8f68),
        rgb(0x00bd_6395),
        rgb(0x0093_8700),
        rgb(0x0000_62a0),
        rgb(0x00d5_5e00),
        rgb(0x0056_606a),
    ],
    groups: [rgb(0x0062_52c9), rgb(0x0051_5c68), rgb(0x0074_6416), rgb(0x0095_4f2e)],
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
