//! A chart as plain data: what is shown over what, in which unit, with which marks. How it is drawn is in
//! [`super::draw`]; nothing here knows a colour's numbers or a pixel.

/// A chart with all its words.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Names its files; letters, digits and dashes.
    pub key: String,
    pub title: String,
    /// What is shown, in half a sentence.
    pub meaning: String,
    pub basis: Basis,
    pub x: Axis,
    pub body: Body,
    pub marks: Vec<Mark>,
    pub bands: Vec<Band>,
}

/// Where a figure comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    Measured,
    /// By a formula.
    Derived(String),
    Simulated,
}

impl Basis {
    /// In one word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Derived(_) => "derived",
            Self::Simulated => "simulated",
        }
    }

    /// With the formula where there is one.
    pub fn words(&self) -> String {
        match self {
            Self::Measured | Self::Simulated => self.word().to_owned(),
            Self::Derived(formula) => format!("derived: {formula}"),
        }
    }

    /// Derived by `formula`.
    pub fn derived(formula: &str) -> Self {
        Self::Derived(formula.to_owned())
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    Lines {
        y: Axis,
        lines: Vec<Line>,
    },
    /// Who held what when: one row for each thing held.
    Spans {
        rows: Vec<String>,
        spans: Vec<Span>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Said where the labels alone don't say it.
    pub name: String,
    pub unit: Unit,
    pub scale: Scale,
    /// What is shown at the least, where that doesn't follow from the points.
    pub range: Option<(f64, f64)>,
}

impl Axis {
    /// Linear, as wide as the points.
    pub fn new(name: &str, unit: Unit) -> Self {
        Self { name: name.to_owned(), unit, scale: Scale::Linear, range: None }
    }

    /// The experiment's time in seconds, from its beginning.
    pub fn time(until: f64) -> Self {
        Self { range: Some((0.0, until)), ..Self::new("", Unit::Seconds) }
    }

    pub fn with_range(self, from: f64, to: f64) -> Self {
        Self { range: Some((from, to)), ..self }
    }

    pub fn logarithmic(self) -> Self {
        Self { scale: Scale::Logarithmic, ..self }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    Linear,
    /// Values of zero and less are drawn at the lower edge.
    Logarithmic,
}

/// What the numbers of an axis count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things, named in the plural.
    Count(&'static str),
    /// Things per second, named in the plural.
    Rate(&'static str),
    Seconds,
    Millis,
    /// 0 to 1, shown in per cent.
    Share,
    Bytes,
}

impl Unit {
    /// As it stands in the head of a column.
    pub fn name(self) -> String {
        match self {
            Self::Count(things) => things.to_owned(),
            Self::Rate(things) => format!("{things}/s"),
            Self::Seconds => "s".to_owned(),
            Self::Millis => "ms".to_owned(),
            Self::Share => "share".to_owned(),
            Self::Bytes => "bytes".to_owned(),
        }
    }
}

/// One series: points in order of x; a value that is not a number is a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub name: String,
    pub ink: Ink,
    pub shape: Shape,
    pub points: Vec<(f64, f64)>,
    /// Where it is not the chart's.
    pub basis: Option<Basis>,
    /// Said beside the name, such as the mean.
    pub note: String,
    /// Otherwise it is in the table of values alone.
    pub is_drawn: bool,
}

impl Line {
    pub fn new(name: &str, ink: Ink, points: Vec<(f64, f64)>) -> Self {
        let (name, note) = (name.to_owned(), String::new());
        Self { name, ink, shape: Shape::Solid, points, basis: None, note, is_drawn: true }
    }

    pub fn shaped(self, shape: Shape) -> Self {
        Self { shape, ..self }
    }

    pub fn with_note(self, note: String) -> Self {
        Self { note, ..self }
    }

    pub fn with_basis(self, basis: Basis) -> Self {
        Self { basis: Some(basis), ..self }
    }

    /// Its values, without the gaps.
    pub fn values(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.points.iter().copied().filter(|point| !point.1.is_nan())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    Solid,
    /// For what is computed or forecast.
    Dashed,
    /// A line with a wash down to zero.
    Area,
    Dots,
    Diamonds,
}

/// A colour by its role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    Text,
    Muted,
    Accent,
    Good,
    Warn,
    Bad,
    /// One of things alike.
    Member(usize),
    /// A group, where it stands beside other things.
    Group(usize),
}

/// A moment worth pointing at.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    pub at: f64,
    pub label: String,
    pub ink: Ink,
}

/// A stretch worth pointing at; a short one is still seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    pub from: f64,
    pub to: f64,
    pub ink: Ink,
}

/// One thing held by somebody for a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Index of the thing.
    pub row: usize,
    pub from: f64,
    pub to: f64,
    pub owner: String,
    pub ink: Ink,
    /// False where the owner had it but did nothing with it.
    pub is_active: bool,
}
