//! What can be wrong with a record batch.

use thiserror::Error;

use super::Compression;

/// Why bytes are not a usable record batch.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BatchError {
    #[error("reading a record batch: {got} bytes are fewer than the {needed} of its header")]
    TooShort { needed: usize, got: usize },
    #[error(
        "reading a record batch: it states {stated} bytes after its length field, which {got} bytes in all contradict"
    )]
    Length { stated: i32, got: usize },
    #[error(
        "reading a record batch: its format version is {0}, only 2 is in use (producers before Kafka 0.11 write others)"
    )]
    Magic(i8),
    #[error(
        "reading a record batch: its checksum is {stated:08x} but its bytes give {computed:08x}, so it was damaged on the way"
    )]
    Crc { stated: u32, computed: u32 },
    #[error(
        "reading a record batch: {record_count} records with a last offset delta of {last_offset_delta} in {records_bytes} bytes can't be true"
    )]
    Counts { record_count: i32, last_offset_delta: i32, records_bytes: usize },
    #[error(
        "reading a record batch: its records are compressed ({0:?}), and only uncompressed ones can be looked into"
    )]
    Compression(Compression),
    #[error("reading record {index} of a batch: {fault}")]
    Record { index: i64, fault: RecordFault },
}

/// What is wrong with one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RecordFault {
    #[error("its length is more than what is left of the batch")]
    Length,
    #[error("its timestamp or offset is not a number that fits")]
    Number,
    #[error("its offset is not the next one")]
    OffsetDelta,
    #[error("its key is longer than the record")]
    Key,
    #[error("its value is longer than the record")]
    Value,
    #[error("its headers don't fill the rest of the record")]
    Headers,
    #[error("bytes follow the batch's last record")]
    Trailing,
}
