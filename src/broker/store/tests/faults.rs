//! How the store fails: in use, of another version, damaged, on a full disk. What was acknowledged stays.

use std::fs;
use std::io;
use std::ops::Bound;
use std::sync::atomic::{AtomicU64, Ordering};

use redb::BackendError;

use super::*;

fn store_with_records(location: &Location, batches: i64) -> Store {
    let (store, _) = Store::open(location, CACHE).unwrap();
    store.commit(&put(topic(1, 1))).unwrap();
    for index in 0..batches {
        store.commit(&append(key(1, 0), vec![batch(index * 10, 10, 500)])).unwrap();
    }
    store
}

fn opening_fails(location: &Location) -> StoreError {
    Store::open(location, CACHE).map(drop).unwrap_err()
}

#[test]
fn a_store_in_use_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Dir(directory.path().to_owned());
    let first = store_with_records(&location, 1);
    let error = opening_fails(&location);
    assert!(matches!(error, StoreError::InUse { .. }), "{error}");
    drop(first);
    Store::open(&location, CACHE).unwrap();
}

#[test]
fn a_store_of_a_newer_version_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Dir(directory.path().to_owned());
    drop(store_with_records(&location, 1));
    let path = directory.path().join(FILE_NAME);
    let database = Database::open(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(tables::META).unwrap().insert(tables::FORMAT_VERSION_KEY, 2).unwrap();
    transaction.commit().unwrap();
    drop(database);
    for _ in 0..2 {
        let error = opening_fails(&location);
        assert!(matches!(error, StoreError::NewerVersion { found: 2, known: 1, .. }), "{error}");
    }
}

#[test]
fn a_database_of_another_program_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Dir(directory.path().to_owned());
    let database = Database::create(directory.path().join(FILE_NAME)).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(redb::TableDefinition::<u32, u32>::new("theirs")).unwrap().insert(1, 1).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let error = opening_fails(&location);
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
}

#[test]
fn a_file_that_is_something_else_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Dir(directory.path().to_owned());
    fs::write(directory.path().join(FILE_NAME), "a letter to my aunt".repeat(1_000)).unwrap();
    let error = opening_fails(&location);
    assert!(matches!(error, StoreError::Damaged { .. } | StoreError::NotAStore { .. }), "{error}");
}

#[test]
fn a_directory_that_cannot_be_made_is_named() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("file"), "").unwrap();
    let error = opening_fails(&Location::Dir(directory.path().join("file/below")));
    assert!(matches!(error, StoreError::Io { .. }) && error.to_string().contains("file/below"), "{error}");
}

/// Reads everything there is; records that come are right.
fn read_to_the_end(store: &Store) -> Result<(), StoreError> {
    let end = store.extent(1, 0)?.log_end_offset;
    let mut offset = 0;
    while offset < end {
        for batch in store.read(1, 0, offset, 10_000)? {
            offset = BatchHeader::check(&batch).expect("damage is found by the store").last_offset() + 1;
        }
    }
    store.offset_for_timestamp(1, 0, end * 10 - 10)?;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn garbage_in_the_file_is_an_error_or_harmless_but_never_wrong_records(
        at in any::<prop::sample::Index>(),
        length in 1..9_000_usize,
        fill in any::<u64>(),
        abandoned in any::<bool>(),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::Dir(directory.path().to_owned());
        let store = store_with_records(&location, 8);
        if abandoned {
            store.abandon();
        }
        drop(store);
        let path = directory.path().join(FILE_NAME);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        let end = bytes.len().min(at + length);
        for (index, byte) in bytes[at..end].iter_mut().enumerate() {
            *byte = (fill.rotate_left(u32::try_from(index % 64).unwrap()) & 0xff) as u8;
        }
        fs::write(&path, bytes).unwrap();
        let outcome = Store::open(&location, CACHE).and_then(|(store, _)| read_to_the_end(&store));
        if let Err(error) = outcome {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}

/// A disk with room for so many bytes to be written, shared with whoever watches it.
#[derive(Debug)]
struct SmallDisk {
    disk: Disk,
    room: Arc<AtomicU64>,
}

impl SmallDisk {
    fn take(&self, bytes: usize) -> io::Result<()> {
        let bytes = u64::try_from(bytes).unwrap();
        let taken = self.room.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |room| room.checked_sub(bytes));
        taken.map(drop).map_err(|_| io::ErrorKind::StorageFull.into())
    }
}

impl StorageBackend for SmallDisk {
    fn len(&self) -> io::Result<u64> {
        self.disk.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.disk.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.disk.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.disk.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.take(data.len())?;
        self.disk.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.disk.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.disk.try_lock_range(start, end)
    }
}

#[test]
fn a_full_disk_is_named_and_what_was_acknowledged_stays() {
    for room in (0..1_200_000).step_by(60_000) {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::Dir(directory.path().to_owned());
        drop(store_with_records(&location, 0));
        let path = directory.path().join(FILE_NAME);
        let room = Arc::new(AtomicU64::new(room));
        let disk = SmallDisk { disk: Disk::open(&path, Cut::default()).unwrap(), room: room.clone() };
        let Ok((store, _)) = Store::over(disk, &path, false, CACHE, Cut::default()) else {
            // Not even room to open it; then nothing was acknowledged.
            continue;
        };
        let mut acknowledged = 0;
        let error = loop {
            match store.commit(&append(key(1, 0), vec![batch(acknowledged, 10, 2_000)])) {
                Ok(done) => acknowledged = done.logs[0].1.log_end_offset,
                Err(error) => break error,
            }
        };
        assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
        room.store(u64::MAX, Ordering::SeqCst);
        let error = store.commit(&append(key(1, 0), vec![batch(acknowledged, 10, 2_000)])).unwrap_err();
        assert!(matches!(error, StoreError::Poisoned { .. }) && error.is_fatal(), "{error}");
        assert!(store.close().is_err());
        drop(store);

        let (store, _) = Store::open(&location, CACHE).unwrap();
        let end = store.extent(1, 0).unwrap().log_end_offset;
        assert!(end == acknowledged || end == acknowledged + 10, "{acknowledged} acknowledged, {end} there");
        read_to_the_end(&store).unwrap();
        store.commit(&append(key(1, 0), vec![batch(end, 10, 2_000)])).unwrap();
    }
}
