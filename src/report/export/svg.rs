//! A chart as SVG: with its text as text for a page that has the font, and with its text as outlines for a
//! file that looks the same in any viewer.

use resvg::usvg::{Options, Tree, WriteOptions};

use crate::report::chart::Chart;
use crate::report::draw::canvas::root;
use crate::report::draw::{Drawing, draw, fonts};
use crate::report::palette::Theme;

/// For a page of HTML, which has the font and needs no names of languages.
pub fn inline(chart: &Chart) -> String {
    let Drawing { size, elements } = draw(chart, Theme::Light);
    let label = escaped(&format!("{}: {}", chart.title, chart.meaning));
    format!("<svg {} role=\"img\" aria-label=\"{label}\">\n{elements}</svg>", root(size))
}

/// A whole file, with text that programs can read.
pub fn with_text(chart: &Chart, theme: Theme) -> String {
    let Drawing { size, elements } = draw(chart, theme);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" {}>\n{}{elements}</svg>\n",
        size.0,
        size.1,
        root(size),
        names(chart),
    )
}

/// A whole file, with text as outlines: it needs no font.
pub fn outlined(chart: &Chart, tree: &Tree) -> String {
    let options = WriteOptions { preserve_text: false, coordinates_precision: 1, ..WriteOptions::default() };
    let text = tree.to_string(&options);
    match text.split_once(">\n") {
        Some((root, rest)) => format!("{root}>\n{}{rest}", names(chart)),
        None => text,
    }
}

/// A file's drawing as the rasteriser sees it.
pub fn tree(svg: &str) -> Tree {
    let options = Options { fontdb: fonts::database(), font_family: fonts::FAMILY.to_owned(), ..Options::default() };
    Tree::from_str(svg, &options).expect("what was just drawn can be read")
}

/// What a screen reader says of it.
fn names(chart: &Chart) -> String {
    format!("<title>{}</title>\n<desc>{}</desc>\n", escaped(&chart.title), escaped(&chart.meaning))
}

/// Text as it may stand in HTML and XML.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            sign if sign.is_control() && sign != '\n' => safe.push(' '),
            sign => safe.push(sign),
        }
    }
    safe
}
