//! What an ad server is asked.

use std::collections::BTreeMap;

use crate::{
    ids::SessionId,
    units::ProgramTime,
    vast::{
        Ad,
        macros::{Context, ServerSide, expand_macros},
        variables::{Aliases, Avail, Scte, Session, Variables, expand_variables},
    },
};

use super::headers;

/// What is asked: ads for one break of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Who asks. Its device is named in headers too.
    pub session: Session,
    /// The break.
    pub avail: Avail,
    /// The break's SCTE-35 message.
    pub scte: Scte,
    /// What `EXT-X-ASSET` says where the break begins, decoded.
    pub asset: BTreeMap<String, String>,
    /// What the player sent as `ads.*` or `adsParams`, decoded.
    pub player_params: BTreeMap<String, String>,
    /// What a prefetch schedule says in the place of a break, by variable.
    pub given: BTreeMap<String, String>,
}

impl Question {
    /// The URL to ask.
    pub(super) fn expanded(&self, template: &str, aliases: &Aliases, scene: Scene<'_>) -> String {
        let transaction_id = scene.draw.transaction_id();
        let context = self.context(&transaction_id, scene);
        expand_variables(template, &self.variables(aliases, scene.draw), &context)
    }

    /// The value of a variable, as an ad server would be told; none for what is no variable.
    pub fn value(&self, name: &str, aliases: &Aliases) -> Option<String> {
        self.known(aliases).value(name)
    }

    fn known<'a>(&'a self, aliases: &'a Aliases) -> Variables<'a> {
        let Self { session, avail, scte, asset, player_params, given } = self;
        Variables { session, avail, scte, asset, player_params, aliases, given, random: 0 }
    }

    /// What may be told of it.
    pub(super) fn variables<'a>(&'a self, aliases: &'a Aliases, draw: &Draw) -> Variables<'a> {
        let random = draw.random;
        Variables { aliases, random, ..self.known(aliases) }
    }

    /// The URL a wrapper leads to. MediaTailor's variables are not for other companies' eyes, so
    /// only VAST's macros are filled in (rule D-06).
    pub(super) fn expanded_tag(&self, tag: &str, wrapper: &Ad, scene: Scene<'_>) -> String {
        let transaction_id = scene.draw.transaction_id();
        let blocked_categories = &wrapper.blocked_categories;
        let context = Context { blocked_categories, ..self.context(&transaction_id, scene) };
        expand_macros(tag, &context)
    }

    fn context<'a>(
        &'a self,
        transaction_id: &'a str,
        Scene { draw, now, takes_files }: Scene<'_>,
    ) -> Context<'a> {
        let Self { session, avail, .. } = self;
        Context {
            now: Some(now),
            takes_files,
            random: draw.random,
            transaction_id: Some(transaction_id),
            server_side: Some(ServerSide::OnBehalf),
            server_ua: Some(headers::OURSELVES),
            device_ip: session.client_ip,
            device_ua: headers::told(&session.user_agent),
            page_url: headers::told(&session.referer),
            break_max_duration: avail.duration,
            break_position: Some(avail.position.number()),
            media_playhead: avail.playhead,
            player_params: Some(&self.player_params),
            ..Context::default()
        }
    }
}

/// What a request tells that is not in its question.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scene<'a> {
    pub(super) draw: &'a Draw,
    pub(super) now: ProgramTime,
    /// Whether ads that are files are of use.
    pub(super) takes_files: bool,
}

/// What is drawn by chance for one question.
#[derive(Clone, Debug)]
pub(super) struct Draw {
    random: u64,
    id: u128,
}

impl Draw {
    pub(super) fn new() -> Self {
        let mut bytes = [0; 24];
        // Without a source of randomness a question is asked all the same; nothing secret hangs
        // on these numbers.
        let _ = getrandom::fill(&mut bytes);
        let (random, id) = bytes.split_at(8);
        Self {
            random: u64::from_le_bytes(random.try_into().expect("the first part has 8 bytes")),
            id: u128::from_le_bytes(id.try_into().expect("the second part has 16 bytes")),
        }
    }

    /// A UUID.
    pub(super) fn transaction_id(&self) -> String {
        SessionId::from_bits(self.id).to_string()
    }
}
