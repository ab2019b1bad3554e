//! The file that a store lies in. It can be cut off, as the end of the process would do it, which redb's own
//! backend can't: that one writes a clean end when it is dropped. And its new space is prepared for small commits.

use std::fs::{File, OpenOptions};
use std::io;
use std::ops::{Bound, Range};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use redb::backends::FileBackend;
use redb::{BackendError, DatabaseError, StorageBackend};

use super::fresh::FreshSpace;

/// Written again and again where much is to be zero.
const ZEROS: &[u8] = &[0; 64 << 10];

/// A switch that ends all writing.
#[derive(Clone, Debug, Default)]
pub(super) struct Cut(Arc<AtomicBool>);

impl Cut {
    pub(super) fn now(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    fn check(&self) -> io::Result<()> {
        if self.0.load(Ordering::SeqCst) { Err(io::Error::other("the store was abandoned")) } else { Ok(()) }
    }
}

/// A file with such a switch.
#[derive(Debug)]
pub(super) struct Disk {
    file: FileBackend,
    cut: Cut,
    fresh: Mutex<FreshSpace>,
}

impl Disk {
    /// Opens the file, or makes it. It is locked when redb begins to use it.
    pub(super) fn open(path: &Path, cut: Cut) -> Result<Self, DatabaseError> {
        let file: File = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        Ok(Self { file: FileBackend::new(file)?, cut, fresh: Mutex::default() })
    }

    fn lock_fresh(&self) -> MutexGuard<'_, FreshSpace> {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock is held while zeros are written, so that they can't come after what another write puts there.
    fn fill_before(&self, offset: u64, bytes: usize) {
        let mut fresh = self.lock_fresh();
        for slice in fresh.before_write(offset, bytes) {
            // They only save time. If the disk has no room for them it may have it for the write itself.
            drop(self.write_zeros(slice));
        }
    }

    fn write_zeros(&self, mut space: Range<u64>) -> io::Result<()> {
        while !space.is_empty() {
            let bytes = usize::try_from(space.end - space.start).map_or(ZEROS.len(), |left| left.min(ZEROS.len()));
            self.file.write(space.start, &ZEROS[..bytes])?;
            space.start += bytes as u64;
        }
        Ok(())
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.cut.check()?;
        let mut fresh = self.lock_fresh();
        let before = self.file.len()?;
        self.file.set_len(len)?;
        fresh.resized(before, len);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        self.cut.check()?;
        self.file.sync_data()?;
        self.lock_fresh().synced();
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.cut.check()?;
        self.fill_before(offset, data.len());
        self.file.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MOST: u64 = 24 << 20;

    #[derive(Clone, Debug)]
    enum Step {
        SetLen(u64),
        Write { at: u64, bytes: usize, value: u8 },
        Sync,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            (0..MOST).prop_map(Step::SetLen),
            (0..MOST, prop_oneof![4 => 1..20_000_usize, 1 => 500_000..2_000_000_usize], 1..=u8::MAX)
                .prop_map(|(at, bytes, value)| Step::Write { at, bytes, value }),
            Just(Step::Sync),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_zeros_are_never_seen(steps in prop::collection::vec(step(), 1..24)) {
            let directory = tempfile::tempdir().unwrap();
            let disk = Disk::open(&directory.path().join("file"), Cut::default()).unwrap();
            let mut expected = Vec::new();
            for step in steps {
                match step {
                    Step::SetLen(len) => {
                        disk.set_len(len).unwrap();
                        expected.resize(usize::try_from(len).unwrap(), 0);
                    }
                    Step::Write { at, bytes, value } => {
                        let end = usize::try_from(at).unwrap() + bytes;
                        if end <= expected.len() {
                            disk.write(at, &vec![value; bytes]).unwrap();
                            expected[end - bytes..end].fill(value);
                        }
                    }
                    Step::Sync => disk.sync_data().unwrap(),
                }
            }
            let mut found = vec![0; expected.len()];
            prop_assert_eq!(disk.len().unwrap(), expected.len() as u64);
            disk.read(0, &mut found).unwrap();
            prop_assert!(found == expected, "the file differs from the model");
        }
    }
}
