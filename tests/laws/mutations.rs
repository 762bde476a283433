//! The proof that the checker can fail: a correct session has no findings, and each mutation of it
//! is rejected by exactly the rules it breaks.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    checker::{self, Finding, RULES, Reload},
    time::{MILLI, Ns, SECOND},
};

mod base;
mod edits;
mod model;
mod kinds;
mod numbers;
mod peers;
mod renditions;
mod spared;
mod syntax;
mod tags;
mod time;

use base::{AUDIO, Base, ENCODER_TURN, FIRST_BREAK, Protection, SECOND_BREAK, at};
use edits::{
    ads, answer, begins, content_alone, delay, drm, fmp4, freeze, implicit, is_ad, laid, once,
    ranges, returns, twins, untouched, written,
};
use model::{Model, Out, wall};

/// One way to be wrong.
struct Mutation {
    name: &'static str,
    /// Every rule it breaks; the first is the one it is there to prove.
    rules: &'static [&'static str],
    base: Base,
    model: fn(&mut Model),
    history: fn(&mut Vec<Reload>),
}

impl Mutation {
    /// The same, with what the viewer got changed as well.
    fn then(self, history: fn(&mut Vec<Reload>)) -> Self {
        Self { history, ..self }
    }

    fn findings(&self) -> Vec<Finding> {
        let mut model = self.base.model();
        (self.model)(&mut model);
        let mut history = model.serve();
        (self.history)(&mut history);
        checker::check(&history, &model.truth)
    }

    /// What is wrong with the checker, if anything: it must find these rules broken, and no others
    /// if it is to be exact.
    fn verdict(&self, exact: bool) -> Result<(), String> {
        let findings = self.findings();
        let found: BTreeSet<_> = findings.iter().map(|finding| finding.rule).collect();
        let wanted: BTreeSet<_> = self.rules.iter().copied().collect();
        if found == wanted || (!exact && found.is_superset(&wanted)) {
            return Ok(());
        }
        let told: Vec<_> = findings.iter().take(12).map(|f| format!("    {f:?}")).collect();
        Err(format!("{}: wanted {wanted:?}, found {found:?}\n{}", self.name, told.join("\n")))
    }
}

/// A new text for some answers.
fn rewrite(
    history: &mut [Reload],
    chosen: impl Fn(&Reload) -> bool,
    change: impl Fn(&str) -> String,
) {
    for answer in history.iter_mut().filter(|answer| chosen(answer)) {
        answer.text = Arc::from(change(&answer.text));
    }
}

/// A mutation for each rule.
fn by_rule() -> Vec<Mutation> {
    let tables = [
        syntax::table(),
        numbers::table(),
        time::table(),
        tags::table(),
        kinds::table(),
        renditions::table(),
        spared::table(),
    ];
    tables.into_iter().flatten().collect()
}

#[test]
fn each_mutation_is_rejected_by_exactly_the_rules_it_breaks() {
    let all = by_rule().into_iter();
    let wrong: Vec<_> = all.filter_map(|mutation| mutation.verdict(true).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_mistakes_of_the_peers_are_rejected() {
    let all = peers::table().into_iter();
    let wrong: Vec<_> = all.filter_map(|mutation| mutation.verdict(false).err()).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_has_a_mutation_of_its_own() {
    let all = by_rule();
    let proved: BTreeSet<_> = all.iter().filter_map(|m| m.rules.first().copied()).collect();
    let rules: BTreeSet<_> = RULES.into_iter().collect();
    assert_eq!(proved, rules);
}

#[test]
fn correct_sessions_have_no_findings() {
    let bases = [
        Base::default(),
        Base { fmp4: true, ..Base::default() },
        Base { fmp4: true, protection: Protection::Drm, ..Base::default() },
        Base { protection: Protection::Implicit, ..Base::default() },
        Base { byte_ranges: true, ..Base::default() },
        Base { event: true, ..Base::default() },
        Base { dated: false, ..Base::default() },
    ];
    for base in bases {
        let model = base.model();
        let history = model.serve();
        let findings = checker::check(&history, &model.truth);
        assert!(findings.is_empty(), "{base:?}\n{findings:#?}\n{}", history[120].text);
    }
}
