//! Which lines of which chart are hidden. It knows names only.

use std::collections::{BTreeMap, BTreeSet};

/// Hidden lines by chart and name: they stay hidden when the line goes and comes back.
#[derive(Clone, Debug, Default)]
pub struct Hidden(BTreeMap<&'static str, BTreeSet<String>>);

impl Hidden {
    pub fn contains(&self, chart: &'static str, line: &str) -> bool {
        self.0.get(chart).is_some_and(|hidden| hidden.contains(line))
    }

    /// Hides what is shown and shows what is hidden.
    pub fn toggle(&mut self, chart: &'static str, line: &str) {
        let hidden = self.0.entry(chart).or_default();
        if !hidden.remove(line) {
            hidden.insert(line.to_owned());
        }
    }

    /// Shows one line alone, or all again when it is alone already.
    pub fn isolate<'a>(&mut self, chart: &'static str, line: &str, all: impl Iterator<Item = &'a str> + Clone) {
        let is_alone = all.clone().all(|name| self.contains(chart, name) == (name != line));
        let hidden = self.0.entry(chart).or_default();
        hidden.clear();
        if !is_alone {
            hidden.extend(all.filter(|name| *name != line).map(str::to_owned));
        }
    }

    pub fn show_all(&mut self, chart: &'static str) {
        self.0.remove(chart);
    }

    pub fn is_any(&self, chart: &'static str) -> bool {
        self.0.get(chart).is_some_and(|hidden| !hidden.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_hidden_and_isolated_by_name_and_chart() {
        let mut hidden = Hidden::default();
        let all = ["in", "billing", "analytics"];
        hidden.toggle("lag", "billing");
        assert!(hidden.contains("lag", "billing") && !hidden.contains("throughput", "billing"));
        hidden.toggle("lag", "billing");
        assert!(!hidden.is_any("lag"));
        hidden.isolate("lag", "billing", all.into_iter());
        assert_eq!(all.map(|name| hidden.contains("lag", name)), [true, false, true]);
        hidden.isolate("lag", "billing", all.into_iter());
        assert_eq!(all.map(|name| hidden.contains("lag", name)), [false; 3]);
    }
}
