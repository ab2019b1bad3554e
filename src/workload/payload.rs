//! What stands at the front of a value that Logyard's producers send: a mark, a number and the intended
//! send time to the microsecond, so that a consumer can measure how long the record was under way.

/// Marks a value of Logyard's own.
const MAGIC: [u8; 4] = *b"LgYd";

/// Bytes that the front takes. Shorter values carry none of it.
pub const FRONT_BYTES: usize = 16;

/// Values of one producer, written into one buffer again and again.
#[derive(Clone, Debug, Default)]
pub struct PayloadWriter {
    buffer: Vec<u8>,
}

impl PayloadWriter {
    /// A value of `size` bytes.
    pub fn write(&mut self, number: u32, intended_micros: u64, size: usize) -> &[u8] {
        if self.buffer.len() < size.max(2 * FRONT_BYTES) {
            self.grow(size);
        }
        self.buffer[4..8].copy_from_slice(&number.to_be_bytes());
        self.buffer[8..16].copy_from_slice(&intended_micros.to_be_bytes());
        // A part of the front would be taken for damage by whoever looks at the bytes: filler instead.
        if size < FRONT_BYTES { &self.buffer[FRONT_BYTES..FRONT_BYTES + size] } else { &self.buffer[..size] }
    }

    fn grow(&mut self, size: usize) {
        let mut byte = b'a';
        self.buffer.resize_with(size.next_power_of_two().max(2 * FRONT_BYTES), || {
            byte = if byte == b'z' { b'a' } else { byte + 1 };
            byte
        });
        self.buffer[..4].copy_from_slice(&MAGIC);
    }
}

/// The intended send time in a value, in microseconds of the clock; `None` when it isn't Logyard's.
pub fn intended_micros(value: Option<&[u8]>) -> Option<u64> {
    let front = value?.first_chunk::<FRONT_BYTES>()?;
    let (magic, rest) = front.split_first_chunk::<4>()?;
    let time = rest.last_chunk::<8>()?;
    (*magic == MAGIC).then(|| u64::from_be_bytes(*time))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_its_size_and_carries_its_time() {
        let mut writer = PayloadWriter::default();
        for size in [16, 100, 17, 5_000] {
            let value = writer.write(7, 123_456_789, size);
            assert_eq!((value.len(), intended_micros(Some(value))), (size, Some(123_456_789)));
        }
    }

    #[test]
    fn what_is_too_short_or_not_ours_has_no_time() {
        let mut writer = PayloadWriter::default();
        assert_eq!(intended_micros(Some(writer.write(1, 2, 15))), None);
        assert_eq!(intended_micros(Some(b"another client's value")), None);
        assert_eq!(intended_micros(None), None);
    }
}
