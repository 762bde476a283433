//! A table of the file, read key by key.
//!
//! Reading a key declares it. What is left when a section ends was not declared, is reported with
//! the nearest key that was, and so the code that reads is the only list of keys there is.

use std::ops::Range;

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{
    names::Names,
    report::{Kind, Notes},
    value::Read,
};

/// One table, with what has been declared of it.
#[derive(Debug)]
pub(super) struct Section<'a, 't> {
    notes: &'a mut Notes<'t>,
    table: &'a DeTable<'t>,
    /// Where the table begins.
    at: usize,
    /// Stands before its keys: `limits.`.
    path: String,
    known: Vec<String>,
    /// Keys of tables within it, to be named to those who write them one level too high.
    deeper: Vec<String>,
}

/// Reads the whole file.
pub(super) fn read<'t, T>(
    root: &Spanned<DeTable<'t>>,
    notes: &mut Notes<'t>,
    read: impl FnOnce(&mut Section<'_, 't>) -> T,
) -> T {
    Section::new(root.get_ref(), 0, String::new(), notes).read(read).0
}

impl<'a, 't> Section<'a, 't> {
    const fn new(
        table: &'a DeTable<'t>,
        at: usize,
        path: String,
        notes: &'a mut Notes<'t>,
    ) -> Self {
        Self { notes, table, at, path, known: Vec::new(), deeper: Vec::new() }
    }

    /// A value, if it is there and as it must be.
    pub(super) fn value<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&DeValue<'_>) -> Read<T>,
    ) -> Option<T> {
        self.shown(key, read, |notes, span| notes.written(span))
    }

    /// A value, if it is there, that is not to be shown to anybody.
    pub(super) fn secret<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&DeValue<'_>) -> Read<T>,
    ) -> Option<T> {
        self.shown(key, read, |_, _| "…".to_owned())
    }

    /// The same where it must be there.
    pub(super) fn required_secret<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&DeValue<'_>) -> Read<T>,
    ) -> Option<T> {
        self.demand(key);
        self.secret(key, read)
    }

    fn shown<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&DeValue<'_>) -> Read<T>,
        show: impl FnOnce(&Notes<'t>, Range<usize>) -> String,
    ) -> Option<T> {
        self.known.push(key.to_owned());
        let value = self.table.get(key)?;
        match read(value.get_ref()) {
            Ok(read) => Some(read),
            Err(expected) => {
                let written = show(self.notes, value.span());
                self.say_error(value.span().start, key, &format!("is `{written}`; {expected}"));
                None
            }
        }
    }

    /// A value that must be there.
    pub(super) fn required<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&DeValue<'_>) -> Read<T>,
    ) -> Option<T> {
        self.demand(key);
        self.value(key, read)
    }

    fn demand(&mut self, key: &str) {
        if !self.table.contains_key(key) {
            self.say_error(self.at, key, "is missing");
        }
    }

    /// Is nothing written in it?
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// Keys that there are, though nobody has asked for their values.
    pub(super) fn declare(&mut self, keys: &[&str]) {
        self.known.extend(keys.iter().map(|&key| key.to_owned()));
    }

    /// All that is written in it.
    pub(super) const fn table(&self) -> &'a DeTable<'t> {
        self.table
    }

    /// A table within this one; where it is absent, an empty one is read, which declares its keys.
    pub(super) fn section<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Section<'_, 't>) -> T,
    ) -> T {
        let none = DeTable::new();
        let there = self
            .value(key, |value| value.as_table().map(|_| ()).ok_or("expected a table".to_owned()));
        let value = there.and_then(|()| self.table.get(key));
        let (table, at) = match value {
            Some(value) => (value.get_ref().as_table().unwrap_or(&none), value.span().start),
            None => (&none, self.at),
        };
        let path = format!("{}.", self.full(key));
        let (read, known) = Section::new(table, at, path, self.notes).read(read);
        self.deeper.extend(known.into_iter().map(|deep| format!("{key}.{deep}")));
        read
    }

    /// The tables of an array (`[[key]]`), in order.
    pub(super) fn sections<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(&mut Section<'_, 't>) -> T,
    ) -> Vec<T> {
        let is_array = |value: &DeValue<'_>| {
            let array =
                value.as_array().filter(|array| array.iter().all(|one| one.get_ref().is_table()));
            array.map(|_| ()).ok_or_else(|| format!("expected tables, each begun by `[[{key}]]`"))
        };
        let array =
            self.value(key, is_array).and_then(|()| self.table.get(key)?.get_ref().as_array());
        let tables = array.into_iter().flat_map(|array| array.iter());
        let mut all = Vec::new();
        for (index, value) in tables.enumerate() {
            let Some(table) = value.get_ref().as_table() else { continue };
            let path = format!("{}[{index}].", self.full(key));
            all.push(Section::new(table, value.span().start, path, self.notes).read(&mut read).0);
        }
        all
    }

    /// Keys that are known and do nothing, and why.
    pub(super) fn without_effect(&mut self, keys: &[&str], why: &str) {
        for &key in keys {
            self.known.push(key.to_owned());
            if let Some((written, _)) = self.table.get_key_value(key) {
                self.say_warning(written.span().start, key, why, Kind::WithoutEffect);
            }
        }
    }

    /// Says that a key's value cannot be as it is.
    pub(super) fn error(&mut self, key: &str, text: &str) {
        self.say_error(self.place(key), key, text);
    }

    /// Says that a key's value is probably not meant.
    pub(super) fn warning(&mut self, key: &str, text: &str) {
        self.say_warning(self.place(key), key, text, Kind::Fault);
    }

    /// The line a key's value stands in.
    pub(super) fn line(&self, key: &str) -> usize {
        self.notes.line(self.place(key))
    }

    fn place(&self, key: &str) -> usize {
        self.table.get(key).map_or(self.at, |value| value.span().start)
    }

    fn read<T>(mut self, read: impl FnOnce(&mut Self) -> T) -> (T, Vec<String>) {
        let value = read(&mut self);
        for (key, _) in self.table {
            let (at, written) = (key.span().start, key.get_ref());
            if self.known.iter().any(|known| known == written) {
                continue;
            }
            match self.notes.names() {
                Names::File => {
                    let nearest = self.full(self.nearest(written));
                    self.say_error(at, written, &format!("is unknown; the nearest is `{nearest}`"));
                }
                // Only fields of MediaTailor's get here: see `Document`.
                Names::Api => self.say_warning(at, written, LATER, Kind::WithoutEffect),
            }
        }
        (value, self.known)
    }

    fn say_error(&mut self, at: usize, key: &str, text: &str) {
        let key = self.full(key);
        let text = format!("`{key}` {text}");
        self.notes.error(at, key, text);
    }

    fn say_warning(&mut self, at: usize, key: &str, text: &str, kind: Kind) {
        let key = self.full(key);
        let text = format!("`{key}` {text}");
        self.notes.warning(at, key, text, kind);
    }

    /// A key with all it stands in, spelt as in what was written.
    fn full(&self, key: &str) -> String {
        format!("{}{}", self.path, self.notes.names().spell(key))
    }

    fn nearest(&self, written: &str) -> &str {
        let distance = |known: &String| {
            let last = known.rsplit('.').next().unwrap_or(known);
            strsim::osa_distance(&letters(written), &letters(last))
        };
        let candidates = self.known.iter().chain(&self.deeper);
        candidates.min_by_key(|known| distance(known)).map_or("", String::as_str)
    }
}

/// MediaTailor's own `SlateAdUrl` and `slate-ad-url` are as near to `slate_ad_url` as can be.
fn letters(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// What is said of a field that is known and does nothing.
pub(super) const LATER: &str = "is not in effect yet";
