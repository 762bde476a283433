//! The playback configurations there are: the file's, and those that were put by the API.
//!
//! What is answered with success is on the disk and in effect. The file is stronger: a name it takes
//! hides what was put under it, until it gives the name up again.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock},
};

use serde_json::{Map, Value};
use tokio::sync::{Mutex, MutexGuard};
use url::Url;

use super::{prefetch, refusal::Refusal};
use crate::{
    config::{self, Config, Document, KeyPair, Remark},
    configuration::PlaybackConfiguration,
    guard::Guard,
    playback::{Limits, Playback, Settings},
    store::{Documents, Kind, NotKept},
};

/// All playback configurations, and the way to change those that the file does not define.
#[derive(Debug)]
pub struct Catalogue {
    playback: Arc<Playback>,
    guard: Guard,
    documents: Arc<Documents>,
    file: RwLock<Arc<Config>>,
    put: RwLock<BTreeMap<String, Entry>>,
    /// Whoever changes something holds this, from its check to its taking effect.
    changing: Mutex<()>,
    /// Held from reading all to putting it into effect, so that the newest comes last.
    effect: std::sync::Mutex<()>,
}

/// A playback configuration as it is told.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) document: Document,
    /// `None` where a kept document is not valid any more.
    configuration: Option<Arc<PlaybackConfiguration>>,
    /// What is of no effect, or probably not meant; of the file's it is told by `midroll check`.
    pub(super) warnings: Vec<Remark>,
}

impl Entry {
    fn of_file(configuration: &Arc<PlaybackConfiguration>, document: &Document) -> Self {
        let (configuration, document) = (Some(Arc::clone(configuration)), document.clone());
        Self { document, configuration, warnings: Vec::new() }
    }
}

impl Catalogue {
    /// Joins `file` with what is kept, and puts both into effect.
    pub fn new(
        file: Arc<Config>,
        documents: Arc<Documents>,
        playback: Arc<Playback>,
        guard: Guard,
    ) -> Arc<Self> {
        let kept = documents.all(Kind::PlaybackConfiguration, "").into_iter();
        let put = kept.map(|(name, document)| (name, kept_entry(&document))).collect();
        let (file, put) = (RwLock::new(file), RwLock::new(put));
        let (changing, effect) = (Mutex::default(), std::sync::Mutex::default());
        let this = Self { playback, guard, documents, file, put, changing, effect };
        this.take_effect();
        Arc::new(this)
    }

    /// The file has changed.
    pub fn follow(&self, file: Arc<Config>) {
        *self.file.write().unwrap_or_else(PoisonError::into_inner) = file;
        self.take_effect();
    }

    /// What signs requests.
    pub(super) fn key_pair(&self) -> Option<KeyPair> {
        self.file().control_api.clone()
    }

    /// How players reach the service, where the file says so.
    pub(super) fn public_url(&self) -> Option<Url> {
        self.file().public_url.clone()
    }

    pub(super) const fn documents(&self) -> &Arc<Documents> {
        &self.documents
    }

    /// To be held from looking at what is kept to changing it.
    pub(super) async fn change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().await
    }

    /// The configuration of this name.
    pub(super) fn get(&self, name: &str) -> Result<Entry, Refusal> {
        let file = self.file();
        let mut of_file = file.playback_configurations.iter().zip(&file.documents);
        let of_file = of_file.find(|(configuration, _)| configuration.name.as_str() == name);
        let known =
            of_file.map(|(configuration, document)| Entry::of_file(configuration, document));
        let known = known.or_else(|| self.put().get(name).cloned());
        known.ok_or_else(|| Refusal::not_found(&format!("playback configuration `{name}`")))
    }

    /// Every configuration, by name.
    pub(super) fn all(&self) -> BTreeMap<String, Entry> {
        let mut all = self.put().clone();
        let file = self.file();
        let named = file.playback_configurations.iter().zip(&file.documents);
        all.extend(named.map(|(configuration, document)| {
            (configuration.name.to_string(), Entry::of_file(configuration, document))
        }));
        all
    }

    /// Keeps a configuration in the place of any earlier one of its name.
    pub(super) async fn put_document(&self, written: &Value) -> Result<Entry, Refusal> {
        let _changing = self.changing.lock().await;
        self.replace(written).await
    }

    /// Changes a configuration that was put.
    pub(super) async fn edit(
        &self,
        name: &str,
        edit: impl FnOnce(&mut Map<String, Value>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let _changing = self.changing.lock().await;
        let mut document = self.get(name)?.document.0;
        edit(&mut document)?;
        self.replace(&document.into()).await.map(drop)
    }

    /// To be called by whoever holds `changing`.
    async fn replace(&self, written: &Value) -> Result<Entry, Refusal> {
        let (entry, name) = self.checked(written)?;
        self.refuse_of_file(&name)?;
        self.refuse_beyond_most(&name)?;
        let document = Value::Object(entry.document.0.clone());
        self.documents.put(Kind::PlaybackConfiguration, &name, document).await?;
        self.put_mut().insert(name, entry.clone());
        self.take_effect();
        Ok(entry)
    }

    /// Forgets a configuration and what belongs to it. Sessions go on with what they began with.
    pub(super) async fn delete(&self, name: &str) -> Result<(), Refusal> {
        let _changing = self.changing.lock().await;
        self.refuse_of_file(name)?;
        if !self.put().contains_key(name) {
            return Err(Refusal::not_found(&format!("playback configuration `{name}`")));
        }
        self.documents.delete(Kind::PlaybackConfiguration, name).await?;
        self.put_mut().remove(name);
        let forgotten = self.forget_belongings(name).await;
        // It is gone whatever else could not be deleted.
        self.take_effect();
        Ok(forgotten?)
    }

    async fn forget_belongings(&self, name: &str) -> Result<(), NotKept> {
        self.documents.delete(Kind::LogConfiguration, name).await?;
        for (key, _) in self.documents.all(Kind::PrefetchSchedule, &format!("{name}/")) {
            self.documents.delete(Kind::PrefetchSchedule, &key).await?;
        }
        Ok(())
    }

    /// A name that the file defines is changed there.
    pub(super) fn refuse_of_file(&self, name: &str) -> Result<(), Refusal> {
        let file = self.file();
        let taken = file.playback_configurations.iter().any(|one| one.name.as_str() == name);
        match taken {
            true => Err(Refusal::bad_request(format!(
                "`{name}` is defined in the configuration file, and changed there"
            ))),
            false => Ok(()),
        }
    }

    fn refuse_beyond_most(&self, name: &str) -> Result<(), Refusal> {
        let put = self.put();
        match put.len() >= MOST && !put.contains_key(name) {
            true => Err(Refusal::bad_request(format!("there are {MOST} already, the most"))),
            false => Ok(()),
        }
    }

    /// What was written, if nothing is wrong with it, and its name.
    fn checked(&self, written: &Value) -> Result<(Entry, String), Refusal> {
        let config::Checked { document, configuration, mut errors, warnings } =
            config::check_document(written);
        // Only the file may name addresses that are not public.
        let urls = configuration.iter().flat_map(config::urls);
        let blocked = urls.filter_map(|url| self.guard.admit(&url).err());
        errors.extend(blocked.map(|why| Remark::new("", why.to_string())));
        match configuration.map(Arc::new).filter(|_| errors.is_empty()) {
            None => Err(Refusal::remarks(&errors)),
            Some(configuration) => {
                let name = configuration.name.to_string();
                Ok((Entry { document, configuration: Some(configuration), warnings }, name))
            }
        }
    }

    /// Puts what is kept into effect.
    pub(super) fn take_effect(&self) {
        let _one = self.effect.lock().unwrap_or_else(PoisonError::into_inner);
        let file = self.file();
        self.guard.replace(file.guard_policy());
        let all = self.all().into_iter();
        let valid = all.filter_map(|(name, entry)| Some((name, entry.configuration?)));
        let configurations: HashMap<_, _> = valid.collect();
        let limits = Limits {
            sessions: file.limits.sessions,
            sessions_per_address: file.limits.sessions_per_address,
            channels: file.limits.channels_per_configuration,
            playlist: file.limits.playlist(),
            ..Limits::default()
        };
        let prefetches = configurations.keys().filter_map(|name: &String| {
            let schedules = prefetch::schedules(&self.documents, name);
            (!schedules.is_empty()).then(|| (name.clone(), schedules))
        });
        let prefetches = prefetches.collect();
        self.playback.configure(Settings { configurations, prefetches, limits });
    }

    /// The file as it is in effect.
    pub fn file(&self) -> Arc<Config> {
        Arc::clone(&self.file.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn put(&self) -> std::sync::RwLockReadGuard<'_, BTreeMap<String, Entry>> {
        self.put.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn put_mut(&self) -> std::sync::RwLockWriteGuard<'_, BTreeMap<String, Entry>> {
        self.put.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A document as it was kept, whether or not it would be taken today.
fn kept_entry(document: &Value) -> Entry {
    let checked = config::check_document(document);
    for error in &checked.errors {
        tracing::error!("a kept playback configuration is not in effect: {}", error.text);
    }
    let warnings = checked.errors.into_iter().chain(checked.warnings).collect();
    let configuration = checked.configuration.map(Arc::new);
    Entry { document: checked.document, configuration, warnings }
}

/// MediaTailor's own quota.
const MOST: usize = 1000;
