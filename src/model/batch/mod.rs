//! Kafka's v2 record batch: the form in which records are sent, stored and fetched. It reads and
//! builds batches; it neither compresses nor decompresses.
//!
//! ```text
//!  0 base offset i64       12 leader epoch i32   21 attributes i16         35 max timestamp i64   53 base sequence i32
//!  8 batch length i32      16 magic i8           23 last offset delta i32  43 producer id i64     57 record count i32
//!                          17 crc u32            27 base timestamp i64     51 producer epoch i16  61 records
//! ```
//! The checksum (CRC-32C) covers everything from byte 21 on, so that a broker can put in the base
//! offset and the leader epoch without touching it.

mod builder;
mod error;
mod records;
mod varint;

pub use builder::{BatchBuilder, ProducerStamp, encoded_record_len};
pub use error::{BatchError, RecordFault};
pub use records::{HeaderRef, Headers, RecordRef, Records};

/// Bytes before the first record.
pub const HEADER_BYTES: usize = 61;

/// Base offset and batch length: what the batch length doesn't count.
pub const LENGTH_PREFIX_BYTES: usize = 12;

/// The fewest bytes that a record can take: seven fields of one byte.
const MIN_RECORD_BYTES: usize = 7;

/// The only version of the format that is in use.
const MAGIC: i8 = 2;

/// Where the part that the checksum covers begins.
const CRC_COVERS_FROM: usize = 21;

const COMPRESSION_MASK: i16 = 0b111;
const LOG_APPEND_TIME: i16 = 1 << 3;
const TRANSACTIONAL: i16 = 1 << 4;
const CONTROL: i16 = 1 << 5;

/// What stands before the records of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchHeader {
    pub base_offset: i64,
    /// Bytes after this field; see [`BatchHeader::total_bytes`].
    pub batch_length: i32,
    pub partition_leader_epoch: i32,
    pub magic: i8,
    pub crc: u32,
    pub attributes: i16,
    /// Offset of the last record, counted from the base offset.
    pub last_offset_delta: i32,
    /// Unix milliseconds.
    pub base_timestamp: i64,
    /// Unix milliseconds.
    pub max_timestamp: i64,
    /// -1 without idempotence.
    pub producer_id: i64,
    pub producer_epoch: i16,
    /// -1 without idempotence.
    pub base_sequence: i32,
    pub record_count: i32,
}

impl BatchHeader {
    /// Reads the header at the beginning of `bytes`, which may go on after this batch (or break off
    /// within it). Checks only that the header is there, its magic, and that the length is possible.
    pub fn parse(bytes: &[u8]) -> Result<Self, BatchError> {
        let fields = bytes
            .first_chunk::<HEADER_BYTES>()
            .ok_or(BatchError::TooShort { needed: HEADER_BYTES, got: bytes.len() })?;
        let header = Self::from_fields(fields);
        if header.magic != MAGIC {
            return Err(BatchError::Magic(header.magic));
        }
        if usize::try_from(header.batch_length).is_ok_and(|length| length + LENGTH_PREFIX_BYTES >= HEADER_BYTES) {
            Ok(header)
        } else {
            Err(BatchError::Length { stated: header.batch_length, got: bytes.len() })
        }
    }

    /// Checks that `bytes` are exactly one undamaged batch: length, checksum, and counts that can be
    /// true. The records themselves are [`check_records`]'s to look at.
    pub fn check(bytes: &[u8]) -> Result<Self, BatchError> {
        let header = Self::parse(bytes)?;
        if header.total_bytes() != bytes.len() {
            return Err(BatchError::Length { stated: header.batch_length, got: bytes.len() });
        }
        header.check_crc(bytes)?;
        header.check_counts(bytes.len() - HEADER_BYTES)?;
        Ok(header)
    }

    /// Checks that the checksum is that of `batch`, the bytes that this header was read from.
    ///
    /// # Panics
    /// When `batch` is shorter than a batch header.
    pub fn check_crc(&self, batch: &[u8]) -> Result<(), BatchError> {
        let computed = crc32c::crc32c(&batch[CRC_COVERS_FROM..]);
        if computed == self.crc { Ok(()) } else { Err(BatchError::Crc { stated: self.crc, computed }) }
    }

    /// Length of the whole batch in bytes.
    pub fn total_bytes(&self) -> usize {
        LENGTH_PREFIX_BYTES + usize::try_from(self.batch_length).unwrap_or(0)
    }

    /// Offset of the last record.
    pub fn last_offset(&self) -> i64 {
        self.base_offset.saturating_add(i64::from(self.last_offset_delta))
    }

    /// The codec that the records are compressed with.
    pub fn compression(&self) -> Compression {
        match self.attributes & COMPRESSION_MASK {
            0 => Compression::None,
            1 => Compression::Gzip,
            2 => Compression::Snappy,
            3 => Compression::Lz4,
            4 => Compression::Zstd,
            _ => Compression::Unknown,
        }
    }

    /// Whether the broker's time of appending stands for the records' own timestamps.
    pub fn is_log_append_time(&self) -> bool {
        self.attributes & LOG_APPEND_TIME != 0
    }

    pub fn is_transactional(&self) -> bool {
        self.attributes & TRANSACTIONAL != 0
    }

    /// Whether it holds a transaction's end instead of a client's records.
    pub fn is_control(&self) -> bool {
        self.attributes & CONTROL != 0
    }

    fn check_counts(&self, records_bytes: usize) -> Result<(), BatchError> {
        let counts_agree = self.record_count > 0 && self.last_offset_delta == self.record_count - 1;
        let needed = usize::try_from(self.record_count).unwrap_or(usize::MAX).saturating_mul(MIN_RECORD_BYTES);
        if counts_agree && (self.compression() != Compression::None || needed <= records_bytes) {
            Ok(())
        } else {
            Err(BatchError::Counts {
                record_count: self.record_count,
                last_offset_delta: self.last_offset_delta,
                records_bytes,
            })
        }
    }

    fn from_fields(fields: &[u8; HEADER_BYTES]) -> Self {
        Self {
            base_offset: i64::from_be_bytes(field(fields, 0)),
            batch_length: i32::from_be_bytes(field(fields, 8)),
            partition_leader_epoch: i32::from_be_bytes(field(fields, 12)),
            magic: i8::from_be_bytes(field(fields, 16)),
            crc: u32::from_be_bytes(field(fields, 17)),
            attributes: i16::from_be_bytes(field(fields, 21)),
            last_offset_delta: i32::from_be_bytes(field(fields, 23)),
            base_timestamp: i64::from_be_bytes(field(fields, 27)),
            max_timestamp: i64::from_be_bytes(field(fields, 35)),
            producer_id: i64::from_be_bytes(field(fields, 43)),
            producer_epoch: i16::from_be_bytes(field(fields, 51)),
            base_sequence: i32::from_be_bytes(field(fields, 53)),
            record_count: i32::from_be_bytes(field(fields, 57)),
        }
    }

    fn write_to(&self, fields: &mut [u8; HEADER_BYTES]) {
        fields[0..8].copy_from_slice(&self.base_offset.to_be_bytes());
        fields[8..12].copy_from_slice(&self.batch_length.to_be_bytes());
        fields[12..16].copy_from_slice(&self.partition_leader_epoch.to_be_bytes());
        fields[16..17].copy_from_slice(&self.magic.to_be_bytes());
        fields[17..21].copy_from_slice(&self.crc.to_be_bytes());
        fields[21..23].copy_from_slice(&self.attributes.to_be_bytes());
        fields[23..27].copy_from_slice(&self.last_offset_delta.to_be_bytes());
        fields[27..35].copy_from_slice(&self.base_timestamp.to_be_bytes());
        fields[35..43].copy_from_slice(&self.max_timestamp.to_be_bytes());
        fields[43..51].copy_from_slice(&self.producer_id.to_be_bytes());
        fields[51..53].copy_from_slice(&self.producer_epoch.to_be_bytes());
        fields[53..57].copy_from_slice(&self.base_sequence.to_be_bytes());
        fields[57..61].copy_from_slice(&self.record_count.to_be_bytes());
    }
}

/// How the records of a batch are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
    /// A number that Kafka has no codec for.
    Unknown,
}

/// Puts in the offset of the first record (bytes 0 to 7); the checksum doesn't cover it.
///
/// # Panics
/// When `batch` is shorter than a batch header.
pub fn patch_base_offset(batch: &mut [u8], base_offset: i64) {
    batch[..8].copy_from_slice(&base_offset.to_be_bytes());
}

/// Puts in the leader's epoch (bytes 12 to 15); the checksum doesn't cover it.
///
/// # Panics
/// When `batch` is shorter than a batch header.
pub fn patch_leader_epoch(batch: &mut [u8], partition_leader_epoch: i32) {
    batch[12..16].copy_from_slice(&partition_leader_epoch.to_be_bytes());
}

/// Checks every record of one uncompressed batch: well formed, counted rightly, and numbered 0, 1, 2 and so on.
pub fn check_records(batch: &[u8]) -> Result<(), BatchError> {
    let header = BatchHeader::parse(batch)?;
    for (index, record) in (0..).zip(Records::new(batch)?) {
        if record?.offset != header.base_offset.saturating_add(index) {
            return Err(BatchError::Record { index, fault: RecordFault::OffsetDelta });
        }
    }
    Ok(())
}

/// Walks over batches that stand one after the other, each whole and checked before.
pub fn split(bytes: &[u8]) -> impl Iterator<Item = Result<(BatchHeader, &[u8]), BatchError>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let next = BatchHeader::parse(rest).and_then(|header| {
            let short = BatchError::Length { stated: header.batch_length, got: rest.len() };
            let (batch, after) = rest.split_at_checked(header.total_bytes()).ok_or(short)?;
            rest = after;
            Ok((header, batch))
        });
        if next.is_err() {
            rest = &[];
        }
        Some(next)
    })
}

fn field<const N: usize>(fields: &[u8; HEADER_BYTES], at: usize) -> [u8; N] {
    *fields[at..].first_chunk().expect("every field lies within the header")
}

#[cfg(test)]
mod tests;
