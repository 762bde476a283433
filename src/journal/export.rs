//! Closed files as Parquet, partitioned by date and hour, in a folder or an S3 bucket.
//!
//! `{log}/date=2026-11-23/hour=10/{file}-{node}.parquet`: named by the log file its rows are from and
//! by the folder that file is in. Writing it again replaces it by the same, so a crash or a failed
//! upload neither loses nor doubles a row: what is not known to be stored is simply written again.

use std::{collections::BTreeMap, fs, io, path::Path, sync::Arc};

use object_store::{
    ClientOptions, ObjectStore, ObjectStoreExt, RetryConfig, local::LocalFileSystem, path,
};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;

use super::{Error, name::Name};
use crate::{bucket::Bucket, units::ProgramTime};

mod columns;
mod table;
#[cfg(test)]
mod tests;

use table::{Schema, Table};

/// Where Parquet files go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Export {
    /// Below `data_dir/parquet`.
    DataDir,
    /// Into a bucket of a store that speaks S3.
    S3(Box<Bucket>),
}

/// The open store.
#[derive(Clone, Debug)]
pub(super) struct Exporter {
    store: Arc<dyn ObjectStore>,
    prefix: path::Path,
    node: String,
}

impl Exporter {
    /// Opens the store. Nothing is asked of a bucket yet.
    pub(super) fn open(export: &Export, data_dir: &Path) -> Result<Self, Error> {
        let folder = data_dir.join("parquet");
        let failed = |source| Error::Unusable { path: folder.clone(), source };
        let (store, prefix): (Arc<dyn ObjectStore>, _) = match export {
            Export::DataDir => {
                fs::create_dir_all(&folder).map_err(failed)?;
                let store = LocalFileSystem::new_with_prefix(&folder).map_err(Error::Store)?;
                (Arc::new(store.with_fsync(true)), "")
            }
            Export::S3(bucket) => (Arc::new(s3(bucket)?), &*bucket.prefix),
        };
        let node = node(&data_dir.join("logs/node")).map_err(failed)?;
        Ok(Self { store, prefix: path::Path::from(prefix), node })
    }

    /// Stores a closed file's rows. Returns how many there were; of lines that are no rows there
    /// are none in a file that has been mended.
    pub(super) async fn export(
        &self,
        log: &'static str,
        name: &Name,
        file: &Path,
        stopped: &CancellationToken,
    ) -> io::Result<usize> {
        let mut count = 0;
        for (hour, bytes) in partitions(Schema::of(log), file, &mut count, stopped)? {
            let place = self.prefix.clone().join(log).join(hour.0).join(hour.1);
            let place = place.join(format!("{name}-{}.parquet", self.node));
            tokio::select! {
                stored = self.store.put(&place, bytes.into()) => drop(stored?),
                () = stopped.cancelled() => return Err(stops()),
            }
        }
        Ok(count)
    }
}

/// A file's rows as Parquet files by date and hour. They are small beside their log file, which is
/// bounded. Ends early where the service stops: nobody waits for it then.
fn partitions(
    schema: &'static Schema,
    file: &Path,
    count: &mut usize,
    stopped: &CancellationToken,
) -> io::Result<BTreeMap<(String, String), Vec<u8>>> {
    let mut tables = BTreeMap::<_, Table>::new();
    let mut lines = io::BufReader::new(fs::File::open(file)?);
    let mut line = Vec::new();
    while io::BufRead::read_until(&mut lines, b'\n', &mut line)? > 0 {
        if stopped.is_cancelled() {
            return Err(stops());
        }
        if let Ok(row) = serde_json::from_slice::<Map<String, Value>>(&line) {
            let table = match tables.entry(partition(schema, &row)) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(new) => new.insert(Table::new(schema)?),
            };
            table.push(row)?;
            *count += 1;
        }
        line.clear();
    }
    let finished = |(hour, table): (_, Table)| match stopped.is_cancelled() {
        true => Err(stops()),
        false => Ok((hour, table.finish()?)),
    };
    tables.into_iter().map(finished).collect()
}

fn stops() -> io::Error {
    io::Error::other("the service stops")
}

/// `date=2026-11-23` and `hour=10`, of the row's own time.
fn partition(schema: &Schema, row: &Map<String, Value>) -> (String, String) {
    let time = row.get(schema.time).and_then(Value::as_str).and_then(ProgramTime::parse);
    let time = time.unwrap_or(ProgramTime::from_millis(0)).to_string();
    let (date, hour) = (time.get(..10).unwrap_or_default(), time.get(11..13).unwrap_or_default());
    (format!("date={date}"), format!("hour={hour}"))
}

fn s3(bucket: &Bucket) -> Result<object_store::aws::AmazonS3, Error> {
    // The log file stays until the store has its rows, and is tried again then.
    let retry = RetryConfig {
        max_retries: 3,
        retry_timeout: std::time::Duration::from_secs(20),
        ..RetryConfig::default()
    };
    bucket.open(ClientOptions::new(), retry).map_err(Error::Store)
}

/// What this folder's files are told apart by from other nodes', made once. It is whole on disk
/// before it has its name: with another one, what is stored already would be stored once more.
fn node(path: &Path) -> io::Result<String> {
    if let Ok(known) = fs::read_to_string(path)
        && known.len() == NODE_DIGITS
        && known.bytes().all(|digit| digit.is_ascii_hexdigit())
    {
        return Ok(known);
    }
    let mut bytes = [0; NODE_DIGITS / 2];
    getrandom::fill(&mut bytes).map_err(|_| io::Error::other("no random numbers"))?;
    let new = hex::encode(bytes);
    let unfinished = path.with_extension("unfinished");
    let mut file = fs::File::create(&unfinished)?;
    io::Write::write_all(&mut file, new.as_bytes())?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    fs::File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
    Ok(new)
}

const NODE_DIGITS: usize = 8;
