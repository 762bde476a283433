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

/// Names of two sorts, each with room of its own; those that come when there is none left share one.
/// Names that ad servers make up, perhaps for each request, must not take the room of reasons and
/// hosts, which are few.
#[derive(Debug)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, Name>,
    all: Vec<Box<str>>,
    few: Room,
    many: Room,
}

/// What may still be added.
#[derive(Clone, Copy, Debug)]
struct Room {
    names: usize,
    bytes: usize,
}

impl Room {
    fn take(&mut self, name: &str) -> Option<()> {
        let left = (self.names.checked_sub(1)?, self.bytes.checked_sub(name.len())?);
        (self.names, self.bytes) = left;
        Some(())
    }
}

impl Names {
    pub(super) fn new() -> Self {
        Self::within(MOST)
    }

    /// With room for so many names of the sort of which there are many.
    fn within(many: usize) -> Self {
        let (numbers, all) = (HashMap::new(), Vec::new());
        let many = Room { names: many, bytes: MOST_BYTES };
        let mut names = Self { numbers, all, few: FEW, many };
        for name in ["", "(other)"] {
            names.add(name);
        }
        names
    }

    /// Of what an ad server made up: ads, creatives, campaigns, advertisers.
    pub(super) fn number(&mut self, name: &str) -> Name {
        match self.numbers.get(name) {
            Some(known) => *known,
            None => self.many.take(name).map_or(Name::OTHER, |()| self.add(name)),
        }
    }

    /// Of what there are few: events, reasons, configurations, hosts.
    pub(super) fn of_few(&mut self, name: &str) -> Name {
        match self.numbers.get(name) {
            Some(known) => *known,
            None => self.few.take(name).map_or(Name::OTHER, |()| self.add(name)),
        }
    }

    pub(super) fn name(&self, number: Name) -> &str {
        let at = usize::try_from(number.0).unwrap_or(usize::MAX);
        self.all.get(at).map_or("", |name| name)
    }

    fn add(&mut self, name: &str) -> Name {
        let number = Name(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(name.into());
        self.numbers.insert(name.into(), number);
        number
    }
}

/// More different names than anybody reads in a report.
const MOST: usize = 200_000;
const MOST_BYTES: usize = 32 << 20;
const FEW: Room = Room { names: 50_000, bytes: 8 << 20 };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_names_leave_room_for_reasons() {
        let mut names = Names::within(2);
        let ads = ["ad1", "ad2", "ad3", "ad1"].map(|ad| names.number(ad));
        let reason = names.of_few("NO_ADS");
        let told = ads.map(|ad| names.name(ad));
        assert_eq!(told, ["ad1", "ad2", "(other)", "ad1"]);
        assert_eq!(names.name(reason), "NO_ADS");
    }
}
