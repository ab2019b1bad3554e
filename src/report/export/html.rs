//! A report as one page that needs nothing else: no other file, no network, no script. Both themes are in it.

use std::fmt::Write as _;

use super::markdown;
use super::svg::{escaped, inline};
use crate::report::chart::Basis;
use crate::report::document::{Block, Cell, Document, Figure, Section, Table, Tone};
use crate::report::draw::fonts::{FAMILY, REGULAR, STRONG};
use crate::report::palette::{DARK, LIGHT, Palette, Rgb, hex};

const STYLE: &str = include_str!("../../../assets/report/report.css");

/// Rows of a table that the page shows; the rest is in the file of its values.
const MOST_ROWS: usize = 40;

/// The whole page.
pub fn html(document: &Document) -> String {
    let title = escaped(&document.title);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} · {kind} report</title>\n\
         <style>\n{colours}{fonts}{STYLE}</style>\n</head>\n<body>\n<main>\n",
        kind = escaped(&document.kind),
        colours = colours(),
        fonts = fonts(),
    );
    page.push_str(&head(document));
    for (number, section) in document.sections.iter().enumerate() {
        page.push_str(&of_section(number, section));
    }
    page.push_str(LEGEND);
    page.push_str("</main>\n</body>\n</html>\n");
    page
}

/// What the words beside each figure mean.
const LEGEND: &str = "<footer>\n<p><b>measured</b>: counted or timed while it ran. <b>derived</b>: computed from \
    what was measured or given, by the formula that stands beside it. <b>simulated</b>: from a simulation that \
    follows the same rules.</p>\n<p>Beside this page: every chart as picture in <code>charts/</code>, every series \
    and table in <code>data/</code>, the summary in <code>summary.json</code>.</p>\n</footer>\n";

fn head(document: &Document) -> String {
    let mut head = format!(
        "<header>\n<p class=\"kind\">Logyard · {} report</p>\n<h1>{}</h1>\n<dl class=\"facts\">\n",
        escaped(&document.kind),
        escaped(&document.title)
    );
    for (name, value) in &document.facts {
        add(&mut head, format_args!("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(value)));
    }
    head.push_str("</dl>\n");
    if !document.about.trim().is_empty() {
        add(&mut head, format_args!("<div class=\"about\">{}</div>\n", markdown::html(&document.about)));
    }
    head.push_str("<nav>");
    for (number, section) in document.sections.iter().enumerate() {
        add(&mut head, format_args!("<a href=\"#s{number}\">{}</a>\n", escaped(&section.title)));
    }
    head.push_str("</nav>\n</header>\n");
    head
}

fn of_section(number: usize, section: &Section) -> String {
    let mut text = format!("<section id=\"s{number}\">\n<h2>{}</h2>\n", escaped(&section.title));
    for block in &section.blocks {
        text.push_str(&of_block(block));
    }
    text.push_str("</section>\n");
    text
}

fn of_block(block: &Block) -> String {
    match block {
        Block::Words(words) => format!("<p>{}</p>\n", escaped(words)),
        Block::Figures(figures) => of_figures(figures),
        Block::Table(table) => of_table(table),
        Block::Chart(chart) => format!("<figure>{}</figure>\n", inline(chart)),
    }
}

fn of_figures(figures: &[Figure]) -> String {
    let one = |figure: &Figure| {
        format!(
            "<div class=\"{}\"><dt>{}</dt><dd>{}</dd>{}</div>\n",
            class(figure.tone),
            escaped(&figure.label),
            escaped(&figure.value),
            basis(&figure.basis)
        )
    };
    format!("<dl class=\"figures\">\n{}</dl>\n", figures.iter().map(one).collect::<String>())
}

/// How a figure is known, with its formula.
fn basis(basis: &Basis) -> String {
    format!("<small title=\"{}\">{}</small>", escaped(&basis.words()), basis.word())
}

fn of_table(table: &Table) -> String {
    let mut text = format!(
        "<div class=\"table\"><table>\n<caption>{} <small>{}</small></caption>\n<thead><tr>",
        escaped(&table.title),
        escaped(&table.basis.words())
    );
    for (index, column) in table.columns.iter().enumerate() {
        let is_number = table.rows.first().and_then(|row| row.get(index)).is_some_and(|cell| cell.is_number);
        let class = if is_number { " class=\"number\"" } else { "" };
        add(&mut text, format_args!("<th{class}>{}</th>", escaped(column)));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in table.rows.iter().take(MOST_ROWS) {
        add(&mut text, format_args!("<tr>{}</tr>\n", row.iter().map(of_cell).collect::<String>()));
    }
    text.push_str("</tbody></table></div>\n");
    if let Some(more) = table.rows.len().checked_sub(MOST_ROWS).filter(|more| *more > 0) {
        add(
            &mut text,
            format_args!("<p class=\"more\">and {more} more rows in data/{}.csv</p>\n", escaped(&table.key)),
        );
    }
    text
}

fn of_cell(cell: &Cell) -> String {
    let number = if cell.is_number { "number " } else { "" };
    let class = format!("{number}{}", class(cell.tone));
    match class.trim() {
        "" => format!("<td>{}</td>", escaped(&cell.shown)),
        class => format!("<td class=\"{class}\">{}</td>", escaped(&cell.shown)),
    }
}

const fn class(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain => "",
        Tone::Good => "good",
        Tone::Bad => "bad",
    }
}

/// The roles of the light theme, and those of the dark one where the reader's system asks for it. Charts are
/// drawn in light colours; each role's dark colour takes the place of its light one.
fn colours() -> String {
    let roles = |palette: &Palette| -> String {
        let one = |(name, colour): &(String, Rgb)| ["--", name, ":", &hex(*colour), ";"].concat();
        palette.roles().iter().map(one).collect()
    };
    let mut text = format!(
        ":root{{{}}}\n@media screen and (prefers-color-scheme:dark){{\n:root{{{}}}\n",
        roles(&LIGHT),
        roles(&DARK)
    );
    for (name, colour) in LIGHT.roles() {
        let colour = hex(colour);
        for property in ["fill", "stroke"] {
            add(&mut text, format_args!("svg [{property}=\"{colour}\"]{{{property}:var(--{name})}}\n"));
        }
    }
    text.push_str("}\n");
    text
}

fn fonts() -> String {
    let face = |weight: &str, bytes: &[u8]| {
        format!(
            "@font-face{{font-family:{FAMILY};font-weight:{weight};src:url(data:font/ttf;base64,{}) format(\"truetype\")}}\n",
            base64(bytes)
        )
    };
    face("400", REGULAR) + &face("600 700", STRONG)
}

/// RFC 4648.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = (byte(0) << 16) | (byte(1) << 8) | byte(2);
        for place in 0..4_usize {
            let sign = usize::try_from((bits >> (18 - 6 * place)) & 63).expect("six bits are a small number");
            text.push(if place <= chunk.len() { char::from(SIGNS[sign]) } else { '=' });
        }
    }
    text
}

fn add(text: &mut String, words: std::fmt::Arguments<'_>) {
    text.write_fmt(words).expect("memory takes what is written");
}

#[cfg(test)]
mod tests {
    use super::base64;

    #[test]
    fn bytes_are_written_as_rfc_4648_says() {
        let table = [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (bytes, expected) in table {
            assert_eq!(base64(bytes.as_bytes()), expected, "{bytes}");
        }
    }
}
