//! A session as operators are told of it: its breaks, what was decided for them and why.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Playback,
    account::{Account, Hold, Left, Outcome, Request},
    seen::Seen,
    session::Session,
};
use crate::{
    adserver::log::secs,
    channel::Break,
    ids::SessionId,
    pod,
    session::{Decision, Fill, From, Span},
    tracking::Reporting,
    units::{MediaDuration, ProgramTime},
};

impl Playback {
    /// All that is known of a session, its newest breaks with it; none if it is not known.
    pub fn tell(&self, id: SessionId) -> Option<Value> {
        let session = self.sessions.get(&id).map(|known| Arc::clone(&known))?;
        let seen = session.seen();
        let joined = match &seen {
            Some(Seen::Live { timeline, .. }) => Some(timeline.join.to_string()),
            _ => None,
        };
        Some(json!({
            "sessionId": session.id,
            "configuration": session.configuration.name,
            "asset": session.asset,
            "programme": if session.is_title() { "recorded" } else { "live" },
            "created": session.created.to_string(),
            "lastSeen": session.last_seen().to_string(),
            "reportedBy": match session.opening.reporting {
                Reporting::Server => "server",
                Reporting::Client => "client",
            },
            "joined": joined,
            "avails": self.tell_avails(&session, seen.as_ref()),
        }))
    }

    fn tell_avails(&self, session: &Session, seen: Option<&Seen>) -> Vec<Value> {
        let now = self.doors.clock.now();
        let work = session.work();
        let one = |account: &Account| {
            let ad_break = seen.and_then(|seen| seen.ad_break(account.serial));
            let ad_break = ad_break.as_deref();
            let decision = seen.and_then(|seen| seen.timeline().decision(account.serial));
            let so_far = || self.so_far(session, seen?, ad_break?, decision?);
            let waiting = work.held.get(&account.serial).filter(|_| decision.is_none());
            let waiting = waiting.map(|&since| Hold { since, length: None, missed: false });
            let held = account.held.or(waiting).map(|hold| held(hold, now));
            json!({
                "availId": account.avail,
                "begins": ad_break.map_or(account.begins, Break::begins).to_string(),
                "announcedSeconds": ad_break.and_then(announced).map(secs),
                "state": state(ad_break, account, session.is_title()),
                "refused": ad_break.and_then(|b| b.refusal).map(pod::Unfilled::as_str),
                "adRequests": account.requests.iter().map(request).collect::<Vec<_>>(),
                "prefetchSchedule": account.prefetched,
                "mediaMs": account.media_took.map(|took| took.as_millis()),
                "held": held,
                "decision": decision.map(|decision| spans(decision)),
                "skippedAds": account.skipped.iter().map(left).collect::<Vec<_>>(),
                "leftOut": account.left_out,
                "outcome": account.outcome.clone().or_else(so_far).as_ref().map(outcome),
            })
        };
        work.accounts.iter().map(one).collect()
    }

    /// What has become of a break that is not over.
    fn so_far(
        &self,
        session: &Session,
        seen: &Seen,
        ad_break: &Break,
        decision: &Decision,
    ) -> Option<Outcome> {
        match seen {
            Seen::Live { timeline, published } => {
                Some(self.outcome(session, ad_break, decision, timeline, &published.view))
            }
            Seen::Title(programme) => {
                let roll = programme.roll(decision.serial)?;
                Some(self.outcome_of_roll(session, roll))
            }
        }
    }
}

/// How long it is said to be; a pre-roll is as long as its ads.
fn announced(ad_break: &Break) -> Option<MediaDuration> {
    ad_break.planned.filter(|_| !ad_break.serial.is_pre_roll())
}

/// How far a break is.
fn state(ad_break: Option<&Break>, account: &Account, is_title: bool) -> &'static str {
    match (ad_break, &account.outcome) {
        (Some(_), None) if is_title => "DECIDED",
        (_, Some(_)) | (None, _) => "ENDED",
        (Some(known), None) if known.end.is_some() => "RETURNED",
        (Some(known), None) if known.start.is_some() => "RUNNING",
        (Some(_), None) => "ANNOUNCED",
    }
}

fn request(made: &Request) -> Value {
    let (ads, reason, error) = match &made.outcome {
        Ok(ads) => (Some(*ads), None, None),
        Err((reason, error)) => (None, Some(*reason), Some(error)),
    };
    json!({
        "at": made.at.to_string(),
        "host": made.host,
        "wrapperDepth": made.depth,
        "tookMs": made.took.as_millis(),
        "ads": ads,
        "reason": reason,
        "error": error,
    })
}

fn held(hold: Hold, now: ProgramTime) -> Value {
    json!({
        "since": hold.since.to_string(),
        "seconds": secs(hold.length.unwrap_or(now - hold.since)),
        "waiting": hold.length.is_none(),
        "missedDeadline": hold.missed,
    })
}

fn spans(decision: &Decision) -> Vec<Value> {
    decision.spans.iter().map(span).collect()
}

fn span(span: &Span) -> Value {
    let from = match span.from {
        From::Start => json!("start"),
        From::Boundary(time) => json!(time.to_string()),
        From::Segment(after) => json!({ "adSegment": after }),
    };
    match &span.fill {
        Fill::Content(why) => json!({ "from": from, "shows": "content", "reason": why.as_str() }),
        Fill::Slate(_) => json!({ "from": from, "shows": "slate" }),
        Fill::Bumper(_) => json!({ "from": from, "shows": "bumper" }),
        Fill::Pod(pod) => {
            let ads = pod.ads.iter().map(ad).collect::<Vec<_>>();
            json!({ "from": from, "shows": "ads", "ads": ads })
        }
    }
}

fn ad(ad: &pod::Ad) -> Value {
    json!({
        "vastAdId": ad.info.ad_id,
        "creativeId": ad.info.creative_id,
        "seconds": secs(ad.creative.duration),
    })
}

fn left(left: &Left) -> Value {
    json!({
        "vastAdId": left.ad_id,
        "creativeId": left.creative_id,
        "reason": left.reason.as_str(),
        "detail": left.detail,
        "errorCode": left.code,
    })
}

fn outcome(outcome: &Outcome) -> Value {
    let unfilled = outcome.unfilled.iter();
    let unfilled = unfilled
        .map(|part| json!({ "seconds": secs(part.length), "reason": part.reason.as_str() }));
    json!({
        "seconds": secs(outcome.length),
        "plannedSeconds": secs(outcome.planned),
        "publishedSeconds": secs(outcome.published),
        "requestedSeconds": secs(outcome.requested),
        "slateSeconds": secs(outcome.slate),
        "padSeconds": secs(outcome.pad),
        "bumperSeconds": secs(outcome.bumpers),
        "carriedSeconds": secs(outcome.carried),
        "unfilled": unfilled.collect::<Vec<_>>(),
    })
}
