//! The settings of a topic by Kafka's names, with Kafka's defaults. Settings of Kafka's that mean nothing
//! here yet are refused by name rather than ignored.

use std::time::Duration;

use thiserror::Error;

use super::units::Span;

/// How long records are kept where nobody says otherwise: Kafka's seven days.
const DEFAULT_RETENTION: Duration = Duration::from_hours(7 * 24);

/// Kafka's default for the largest record batch: 1 MiB and room for the batch's header.
const DEFAULT_MAX_MESSAGE_BYTES: u32 = 1_048_588;

/// What a topic keeps and accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopicConfig {
    /// `retention.ms`: records older than this are deleted; `None` (-1) keeps them for ever.
    pub retention: Option<Duration>,
    /// `retention.bytes`: what one partition may hold before its oldest records are deleted; `None` (-1) is no bound.
    pub retention_bytes: Option<u64>,
    /// `max.message.bytes`: the largest record batch that is accepted.
    pub max_message_bytes: u32,
    /// `message.timestamp.type`.
    pub timestamp_type: TimestampType,
}

/// Whose time a record carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TimestampType {
    /// The producer's, `CreateTime`.
    #[default]
    CreateTime,
    /// The broker's at the time of the append, `LogAppendTime`.
    LogAppendTime,
}

/// Why a setting was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ConfigError {
    #[error("unknown topic setting \"{0}\"")]
    Unknown(String),
    #[error("the topic setting \"{0}\" is not supported yet")]
    UnsupportedKey(String),
    #[error("{key} = \"{value}\" is not supported yet; use \"{instead}\"")]
    UnsupportedValue { key: &'static str, value: String, instead: &'static str },
    #[error("{key} = \"{value}\" is wrong: it must be {expected}")]
    Value { key: &'static str, value: String, expected: &'static str },
}

const RETENTION_MS: &str = "retention.ms";
const RETENTION_BYTES: &str = "retention.bytes";
const MAX_MESSAGE_BYTES: &str = "max.message.bytes";
const CLEANUP_POLICY: &str = "cleanup.policy";
const TIMESTAMP_TYPE: &str = "message.timestamp.type";

/// Kafka's other settings of a topic: known, so that they can be told from typing errors.
const UNSUPPORTED: [&str; 22] = [
    "compression.type",
    "delete.retention.ms",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "follower.replication.throttled.replicas",
    "index.interval.bytes",
    "leader.replication.throttled.replicas",
    "local.retention.bytes",
    "local.retention.ms",
    "max.compaction.lag.ms",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",
    "min.insync.replicas",
    "preallocate",
    "remote.storage.enable",
    "segment.bytes",
    "segment.jitter.ms",
    "segment.ms",
    "unclean.leader.election.enable",
];

impl TopicConfig {
    /// The settings that can be set, in the order in which they are shown.
    pub const KEYS: [&'static str; 5] =
        [CLEANUP_POLICY, RETENTION_MS, RETENTION_BYTES, MAX_MESSAGE_BYTES, TIMESTAMP_TYPE];

    /// Sets what Kafka calls `key`. A value is written as Kafka writes it; a retention may also be a length
    /// of time such as `2h`.
    ///
    /// # Errors
    /// When the setting or its value is unknown or not supported yet; nothing is changed then.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), ConfigError> {
        match key {
            CLEANUP_POLICY => check_cleanup_policy(value)?,
            RETENTION_MS => self.retention = parse_retention(value)?,
            RETENTION_BYTES => self.retention_bytes = parse_retention_bytes(value)?,
            MAX_MESSAGE_BYTES => {
                let expected = "a whole number of bytes of at least 1";
                let bytes = value.parse().ok().filter(|&bytes| bytes >= 1);
                self.max_message_bytes = bytes.ok_or_else(|| wrong(MAX_MESSAGE_BYTES, value, expected))?;
            }
            TIMESTAMP_TYPE => {
                let expected = "CreateTime or LogAppendTime";
                let named = TimestampType::named(value);
                self.timestamp_type = named.ok_or_else(|| wrong(TIMESTAMP_TYPE, value, expected))?;
            }
            _ if UNSUPPORTED.contains(&key) => return Err(ConfigError::UnsupportedKey(key.to_owned())),
            _ => return Err(ConfigError::Unknown(key.to_owned())),
        }
        Ok(())
    }

    /// Every setting with its value as Kafka writes it, in the order of [`TopicConfig::KEYS`].
    pub fn entries(&self) -> [(&'static str, String); 5] {
        let retention = self.retention.map_or_else(|| "-1".to_owned(), |span| span.as_millis().to_string());
        let bytes = self.retention_bytes.map_or_else(|| "-1".to_owned(), |bytes| bytes.to_string());
        [
            (CLEANUP_POLICY, "delete".to_owned()),
            (RETENTION_MS, retention),
            (RETENTION_BYTES, bytes),
            (MAX_MESSAGE_BYTES, self.max_message_bytes.to_string()),
            (TIMESTAMP_TYPE, self.timestamp_type.name().to_owned()),
        ]
    }
}

impl Default for TopicConfig {
    fn default() -> Self {
        Self {
            retention: Some(DEFAULT_RETENTION),
            retention_bytes: None,
            max_message_bytes: DEFAULT_MAX_MESSAGE_BYTES,
            timestamp_type: TimestampType::CreateTime,
        }
    }
}

impl TimestampType {
    /// Kafka's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CreateTime => "CreateTime",
            Self::LogAppendTime => "LogAppendTime",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::CreateTime, Self::LogAppendTime].into_iter().find(|kind| kind.name() == name)
    }
}

fn wrong(key: &'static str, value: &str, expected: &'static str) -> ConfigError {
    ConfigError::Value { key, value: value.to_owned(), expected }
}

fn check_cleanup_policy(value: &str) -> Result<(), ConfigError> {
    match value {
        "delete" => Ok(()),
        "compact" | "compact,delete" | "delete,compact" => {
            Err(ConfigError::UnsupportedValue { key: CLEANUP_POLICY, value: value.to_owned(), instead: "delete" })
        }
        _ => Err(wrong(CLEANUP_POLICY, value, "\"delete\"")),
    }
}

fn parse_retention(value: &str) -> Result<Option<Duration>, ConfigError> {
    if value == "-1" {
        return Ok(None);
    }
    let millis = value.parse().map(Duration::from_millis).ok();
    let span = millis.or_else(|| value.parse::<Span>().ok().map(|span| span.0));
    let expected = "milliseconds, or -1 to keep everything";
    // Kafka's unit is the millisecond: a finer retention couldn't be shown again.
    span.filter(|span| span.subsec_nanos().is_multiple_of(1_000_000))
        .map(Some)
        .ok_or_else(|| wrong(RETENTION_MS, value, expected))
}

fn parse_retention_bytes(value: &str) -> Result<Option<u64>, ConfigError> {
    if value == "-1" {
        return Ok(None);
    }
    value.parse().map(Some).map_err(|_| wrong(RETENTION_BYTES, value, "bytes, or -1 for no bound"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_kafkas() {
        let shown: Vec<_> =
            TopicConfig::default().entries().into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        let expected = [
            "cleanup.policy=delete",
            "retention.ms=604800000",
            "retention.bytes=-1",
            "max.message.bytes=1048588",
            "message.timestamp.type=CreateTime",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn entries_can_be_set_again() {
        let mut config = TopicConfig::default();
        for (key, value) in [
            ("retention.ms", "3600000"),
            ("retention.bytes", "1000000"),
            ("max.message.bytes", "2000"),
            ("message.timestamp.type", "LogAppendTime"),
        ] {
            config.set(key, value).unwrap();
        }
        let mut again = TopicConfig::default();
        for (key, value) in config.entries() {
            again.set(key, &value).unwrap();
        }
        assert_eq!(again, config);
        assert_eq!(config.retention, Some(Duration::from_hours(1)));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let table = [
            ("retention.hours", "1", "unknown topic setting \"retention.hours\""),
            ("segment.ms", "1", "the topic setting \"segment.ms\" is not supported yet"),
            ("cleanup.policy", "compact", "cleanup.policy = \"compact\" is not supported yet; use \"delete\""),
            ("cleanup.policy", "none", "cleanup.policy = \"none\" is wrong: it must be \"delete\""),
            ("retention.ms", "-2", "retention.ms = \"-2\" is wrong: it must be milliseconds, or -1 to keep everything"),
            (
                "max.message.bytes",
                "0",
                "max.message.bytes = \"0\" is wrong: it must be a whole number of bytes of at least 1",
            ),
        ];
        for (key, value, message) in table {
            let mut config = TopicConfig::default();
            assert_eq!(config.set(key, value).unwrap_err().to_string(), message);
            assert_eq!(config, TopicConfig::default());
        }
    }
}
