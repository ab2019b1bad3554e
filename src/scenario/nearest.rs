//! The nearest right name for a wrong one.

/// Names less alike than this (0 to 1, by Jaro and Winkler) are no help.
const LEAST_LIKENESS: f64 = 0.75;

/// The one of `names` that is most like `wrong`, if any is.
pub(crate) fn name<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |name: &str| strsim::jaro_winkler(&wrong.to_lowercase(), &name.to_lowercase());
    let mut best = None;
    for name in names {
        let likeness = likeness(name);
        // The first of equals, so that the order of the names decides and not chance.
        if likeness >= LEAST_LIKENESS && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}

/// `; did you mean "..."?` or nothing.
pub(crate) fn hint<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    name(wrong, names).map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}
