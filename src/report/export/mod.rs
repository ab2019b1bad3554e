//! A report as files in a directory: `report.html` for people, pictures and values beside it, and the
//! summary for programs. It overwrites its own files and touches no others.

pub mod csv;
mod html;
mod markdown;
pub mod png;
pub mod svg;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::chart::Chart;
use super::document::Document;
use super::palette::Theme;

pub use html::html;

/// Where pictures go.
const CHARTS: &str = "charts";

/// Where values go.
const DATA: &str = "data";

/// Why a report could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("writing the report to {path}: {error}; choose another directory, or make room in it")]
    Write { path: PathBuf, error: io::Error },
    #[error("drawing the chart \"{chart}\": {error}; the other charts and all values were written")]
    Draw { chart: String, error: String },
}

/// Makes the directory and sees whether files can be written to it, before a long run is for nothing.
///
/// # Errors
/// When they can't.
pub fn prepare(directory: &Path) -> Result<(), ExportError> {
    for folder in [directory.to_owned(), directory.join(CHARTS), directory.join(DATA)] {
        let failed = |error| ExportError::Write { path: folder.clone(), error };
        fs::create_dir_all(&folder).map_err(failed)?;
        let probe = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
        probe.close().map_err(failed)?;
    }
    Ok(())
}

/// Writes everything; `summary` is what the program would print.
///
/// # Errors
/// When the directory can't be written to.
pub fn write(document: &Document, summary: &str, directory: &Path) -> Result<(), ExportError> {
    prepare(directory)?;
    put(&directory.join("summary.json"), summary.as_bytes())?;
    let data = directory.join(DATA);
    for chart in document.charts() {
        put(&data.join(format!("{}.csv", chart.key)), csv::chart(chart).as_bytes())?;
    }
    for table in document.tables() {
        put(&data.join(format!("{}.csv", table.key)), csv::table(table).as_bytes())?;
    }
    put(&directory.join("report.html"), html(document).as_bytes())?;
    let charts: Vec<&Chart> = document.charts().collect();
    let pictures = directory.join(CHARTS);
    charts
        .par_iter()
        .try_for_each(|chart| Theme::BOTH.into_iter().try_for_each(|theme| picture(chart, theme, &pictures)))
}

/// A chart in one theme, for a page and for a slide.
fn picture(chart: &Chart, theme: Theme, directory: &Path) -> Result<(), ExportError> {
    let name = format!("{}.{}", chart.key, theme.name());
    let tree = svg::tree(&svg::with_text(chart, theme));
    put(&directory.join(format!("{name}.svg")), svg::outlined(chart, &tree).as_bytes())?;
    let drawn = png::png(&tree).map_err(|error| ExportError::Draw { chart: chart.title.clone(), error })?;
    put(&directory.join(format!("{name}.png")), &drawn)
}

/// Writes one file.
fn put(path: &Path, bytes: &[u8]) -> Result<(), ExportError> {
    fs::write(path, bytes).map_err(|error| ExportError::Write { path: path.to_owned(), error })
}
