//! A record as clients see it.

use bytes::Bytes;

/// One record. A record without a key goes where the partitioner likes; one without a value is a tombstone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Unix milliseconds.
    pub timestamp: i64,
    pub key: Option<Bytes>,
    pub value: Option<Bytes>,
    /// In order; a key may occur more than once.
    pub headers: Vec<Header>,
}

/// A header: a name and bytes, or nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    pub key: String,
    pub value: Option<Bytes>,
}
