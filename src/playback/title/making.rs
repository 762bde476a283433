//! Ads of a title that have to be made first. A title's playlists are fixed once one has been served, so
//! this is the only time to wait for them.

use futures_util::{Stream, StreamExt, stream::FuturesUnordered};

use super::{
    super::{Playback, session::Session},
    decide::Draft,
};
use crate::{
    library::Answer,
    pod::Offer,
    units::{MediaDuration, ProgramTime},
};

impl Playback {
    /// Waits for the ads of all breaks that are being made, but not for long: they may take minutes, and
    /// everybody who comes until then would wait.
    pub(super) async fn wait_for_makings(
        &self,
        session: &Session,
        drafts: &mut [Draft],
        until: ProgramTime,
    ) {
        let until = until.min(self.doors.clock.now() + LONGEST_WAIT);
        let channel = &self.channel_of(session, until, &|_| Ok(()));
        let library = &self.doors.library;
        let answers = drafts.iter_mut().filter_map(|draft| draft.offered.as_mut().ok());
        let mut answers: Vec<&mut Answer> = answers.collect();
        let made = FuturesUnordered::new();
        for (at, answer) in answers.iter_mut().enumerate() {
            let makings = std::mem::take(&mut answer.makings).into_iter();
            // What would only stand in for others is not worth waiting for.
            for making in makings.filter(|making| answer.offers.asks_for(&making.info)) {
                made.push(async move { (at, library.made(&making, channel).await) });
            }
        }
        put_as_made(&mut answers, made, self.doors.clock.sleep_until(until)).await;
    }
}

/// Puts ads in their places as they come, until all have or it is over.
async fn put_as_made(
    answers: &mut [&mut Answer],
    made: impl Stream<Item = (usize, Offer)>,
    over: impl Future<Output = ()>,
) {
    let mut made = std::pin::pin!(made.take_until(over));
    while let Some((at, offer)) = made.next().await {
        if let Some(answer) = answers.get_mut(at) {
            answer.offers.put(&Offer { late_by_making: false, ..offer });
        }
    }
}

/// As long as a live session waits for its pre-roll.
const LONGEST_WAIT: MediaDuration = MediaDuration::from_secs(4);

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::stream;

    use super::*;
    use crate::{
        clock::Clock,
        pod::{AdInfo, Offers, Refused, SkipReason, tests::creative},
    };

    fn offer(name: &str, is_made: bool) -> Offer {
        let info = Arc::new(AdInfo { ad_id: Some(name.to_owned()), ..AdInfo::default() });
        let late = Refused { reason: SkipReason::TranscodeInProgress, why: None };
        let media = if is_made { Ok(creative(6_000)) } else { Err(late) };
        Offer { info, media, late_by_making: true }
    }

    fn told(answer: &Answer) -> String {
        let word = |offer: &Offer| {
            let name = offer.info.ad_id.as_deref().unwrap_or_default();
            format!("{name}:{}", if offer.media.is_ok() { "made" } else { "not" })
        };
        answer.offers.pod.iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[tokio::test]
    async fn what_is_made_in_time_stands_in_its_break_and_the_rest_is_not_waited_for() {
        let (clock, hand) = Clock::by_hand(ProgramTime::from_millis(0));
        let not = |name| offer(name, false);
        let answer =
            |pod| Answer { offers: Offers { pod, stand_ins: Vec::new() }, makings: Vec::new() };
        let (mut one, mut other) = (answer(vec![not("a"), not("b")]), answer(vec![not("c")]));
        let as_made = |offer: &Offer| Offer { media: Ok(creative(6_000)), ..offer.clone() };
        let coming = vec![(1, as_made(&other.offers.pod[0])), (0, as_made(&one.offers.pod[1]))];
        // The third never comes.
        let made = stream::iter(coming).chain(stream::pending());
        let over = clock.sleep_until(ProgramTime::from_millis(4_000));
        let waiting = async {
            put_as_made(&mut [&mut one, &mut other], made, over).await;
        };
        let ((), ()) = tokio::join!(waiting, async {
            tokio::task::yield_now().await;
            hand.advance(MediaDuration::from_secs(4));
        });
        assert_eq!([told(&one), told(&other)], ["a:not b:made", "c:made"]);
    }

    #[tokio::test]
    async fn nothing_to_be_made_takes_no_time() {
        let never = std::future::pending();
        put_as_made(&mut [], stream::empty(), never).await;
    }
}
