//! AWS Signature Version 4, as a server checks it.
//!
//! A client signs a digest of the request (method, path, query, the headers it names, the body) with
//! a key derived from its secret, the day, a region and the service. Any region is accepted, since
//! there is none here. Rules: AWS General Reference, "Create a signed AWS API request"; paths are
//! encoded twice, as for every service but S3. Deliberately absent: signatures in queries, and
//! bodies left unsigned.

use aws_lc_rs::{
    digest::{SHA256, digest},
    hmac,
};
use axum::http::{HeaderMap, Method, Uri};

use crate::{
    config::KeyPair,
    units::{MediaDuration, ProgramTime},
};

/// A request as it arrived.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signed<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// Why a request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Denied {
    /// No `Authorization`.
    #[error("the request is not signed")]
    Unsigned,
    /// `Authorization` or `X-Amz-Date` lacks something.
    #[error("the signature is incomplete: {0}")]
    Incomplete(&'static str),
    /// The key id is another.
    #[error("the access key id is not the one of the configuration file")]
    UnknownKey,
    /// Too old, or of a clock that is ahead.
    #[error("the request was signed at another time; the clocks may differ by 15 minutes")]
    Stale,
    /// What was signed is another request, or with another secret.
    #[error("the signature does not match the request and the secret access key")]
    Mismatch,
}

impl Signed<'_> {
    /// What it claims, without a look at its body: is it by this key pair, and not long before or
    /// after `now`?
    pub(super) fn claim(&self, pair: &KeyPair, now: ProgramTime) -> Result<Claim<'_>, Denied> {
        let authorization = self.header("authorization").ok_or(Denied::Unsigned)?;
        let claim = Claim::parse(authorization)?;
        if claim.key_id != pair.access_key_id {
            return Err(Denied::UnknownKey);
        }
        let date =
            self.header("x-amz-date").ok_or(Denied::Incomplete("`X-Amz-Date` is missing"))?;
        let at = moment(date).ok_or(Denied::Incomplete("`X-Amz-Date` is no date"))?;
        if (now - at).abs() > MOST_SKEW || !date.starts_with(claim.day) {
            return Err(Denied::Stale);
        }
        Ok(Claim { date, ..claim })
    }

    /// Is it signed with this key pair, and not long before or after `now`?
    pub(super) fn verify(&self, pair: &KeyPair, now: ProgramTime) -> Result<(), Denied> {
        let claim = self.claim(pair, now)?;
        let body = hex::encode(digest(&SHA256, self.body));
        if self.header("x-amz-content-sha256").is_some_and(|told| told != body) {
            return Err(Denied::Mismatch);
        }
        let request = self.canonical(&claim, &body)?;
        let request = hex::encode(digest(&SHA256, request.as_bytes()));
        let text = format!("{ALGORITHM}\n{}\n{}\n{request}", claim.date, claim.scope);
        let signature = hex::decode(claim.signature).map_err(|_| Denied::Mismatch)?;
        let key = claim.key(&pair.secret_access_key);
        // Takes as long for every wrong signature.
        hmac::verify(&key, text.as_bytes(), &signature).map_err(|_| Denied::Mismatch)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn canonical(&self, claim: &Claim<'_>, body: &str) -> Result<String, Denied> {
        let mut request = format!(
            "{}\n{}\n{}\n",
            self.method,
            path(self.uri.path()),
            query(self.uri.query().unwrap_or_default())
        );
        for name in claim.signed_headers.split(';') {
            let values = self.headers.get_all(name).iter();
            let values = values.map(|value| value.to_str().map(trimmed));
            let values = values.collect::<Result<Vec<_>, _>>().map_err(|_| Denied::Mismatch)?;
            request.extend([name, ":", &values.join(","), "\n"]);
        }
        request.extend(["\n", claim.signed_headers, "\n", body]);
        Ok(request)
    }
}

/// What `Authorization` says.
pub(super) struct Claim<'a> {
    key_id: &'a str,
    /// Day, region, service and `aws4_request`.
    scope: &'a str,
    /// `X-Amz-Date`.
    date: &'a str,
    day: &'a str,
    region: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Claim<'a> {
    fn parse(authorization: &'a str) -> Result<Self, Denied> {
        let parts = authorization.strip_prefix(ALGORITHM).ok_or(Denied::Unsigned)?;
        let part = |name: &str, missing| {
            let mut parts = parts.split(',').map(str::trim);
            let value = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            value.ok_or(Denied::Incomplete(missing))
        };
        let credential = part("Credential", "`Credential` is missing")?;
        let scoped = credential.split_once('/').ok_or(Denied::Incomplete(SCOPE));
        let (key_id, scope) = scoped?;
        let [day, region, SERVICE, TERMINATOR] = scope.split('/').collect::<Vec<_>>()[..] else {
            return Err(Denied::Incomplete(SCOPE));
        };
        let signed_headers = part("SignedHeaders", "`SignedHeaders` is missing")?;
        for name in ["host", "x-amz-date"] {
            if !signed_headers.split(';').any(|signed| signed == name) {
                return Err(Denied::Incomplete("`host` and `x-amz-date` have to be signed"));
            }
        }
        let signature = part("Signature", "`Signature` is missing")?;
        Ok(Self { key_id, scope, date: "", day, region, signed_headers, signature })
    }

    fn key(&self, secret: &str) -> hmac::Key {
        let steps = [self.day, self.region, SERVICE, TERMINATOR];
        let first = hmac::Key::new(hmac::HMAC_SHA256, format!("AWS4{secret}").as_bytes());
        steps.into_iter().fold(first, |key, step| {
            hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, step.as_bytes()).as_ref())
        })
    }
}

/// `20261125T150405Z`.
fn moment(date: &str) -> Option<ProgramTime> {
    let moment = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", date).ok()?;
    let moment = moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(ProgramTime::from_millis(moment.timestamp().as_millisecond()))
}

/// Without `.`, `..` and empty segments, and encoded once more.
fn path(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => _ = segments.pop(),
            segment => segments.push(encoded(segment.as_bytes())),
        }
    }
    let end = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{end}", segments.join("/"))
}

/// Each name and value encoded in the one way, in order.
fn query(query: &str) -> String {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (encoded(&decoded(name)), encoded(&decoded(value)))
        })
        .collect();
    pairs.sort();
    let pairs: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

fn encoded(bytes: &[u8]) -> String {
    percent_encoding::percent_encode(bytes, RESERVED).to_string()
}

fn decoded(text: &str) -> Vec<u8> {
    percent_encoding::percent_decode_str(text).collect()
}

/// Without spaces at its ends, and with one for many.
fn trimmed(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All but RFC 3986's unreserved characters.
const RESERVED: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SERVICE: &str = "mediatailor";
const TERMINATOR: &str = "aws4_request";
const SCOPE: &str = "expected `Credential` to be `KEY/DATE/REGION/mediatailor/aws4_request`";

/// What AWS allows.
const MOST_SKEW: MediaDuration = MediaDuration::from_secs(15 * 60);
