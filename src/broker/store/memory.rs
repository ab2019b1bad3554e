//! The memory that a store without a file lies in. It grows block by block as it is written to; redb's own
//! backend moves and clears everything each time it doubles, which holds commits up for seconds.

use std::fmt;
use std::io;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use redb::StorageBackend;

/// Memory is taken in pieces of this size. Each costs about as long as one small commit.
const BLOCK_BYTES: usize = 256 << 10;

/// Bytes that begin as zeros and take no memory until they are written.
#[derive(Default)]
pub(super) struct Memory(RwLock<Blocks>);

#[derive(Default)]
struct Blocks {
    len: usize,
    blocks: Vec<Option<Box<[u8]>>>,
}

impl Memory {
    // Every change leaves the blocks whole, whatever panicked beside it.
    fn reading(&self) -> RwLockReadGuard<'_, Blocks> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> RwLockWriteGuard<'_, Blocks> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StorageBackend for Memory {
    fn len(&self) -> io::Result<u64> {
        Ok(self.reading().len as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let memory = self.reading();
        let mut at = memory.check(offset, out.len())?;
        let mut rest = out;
        while !rest.is_empty() {
            let within = at % BLOCK_BYTES;
            let (part, after) = rest.split_at_mut((BLOCK_BYTES - within).min(rest.len()));
            match &memory.blocks[at / BLOCK_BYTES] {
                Some(block) => part.copy_from_slice(&block[within..within + part.len()]),
                None => part.fill(0),
            }
            at += part.len();
            rest = after;
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let len = usize::try_from(len).map_err(|_| out_of_range())?;
        let mut memory = self.writing();
        memory.blocks.resize_with(len.div_ceil(BLOCK_BYTES), || None);
        if len < memory.len
            && let Some(Some(last)) = memory.blocks.last_mut()
            && !len.is_multiple_of(BLOCK_BYTES)
        {
            // What is cut off must be zeros when it comes back.
            last[len % BLOCK_BYTES..].fill(0);
        }
        memory.len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut memory = self.writing();
        let mut at = memory.check(offset, data.len())?;
        let mut rest = data;
        while !rest.is_empty() {
            let within = at % BLOCK_BYTES;
            let (part, after) = rest.split_at((BLOCK_BYTES - within).min(rest.len()));
            let block = memory.blocks[at / BLOCK_BYTES].get_or_insert_with(|| vec![0; BLOCK_BYTES].into());
            block[within..within + part.len()].copy_from_slice(part);
            at += part.len();
            rest = after;
        }
        Ok(())
    }
}

impl Blocks {
    /// The place of `len` bytes at `offset`, all of which are there.
    fn check(&self, offset: u64, len: usize) -> io::Result<usize> {
        let offset = usize::try_from(offset).map_err(|_| out_of_range())?;
        let end = offset.checked_add(len).ok_or_else(out_of_range)?;
        if end <= self.len { Ok(offset) } else { Err(out_of_range()) }
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("len", &self.reading().len).finish_non_exhaustive()
    }
}

fn out_of_range() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, "outside the memory")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_keeps_what_is_written_and_is_zero_elsewhere() {
        let memory = Memory::default();
        let end = 3 * BLOCK_BYTES + 10;
        memory.set_len(end as u64).unwrap();
        let at = (BLOCK_BYTES - 3) as u64;
        memory.write(at, &[7; 6]).unwrap();
        let mut out = vec![1; end];
        memory.read(0, &mut out).unwrap();
        assert_eq!(out.iter().map(|&byte| usize::from(byte)).sum::<usize>(), 42);
        assert_eq!(&out[BLOCK_BYTES - 4..BLOCK_BYTES + 4], [0, 7, 7, 7, 7, 7, 7, 0]);
        assert!(memory.read(1, &mut out).is_err());
        assert!(memory.write(end as u64, &[1]).is_err());
    }

    #[test]
    fn what_is_cut_off_comes_back_as_zeros() {
        let memory = Memory::default();
        memory.set_len(100).unwrap();
        memory.write(0, &[9; 100]).unwrap();
        memory.set_len(40).unwrap();
        memory.set_len(100).unwrap();
        let mut out = [1; 100];
        memory.read(0, &mut out).unwrap();
        assert_eq!((out[39], out[40], out[99]), (9, 0, 0));
    }
}
