//! What the window remembers from one start to the next, as a JSON file in the platform's place for settings.
//! A file that can't be read is told and set aside; it never keeps the window from opening.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::theme::Theme;
use crate::lab::command::Source;

/// Files that are remembered. More don't fit into a menu.
const RECENT_FILES: usize = 8;

/// Bounds of [`Settings::scale`]: beyond them nothing fits, or nothing can be read.
const SCALES: (f32, f32) = (0.6, 2.4);

/// What is remembered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub theme: Theme,
    /// How large everything is, on top of what the theme says.
    pub scale: f32,
    pub reduced_motion: bool,
    /// The panes as they lie, in the form of the layout.
    pub layout: Option<serde_json::Value>,
    /// Newest first.
    pub recent_files: Vec<PathBuf>,
    /// What was open last.
    pub last: Option<Last>,
}

/// An experiment that can be opened again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Last {
    File(PathBuf),
    BuiltIn(String),
    Empty,
}

impl From<Last> for Source {
    fn from(last: Last) -> Self {
        match last {
            Last::File(path) => Self::File(path),
            Last::BuiltIn(name) => Self::BuiltIn(name),
            Last::Empty => Self::Empty,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            scale: 1.0,
            reduced_motion: false,
            layout: None,
            recent_files: Vec::new(),
            last: None,
        }
    }
}

impl Settings {
    /// Sets the size, within what can be used.
    pub fn set_scale(&mut self, scale: f32) {
        // A tenth at a time adds up to whole tenths.
        self.scale = ((scale * 10.0).round() / 10.0).clamp(SCALES.0, SCALES.1);
    }

    /// Notes what is open; returns whether that is news.
    pub fn note(&mut self, source: &Source) -> bool {
        let last = match source {
            // Paths are remembered whole: the next start may be elsewhere.
            Source::File(file) => Last::File(std::path::absolute(file).unwrap_or_else(|_| file.clone())),
            Source::BuiltIn(name) => Last::BuiltIn(name.clone()),
            Source::Empty => Last::Empty,
            // There is nothing to open again.
            Source::Made(_) => return false,
        };
        if self.last.as_ref() == Some(&last) {
            return false;
        }
        if let Last::File(file) = &last {
            self.recent_files.retain(|known| known != file);
            self.recent_files.insert(0, file.clone());
            self.recent_files.truncate(RECENT_FILES);
        }
        self.last = Some(last);
        true
    }
}

/// The settings with the place where they are kept.
#[derive(Clone, Debug, Default)]
pub struct SettingsFile {
    /// `None` where nothing is to be kept.
    path: Option<PathBuf>,
    pub settings: Settings,
    /// Nothing was remembered: the program was never started here before.
    pub is_first_start: bool,
    /// What went wrong with the file, for people to read.
    pub troubles: Vec<String>,
    saved: Option<Settings>,
}

impl SettingsFile {
    /// Reads the settings from the platform's place.
    pub fn at_home() -> Self {
        match directories::ProjectDirs::from("", "", "logyard") {
            Some(places) => Self::at(&places.config_dir().join("settings.json")),
            None => Self {
                troubles: vec!["reading the settings: there is no home directory, so nothing is remembered".into()],
                ..Self::default()
            },
        }
    }

    /// Reads the settings from this file.
    pub fn at(path: &Path) -> Self {
        let mut file = Self { path: Some(path.to_owned()), ..Self::default() };
        match std::fs::read_to_string(path) {
            Ok(text) => match serde_json::from_str::<Settings>(&text) {
                Ok(mut settings) => {
                    settings.set_scale(settings.scale);
                    file.saved = Some(settings.clone());
                    file.settings = settings;
                }
                Err(error) => file.troubles.push(set_aside(path, &error)),
            },
            Err(error) if error.kind() == ErrorKind::NotFound => file.is_first_start = true,
            Err(error) => file.troubles.push(format!(
                "reading the settings: {error}; the window looks as on the first day: {}",
                path.display()
            )),
        }
        file
    }

    /// Writes the settings if they have changed since.
    pub fn save(&mut self) -> Result<(), String> {
        let Some(path) = &self.path else { return Ok(()) };
        if self.saved.as_ref() == Some(&self.settings) {
            return Ok(());
        }
        // Not tried again for the same settings: a full disk is told once.
        self.saved = Some(self.settings.clone());
        write(path, &self.settings).map_err(|error| {
            format!("saving the settings: {error}; they last until the window closes: {}", path.display())
        })
    }
}

/// Keeps a damaged file for whoever wants to mend it, and says so.
fn set_aside(path: &Path, error: &serde_json::Error) -> String {
    let aside = path.with_extension("damaged.json");
    let outcome = match std::fs::rename(path, &aside) {
        Ok(()) => format!("it was set aside as {}", aside.display()),
        Err(error) => format!("it could not be set aside ({error}): {}", path.display()),
    };
    format!("reading the settings: {error}; the window looks as on the first day, and {outcome}")
}

/// Replaces the file only when everything is written.
fn write(path: &Path, settings: &Settings) -> std::io::Result<()> {
    let directory = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(directory)?;
    let mut written = tempfile::NamedTempFile::new_in(directory)?;
    serde_json::to_writer_pretty(&mut written, settings)?;
    written.write_all(b"\n")?;
    written.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_saved_is_read_again() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("deep/settings.json");
        let mut file = SettingsFile::at(&path);
        assert!(file.is_first_start && file.troubles.is_empty());
        file.settings.theme = Theme::Projector;
        file.settings.set_scale(1.2);
        assert!(file.settings.note(&Source::File("/tmp/a.toml".into())));
        assert!(!file.settings.note(&Source::File("/tmp/a.toml".into())), "no news");
        assert!(file.settings.note(&Source::BuiltIn("orders".into())));
        file.save().unwrap();
        let again = SettingsFile::at(&path);
        assert!(!again.is_first_start);
        assert_eq!(again.settings, file.settings);
    }

    #[test]
    fn a_damaged_file_is_told_and_set_aside() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("settings.json");
        std::fs::write(&path, "{\"theme\": \"plaid\"").unwrap();
        let file = SettingsFile::at(&path);
        assert_eq!(file.settings, Settings::default());
        assert!(file.troubles[0].contains("settings.damaged.json"), "{:?}", file.troubles);
        assert!(!path.exists() && home.path().join("settings.damaged.json").exists());
    }

    #[test]
    fn recent_files_are_newest_first_and_bounded() {
        let mut settings = Settings::default();
        for number in 0..20 {
            settings.note(&Source::File(format!("/tmp/{number}.toml").into()));
        }
        settings.note(&Source::File("/tmp/15.toml".into()));
        let names: Vec<_> = settings.recent_files.iter().map(|file| file.display().to_string()).collect();
        assert_eq!(names.len(), RECENT_FILES);
        assert_eq!(names[..3], ["/tmp/15.toml", "/tmp/19.toml", "/tmp/18.toml"]);
    }
}
