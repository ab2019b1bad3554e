//! The scenarios that come with the program. Each is a file in `assets/scenarios`, and each claims what it
//! teaches in its expectations.

use std::io;

use super::{Scenario, check, nearest};

/// Shown when nothing else was asked for.
pub const DEMONSTRATION: &str = "orders";

/// Name and text of each, the demonstration first and then from the simple to the subtle.
const FILES: [(&str, &str); 9] = [
    (DEMONSTRATION, include_str!("../../assets/scenarios/orders.toml")),
    ("backlog", include_str!("../../assets/scenarios/backlog.toml")),
    ("hot-key", include_str!("../../assets/scenarios/hot-key.toml")),
    ("spare-consumers", include_str!("../../assets/scenarios/spare-consumers.toml")),
    ("crash", include_str!("../../assets/scenarios/crash.toml")),
    ("eager-and-cooperative", include_str!("../../assets/scenarios/eager-and-cooperative.toml")),
    ("commit-before-and-after", include_str!("../../assets/scenarios/commit-before-and-after.toml")),
    ("retention", include_str!("../../assets/scenarios/retention.toml")),
    ("more-partitions", include_str!("../../assets/scenarios/more-partitions.toml")),
];

/// The names of all, in the order in which they are listed.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|&(name, _)| name)
}

/// The built-in scenario of that name.
///
/// # Panics
/// Never: a test checks every file that is built in.
pub fn get(name: &str) -> Option<Scenario> {
    let no_files = |_: &str| Err(io::Error::other("a built-in scenario names no files"));
    text(name).map(|text| check(name, text, no_files).expect("a test checks every built-in scenario"))
}

/// Says that no scenario of this name is built in, and which are.
pub fn unknown(name: &str) -> String {
    let listed: Vec<&str> = names().collect();
    let hint = nearest::hint(name, names());
    format!(
        "there is no built-in scenario \"{name}\"{hint}\nbuilt in are {}; a file is named with its ending .toml",
        listed.join(", ")
    )
}

/// Its file, as a beginning for one's own.
pub fn text(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, _)| *known == name).map(|&(_, text)| text)
}
