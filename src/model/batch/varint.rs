//! Zigzag numbers of variable length, as Kafka's records use them: small ones take one byte.

/// The most bytes that a number can take.
pub(super) const MAX_BYTES: usize = 10;

/// Bytes that `number` takes.
pub(super) fn len(number: i64) -> usize {
    let significant_bits = 64 - (zigzag(number) | 1).leading_zeros() as usize;
    significant_bits.div_ceil(7)
}

/// Writes `number` at `at` and gives the place after it.
pub(super) fn write(into: &mut [u8], mut at: usize, number: i64) -> usize {
    let mut left = zigzag(number);
    while left >= 0x80 {
        into[at] = low_seven_bits(left) | 0x80;
        left >>= 7;
        at += 1;
    }
    into[at] = low_seven_bits(left);
    at + 1
}

/// Takes a number from the front of `input`; `None` when it breaks off or takes too many bytes.
#[inline]
pub(super) fn read(input: &mut &[u8]) -> Option<i64> {
    let (&first, rest) = input.split_first()?;
    if first < 0x80 {
        *input = rest;
        return Some(unzigzag(u64::from(first)));
    }
    read_long(input)
}

/// Takes a length from the front of `input`: -1 is `Some(None)`, any other negative number is refused.
#[inline]
#[expect(clippy::option_option, reason = "malformed is not the same as null")]
pub(super) fn read_len(input: &mut &[u8]) -> Option<Option<usize>> {
    let number = read(input)?;
    match usize::try_from(number) {
        Ok(len) => Some(Some(len)),
        Err(_) if number == -1 => Some(None),
        Err(_) => None,
    }
}

fn read_long(input: &mut &[u8]) -> Option<i64> {
    let mut number = 0_u64;
    for (index, &byte) in input.iter().take(MAX_BYTES).enumerate() {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte < 0x80 {
            *input = &input[index + 1..];
            return Some(unzigzag(number));
        }
    }
    None
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

fn low_seven_bits(number: u64) -> u8 {
    (number & 0x7f) as u8
}
