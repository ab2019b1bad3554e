//! The nearest right name for a wrong one.

/// Names less alike than this are no help: of five letters two may differ.
const LEAST_LIKENESS: f64 = 0.6;

/// How alike a name is of which the wrong one is the beginning.
const BEGINNING: f64 = 0.65;

/// The one of `names` that is most like `wrong`, if any is.
pub(crate) fn name<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best = None;
    for name in names {
        let likeness = likeness(&wrong.to_lowercase(), &name.to_lowercase());
        // The first of equals, so that the order of the names decides and not chance.
        if likeness >= LEAST_LIKENESS && best.is_none_or(|(most, _)| likeness > most) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}

/// 0 to 1: letters that are missing, too many, wrong or swapped, against the length.
fn likeness(wrong: &str, name: &str) -> f64 {
    let is_beginning = wrong.len() >= 3 && name.starts_with(wrong);
    let likeness = strsim::normalized_damerau_levenshtein(wrong, name);
    if is_beginning { likeness.max(BEGINNING) } else { likeness }
}

/// `; did you mean "..."?` or nothing.
pub(crate) fn hint<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    name(wrong, names).map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}
