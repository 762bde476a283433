//! The file: what is owed in the order it is to be sent, and how often that was tried.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};

use super::{Found, Kept, Key, Stage, Wanted, record};
use crate::{dispatch::Beacon, units::ProgramTime};

/// Host and port, time due, number: the order of sending.
type Place<'a> = (&'a str, i64, u64);

const OWED: TableDefinition<'_, Place<'_>, &[u8]> = TableDefinition::new("owed");
/// What this version cannot read, for one that can.
const UNREADABLE: TableDefinition<'_, Place<'_>, &[u8]> = TableDefinition::new("unreadable");
/// Of those whose time has come: attempts begun, and whether the last one is still open; where none
/// has begun, whether the `due` row is in the log.
const TRIES: TableDefinition<'_, Place<'_>, (u32, bool)> = TableDefinition::new("tries");

/// What shall be different on disk for one beacon. Changes of one beacon add up.
#[derive(Clone, Debug, Default)]
pub(super) struct Change {
    pub(super) put: Option<Arc<Beacon>>,
    pub(super) stage: Option<Stage>,
    /// Where it is owed and no further: [`Stage::Told`]. The log says so some time later.
    pub(super) told: bool,
    pub(super) remove: bool,
    /// Where it is removed since nobody can read it.
    pub(super) set_aside: bool,
}

/// Opens the file, at the start and again after a failure.
pub(super) type Disk = Box<dyn Fn() -> Result<Database, redb::Error> + Send>;

/// The file at `path`, made where there is none.
pub(super) fn file(path: PathBuf) -> Disk {
    Box::new(move || Ok(Database::builder().set_cache_size(CACHE).create(&path)?))
}

/// The open file.
#[derive(Debug)]
pub(super) struct Tables(Database);

impl Tables {
    pub(super) fn open(disk: &Disk) -> Result<Self, redb::Error> {
        let tables = Self(disk()?);
        tables.apply(&BTreeMap::new())?;
        Ok(tables)
    }

    /// All of it or nothing; on disk when it returns.
    pub(super) fn apply(&self, changes: &BTreeMap<Key, Change>) -> Result<(), redb::Error> {
        let writing = self.0.begin_write()?;
        {
            let mut owed = writing.open_table(OWED)?;
            let mut tries = writing.open_table(TRIES)?;
            let mut unreadable = writing.open_table(UNREADABLE)?;
            for (key, change) in changes {
                let place = place(key);
                if change.remove {
                    let record = owed.remove(place)?;
                    if let Some(record) = record.filter(|_| change.set_aside) {
                        unreadable.insert(place, record.value())?;
                    }
                    tries.remove(place)?;
                    continue;
                }
                if let Some(beacon) = &change.put {
                    owed.insert(place, record::write(beacon).as_slice())?;
                }
                if let Some(tried) = change.stage.and_then(tried) {
                    tries.insert(place, tried)?;
                }
                if change.told && owed.get(place)?.is_some() {
                    let before = tries.get(place)?.map(|tried| tried.value());
                    if stage(before) < Stage::Told {
                        tries.insert(place, TOLD)?;
                    }
                }
            }
        }
        writing.commit()?;
        Ok(())
    }

    /// A record of whatever version.
    #[cfg(test)]
    pub(super) fn put(&self, key: &Key, record: &[u8]) {
        let writing = self.0.begin_write().unwrap();
        writing.open_table(OWED).unwrap().insert(place(key), record).unwrap();
        writing.commit().unwrap();
    }

    /// The next beacons of a host from some place on, those left out that are known.
    pub(super) fn load(&self, wanted: &Wanted) -> Result<Vec<Kept>, redb::Error> {
        let reading = self.0.begin_read()?;
        let (owed, tries) = (reading.open_table(OWED)?, reading.open_table(TRIES)?);
        let host: &str = &wanted.host;
        let from = (host, wanted.from.0.as_nanos(), wanted.from.1);
        let mut kept = Vec::new();
        for entry in owed.range(from..=(host, i64::MAX, u64::MAX))? {
            let (place, bytes) = entry?;
            let (_, due_at, number) = place.value();
            if wanted.known.contains(&number) {
                continue;
            }
            let stage = stage(tries.get(place.value())?.map(|tried| tried.value()));
            let due_at = ProgramTime::from_nanos(due_at);
            let key = Key { host: wanted.host.clone(), due_at, number };
            kept.push(Kept { key, beacon: record::read(bytes.value()), stage });
            if kept.len() >= wanted.most {
                break;
            }
        }
        Ok(kept)
    }

    /// Which of these are owed.
    pub(super) fn which<'a>(
        &self,
        keys: impl Iterator<Item = &'a Key>,
    ) -> Result<Vec<bool>, redb::Error> {
        let owed = self.0.begin_read()?.open_table(OWED)?;
        keys.map(|key| Ok(owed.get(place(key))?.is_some())).collect()
    }

    /// What an earlier version has set aside and this one can read is owed again.
    pub(super) fn take_back(&self) -> Result<(), redb::Error> {
        let writing = self.0.begin_write()?;
        {
            let (mut owed, mut unreadable) =
                (writing.open_table(OWED)?, writing.open_table(UNREADABLE)?);
            let readable = |_: Place<'_>, bytes: &[u8]| record::read(bytes).is_some();
            for entry in unreadable.extract_if(readable)? {
                let (place, record) = entry?;
                owed.insert(place.value(), record.value())?;
            }
        }
        writing.commit()?;
        Ok(())
    }

    /// What an earlier process has left.
    pub(super) fn found(&self) -> Result<Found, redb::Error> {
        let reading = self.0.begin_read()?;
        let (owed, tries) = (reading.open_table(OWED)?, reading.open_table(TRIES)?);
        let mut found = Found::default();
        for entry in owed.iter()? {
            let (place, _) = entry?;
            let (host, _, number) = place.value();
            found.next = found.next.max(number.saturating_add(1));
            match found.hosts.last_mut() {
                Some((known, count)) if &**known == host => *count += 1,
                _ => found.hosts.push((host.into(), 1)),
            }
        }
        for entry in tries.iter()? {
            let (place, tried) = entry?;
            let (host, due_at, number) = place.value();
            let stage = stage(Some(tried.value()));
            if !matches!(stage, Stage::Tried { open: true, .. }) {
                continue;
            }
            let Some(bytes) = owed.get(place.value())? else { continue };
            let key = Key { host: host.into(), due_at: ProgramTime::from_nanos(due_at), number };
            let beacon = record::read(bytes.value());
            found.open.push(Kept { key, beacon, stage });
        }
        Ok(found)
    }
}

const TOLD: (u32, bool) = (0, true);

fn tried(stage: Stage) -> Option<(u32, bool)> {
    match stage {
        Stage::Kept => None,
        Stage::Due => Some((0, false)),
        Stage::Told => Some(TOLD),
        Stage::Tried { attempts, open } => Some((attempts, open)),
    }
}

fn stage(tried: Option<(u32, bool)>) -> Stage {
    match tried {
        None => Stage::Kept,
        Some((0, false)) => Stage::Due,
        Some(TOLD) => Stage::Told,
        Some((attempts, open)) => Stage::Tried { attempts, open },
    }
}

fn place(key: &Key) -> Place<'_> {
    (&key.host, key.due_at.as_nanos(), key.number)
}

/// Bytes of the file kept in memory: what is owed is read rarely.
const CACHE: usize = 16 << 20;
