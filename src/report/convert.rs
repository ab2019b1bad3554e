//! Conversions into the numbers that drawing needs, in one place, so that each loss is stated once.

/// For coordinates: screens are far smaller than what an `f32` counts exactly.
#[expect(clippy::cast_possible_truncation, reason = "a coordinate needs no more than 24 bits")]
pub const fn to_f32(value: f64) -> f32 {
    value as f32
}

/// For positions in lists that are drawn.
#[expect(clippy::cast_precision_loss, reason = "nothing on screen has more than 16 million rows")]
pub const fn index_to_f32(index: usize) -> f32 {
    index as f32
}

/// For counts that are scaled or rounded for reading.
#[expect(clippy::cast_precision_loss, reason = "shown rounded; exact up to 2^53")]
pub const fn count_to_f64(count: u64) -> f64 {
    count as f64
}

/// For offsets that are scaled to pixels.
#[expect(clippy::cast_precision_loss, reason = "scaled to pixels; exact up to 2^53")]
pub const fn offset_to_f64(offset: i64) -> f64 {
    offset as f64
}

/// Back from a coordinate to the row that it lies in; below zero is the first.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to zero, saturates above")]
pub fn to_index(value: f32) -> usize {
    value.max(0.0) as usize
}

/// A rounded number for reading, zero when negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to zero, saturates above")]
pub fn to_count(value: f64) -> u64 {
    value.max(0.0).round() as u64
}
