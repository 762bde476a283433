//! A disk in memory that can be full or slow.

use std::{
    io,
    sync::{
        Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use super::*;

/// While it is full what is there can be read, and nothing written.
#[derive(Clone, Debug, Default)]
pub(in crate::dispatch) struct Memory {
    bytes: Arc<Mutex<Vec<u8>>>,
    full: Arc<AtomicBool>,
    /// Milliseconds that every commit takes.
    slow: Arc<AtomicU64>,
    mistaken: Arc<AtomicBool>,
    /// No write returns.
    hanging: Arc<AtomicBool>,
}

impl Memory {
    pub(in crate::dispatch) fn fill(&self, full: bool) {
        self.full.store(full, Ordering::Relaxed);
    }

    pub(in crate::dispatch) fn slow_down(&self, millis: u64) {
        self.slow.store(millis, Ordering::Relaxed);
    }

    /// Whoever writes next panics.
    pub(super) fn mistake(&self) {
        self.mistaken.store(true, Ordering::Relaxed);
    }

    /// No write returns until this is taken back.
    pub(in crate::dispatch) fn hang(&self, hanging: bool) {
        self.hanging.store(hanging, Ordering::Relaxed);
    }

    /// An outbox on it.
    pub(in crate::dispatch) fn open(
        &self,
        settings: Settings,
        metrics: &Arc<Metrics>,
    ) -> (Outbox, Found) {
        let disk = self.clone();
        let open = move || Ok(redb::Database::builder().create_with_backend(disk.clone())?);
        let health = Health::new(Clock::real(), Arc::clone(metrics));
        Outbox::on(Box::new(open), settings, health).unwrap()
    }

    fn range(offset: u64, length: usize) -> std::ops::Range<usize> {
        let from = usize::try_from(offset).unwrap();
        from..from + length
    }

    fn writable(&self) -> io::Result<MutexGuard<'_, Vec<u8>>> {
        match self.full.load(Ordering::Relaxed) {
            true => Err(io::ErrorKind::StorageFull.into()),
            false => Ok(self.bytes.lock().unwrap()),
        }
    }
}

impl redb::StorageBackend for Memory {
    fn len(&self) -> io::Result<u64> {
        Ok(u64::try_from(self.bytes.lock().unwrap().len()).unwrap())
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        out.copy_from_slice(&self.bytes.lock().unwrap()[Self::range(offset, out.len())]);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.writable()?.resize(usize::try_from(len).unwrap(), 0);
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        assert!(!self.mistaken.swap(false, Ordering::Relaxed), "a mistake that a test asked for");
        while self.hanging.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(self.slow.load(Ordering::Relaxed)));
        self.writable().map(drop)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.writable()?[Self::range(offset, data.len())].copy_from_slice(data);
        Ok(())
    }
}
