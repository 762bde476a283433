//! Macros of which only the player can know the value.
//!
//! A player tells it as a parameter of the session that is called like the macro, in lower or upper
//! case: `ads.ifa=…` is `[IFA]`. What the service knows better is not to be set by players.

use super::{Context, encode, encode_list};

/// The encoded value the player told; none for macros that are not its to tell.
pub(super) fn told(name: &str, context: &Context<'_>) -> Option<String> {
    let at = CLIENT.binary_search_by_key(&name, |(known, _)| known).ok()?;
    let (_, is_list) = CLIENT[at];
    let params = context.player_params?;
    let value = params.get(&name.to_ascii_lowercase()).or_else(|| params.get(name))?;
    if value.is_empty() {
        return None;
    }
    Some(if is_list { encode_list(value.split(',').map(str::trim)) } else { encode(value) })
}

/// Sorted by name; whether it is a list, whose commas stand bare (rule D-70).
pub(super) const CLIENT: [(&str, bool); 33] = [
    ("ADCATEGORIES", true),
    ("APIFRAMEWORKS", true),
    ("APPBUNDLE", false),
    ("BREAKMAXADS", false),
    ("BREAKMINADLENGTH", false),
    ("CLICKTYPE", false),
    ("CLIENTUA", false),
    ("CONTENTCAT", true),
    ("CONTENTID", false),
    ("CONTENTURI", false),
    ("DOMAIN", false),
    ("DSAPARAMS", true),
    ("DSAPUBRENDER", false),
    ("DSAREQUIRED", false),
    ("EXTENSIONS", true),
    ("GDPRCONSENT", false),
    ("GPPSECTIONID", true),
    ("GPPSTRING", false),
    ("IFA", false),
    ("IFATYPE", false),
    ("INVENTORYSTATE", true),
    ("LATLONG", true),
    ("LIMITADTRACKING", false),
    ("OMIDPARTNER", false),
    ("PAGEURL", false),
    ("PLAYBACKMETHODS", true),
    ("PLAYERCAPABILITIES", true),
    ("PLAYERSIZE", true),
    ("PLAYERSTATE", true),
    ("REGULATIONS", true),
    ("STOREID", false),
    ("STOREURL", false),
    ("VERIFICATIONVENDORS", true),
];
