//! What error URLs are told.

use super::*;
use crate::{
    creative::{Failure, Unfit},
    vast::Lost,
};

#[test]
fn every_cause_has_its_code() {
    let text = String::new;
    let fetch = |failure| Cause::Media(Unusable::Fetch { host: text(), failure });
    let timed_out = Failure::TimedOut { limit: MediaDuration::from_secs(3) };
    let table = [
        (Cause::Lost(Lost::Unreadable { code: 100, why: text() }), 100),
        (Cause::Lost(Lost::Bodies { count: 2 }), 101),
        (Cause::NoCreative, 101),
        (Cause::Lost(Lost::Unreadable { code: 102, why: text() }), 102),
        (Cause::NotLinear, 200),
        (Cause::Overlay, 201),
        (Cause::Lost(Lost::CategoryMissing), 204),
        (Cause::Lost(Lost::CategoryBlocked(text())), 205),
        (Cause::Lost(Lost::NoTag), 300),
        (Cause::Lost(Lost::Address(text())), 300),
        (Cause::Lost(Lost::TimedOut), 301),
        (Cause::Lost(Lost::NoAnswer(text())), 301),
        (Cause::Lost(Lost::TooDeep { limit: 5 }), 302),
        (Cause::Lost(Lost::Loop), 302),
        (Cause::Lost(Lost::TooMany { limit: 100 }), 302),
        (Cause::Lost(Lost::Empty), 303),
        (Cause::Lost(Lost::NotFollowed), 303),
        (Cause::Expired(30), 304),
        (Cause::Media(Unusable::Busy), 400),
        (fetch(Failure::Silent { tries: 8 }), 402),
        (fetch(Failure::Blocked), 400),
        (fetch(Failure::CutOff), 900),
        (Cause::Media(Unusable::Address { url: text() }), 401),
        (fetch(Failure::Status(404)), 401),
        (fetch(timed_out), 402),
        (Cause::Media(Unusable::NoPlayableMedia), 403),
        (Cause::Programs(String::from("SIMID")), 403),
        (Cause::Media(Unusable::Unfit(Unfit::NotMedia)), 405),
        (Cause::Media(Unusable::Unfit(Unfit::Channel { why: text() })), 400),
        (Cause::Conditional, 408),
        (Cause::Programs(String::from("VPAID")), 901),
    ];
    for (cause, code) in table {
        assert_eq!(cause.code(), code, "{cause}");
    }
    let codes = SkipReason::ALL.map(|reason| format!("{} {}", reason.code(), reason.as_str()));
    insta::assert_snapshot!(codes.join("\n"));
}
