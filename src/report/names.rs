//! Names that stand in many records, each kept once and called by number.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

/// A name's number.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub(super) struct Name(u32);

impl Name {
    /// Where no name was told.
    pub(super) const NONE: Self = Self(0);
    /// Where there were too many.
    const OTHER: Self = Self(1);
}

/// At most [`MOST`] names and [`MOST_BYTES`] of text; those that come later share one.
#[derive(Debug)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, Name>,
    all: Vec<Box<str>>,
    bytes: usize,
}

impl Names {
    pub(super) fn new() -> Self {
        let mut names = Self { numbers: HashMap::new(), all: Vec::new(), bytes: 0 };
        for name in ["", "(other)"] {
            names.add(name);
        }
        names
    }

    pub(super) fn number(&mut self, name: &str) -> Name {
        match self.numbers.get(name) {
            Some(known) => *known,
            None if self.all.len() >= MOST || self.bytes + name.len() > MOST_BYTES => Name::OTHER,
            None => self.add(name),
        }
    }

    pub(super) fn name(&self, number: Name) -> &str {
        let at = usize::try_from(number.0).unwrap_or(usize::MAX);
        self.all.get(at).map_or("", |name| name)
    }

    fn add(&mut self, name: &str) -> Name {
        let number = Name(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.bytes += name.len();
        self.all.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }
}

/// More different names than anybody reads in a report.
const MOST: usize = 200_000;
const MOST_BYTES: usize = 32 << 20;
