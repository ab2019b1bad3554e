//! Where a store lives while an experiment runs: in memory, in a directory that goes with it, in one that was
//! given, or in the one that is kept from one start to the next. It opens no store.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::broker::Location;
use crate::model::durability::Durability;

use super::command::Source;
use super::setup::{LabError, Setup, StorePlace};

/// Says which scenario the data beside it belongs to.
const SCENARIO: &str = "scenario.txt";

/// Locked while an experiment runs on the data beside it.
const LOCK: &str = "in-use";

/// A store's place; what is temporary about it goes with it.
#[derive(Debug)]
pub struct Lodging {
    pub location: Location,
    pub durability: Durability,
    /// What it came to: not always what was asked for.
    pub place: StorePlace,
    /// Why it is not what was asked for.
    pub trouble: Option<String>,
    _directory: Option<tempfile::TempDir>,
    /// Its lock ends with it.
    _lock: Option<File>,
}

impl Setup {
    /// Finds the store a place. In virtual time, and for durability `memory`, that is always memory: a
    /// disk would make no two runs alike.
    pub(super) fn lodge(&self, is_virtual: bool) -> Result<Lodging, LabError> {
        let durability = self.durability();
        if is_virtual || durability == Durability::Memory {
            return Ok(Lodging::new(Location::Memory, durability, StorePlace::Memory));
        }
        match &self.store {
            StorePlace::Memory => Ok(Lodging::new(Location::Memory, durability, StorePlace::Memory)),
            StorePlace::Dir(directory) => {
                Ok(Lodging::new(Location::Dir(directory.clone()), durability, self.store.clone()))
            }
            StorePlace::Temporary => temporary(durability),
            StorePlace::Kept { directory, goes_on } => kept(directory, *goes_on, &self.source, durability),
        }
    }
}

impl Lodging {
    const fn new(location: Location, durability: Durability, place: StorePlace) -> Self {
        Self { location, durability, place, trouble: None, _directory: None, _lock: None }
    }

    /// Notes that what is kept belongs to this scenario from now on.
    pub fn note(&self, source: &Source) -> std::io::Result<()> {
        match &self.place {
            StorePlace::Kept { directory, .. } => std::fs::write(directory.join(SCENARIO), written(source)),
            StorePlace::Temporary | StorePlace::Memory | StorePlace::Dir(_) => Ok(()),
        }
    }
}

fn temporary(durability: Durability) -> Result<Lodging, LabError> {
    let directory = tempfile::Builder::new().prefix("logyard-").tempdir().map_err(LabError::TemporaryDirectory)?;
    let location = Location::Dir(directory.path().to_owned());
    let lodging = Lodging::new(location, durability, StorePlace::Temporary);
    Ok(Lodging { _directory: Some(directory), ..lodging })
}

/// The directory that is kept, with its data where it is of this scenario and is to go on. Where that can't be
/// had a temporary one takes its place: an experiment that isn't kept is better than none.
fn kept(directory: &Path, goes_on: bool, source: &Source, durability: Durability) -> Result<Lodging, LabError> {
    match take(directory, goes_on, source) {
        Ok((store, lock)) => {
            let place = StorePlace::Kept { directory: directory.to_owned(), goes_on };
            Ok(Lodging { _lock: Some(lock), ..Lodging::new(Location::Dir(store), durability, place) })
        }
        Err(trouble) => Ok(Lodging { trouble: Some(trouble), ..temporary(durability)? }),
    }
}

fn take(directory: &Path, goes_on: bool, source: &Source) -> Result<(PathBuf, File), String> {
    let place = directory.display();
    let instead = "this experiment keeps nothing when it ends";
    let failed = |error: std::io::Error| format!("keeping the data of the lab in {place}: {error}; {instead}");
    std::fs::create_dir_all(directory).map_err(failed)?;
    let lock = File::create(directory.join(LOCK)).map_err(failed)?;
    lock.try_lock().map_err(|error| match error {
        TryLockError::WouldBlock => {
            format!("another window is using the data of the lab in {place}: {instead}; close that window first")
        }
        TryLockError::Error(error) => failed(error),
    })?;
    let store = directory.join("store");
    let is_of_source = std::fs::read_to_string(directory.join(SCENARIO)).is_ok_and(|text| text == written(source));
    if !(goes_on && is_of_source) && store.exists() {
        std::fs::remove_dir_all(&store).map_err(failed)?;
    }
    std::fs::write(directory.join(SCENARIO), written(source)).map_err(failed)?;
    Ok((store, lock))
}

/// A source as the note beside the data says it.
fn written(source: &Source) -> String {
    match source {
        Source::File(path) => {
            format!("file {}\n", std::path::absolute(path).unwrap_or_else(|_| path.clone()).display())
        }
        Source::BuiltIn(name) => format!("built-in {name}\n"),
        Source::Empty => "empty\n".to_owned(),
        Source::Made(_) => "made\n".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn setup(home: &Path, goes_on: bool, name: &str) -> Setup {
        let store = StorePlace::Kept { directory: home.join("lab"), goes_on };
        Setup { store, source: Source::BuiltIn(name.to_owned()), ..Setup::new(Scenario::empty()) }
    }

    fn leave_data(lodging: &Lodging) -> PathBuf {
        let Location::Dir(store) = &lodging.location else { panic!("{:?}", lodging.location) };
        std::fs::create_dir_all(store).unwrap();
        std::fs::write(store.join("data"), "records").unwrap();
        store.join("data")
    }

    #[test]
    fn data_goes_on_with_its_scenario_and_with_no_other() {
        let home = tempfile::tempdir().unwrap();
        let data = leave_data(&setup(home.path(), true, "orders").lodge(false).unwrap());
        for (goes_on, name, is_kept) in
            [(true, "orders", true), (true, "backlog", false), (true, "orders", false), (false, "orders", false)]
        {
            let lodging = setup(home.path(), goes_on, name).lodge(false).unwrap();
            assert_eq!((data.exists(), &lodging.trouble), (is_kept, &None), "{name} {goes_on}");
            leave_data(&lodging);
        }
    }

    #[test]
    fn data_follows_its_scenario_to_another_file() {
        let home = tempfile::tempdir().unwrap();
        let lodging = setup(home.path(), true, "orders").lodge(false).unwrap();
        let data = leave_data(&lodging);
        let file = Source::File(home.path().join("mine.toml"));
        lodging.note(&file).unwrap();
        drop(lodging);
        let again = Setup { source: file, ..setup(home.path(), true, "") };
        drop(again.lodge(false).unwrap());
        assert!(data.exists());
    }

    #[test]
    fn two_windows_do_not_share_data() {
        let home = tempfile::tempdir().unwrap();
        let first = setup(home.path(), true, "orders").lodge(false).unwrap();
        let data = leave_data(&first);
        let second = setup(home.path(), false, "backlog").lodge(false).unwrap();
        assert_eq!(second.place, StorePlace::Temporary);
        assert!(second.trouble.as_ref().is_some_and(|text| text.contains("another window")), "{:?}", second.trouble);
        assert!(data.exists(), "nothing of the first is touched");
        drop(first);
        let third = setup(home.path(), true, "orders").lodge(false).unwrap();
        assert!(third.trouble.is_none() && data.exists());
    }

    #[test]
    fn a_place_that_can_not_be_written_is_told() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("lab"), "no folder").unwrap();
        let lodging = setup(home.path(), true, "orders").lodge(false).unwrap();
        assert!(lodging.trouble.is_some_and(|text| text.contains("keeping the data")));
        assert_eq!(lodging.place, StorePlace::Temporary);
    }
}
