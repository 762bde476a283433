//! The signatures are botocore's, of requests to `http://127.0.0.1:8081` at 15:00:00.

use axum::http::Method;

use super::{
    super::signature::{Denied, Signed},
    headers,
};
use crate::{
    config::KeyPair,
    units::{MediaDuration, ProgramTime},
};

const DATE: &str = "20261125T150000Z";
const GET: &str = "/playbackConfigurations?NextToken=bmV3cw&MaxResults=10";
const GET_SIGNATURE: &str = "138c4feee2fee85b0817d76bd979adab342274980ae22f557d52f079080a0d90";

/// A request, of which a test changes what it wants to see refused.
struct Case {
    method: Method,
    uri: &'static str,
    body: &'static str,
    signed: &'static str,
    scope: &'static str,
    date: &'static str,
    signature: &'static str,
    host: &'static str,
    secret: &'static str,
    /// Seconds from the signature to now.
    later: i64,
}

const CASE: Case = Case {
    method: Method::GET,
    uri: GET,
    body: "",
    signed: "host;x-amz-date",
    scope: "AKIATEST/20261125/eu-central-1/mediatailor/aws4_request",
    date: DATE,
    signature: GET_SIGNATURE,
    host: "127.0.0.1:8081",
    secret: "a-secret-of-a-test",
    later: 0,
};

impl Case {
    fn verify(&self) -> Result<(), Denied> {
        let Self { scope, signed, signature, .. } = self;
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders={signed}, Signature={signature}"
        );
        let headers = headers(&[
            ("host", self.host),
            ("content-type", "application/json"),
            ("x-amz-date", self.date),
            ("authorization", &authorization),
        ]);
        let signed = Signed {
            method: &self.method,
            uri: &self.uri.parse().unwrap(),
            headers: &headers,
            body: self.body.as_bytes(),
        };
        let pair = KeyPair {
            access_key_id: "AKIATEST".to_owned(),
            secret_access_key: self.secret.to_owned(),
        };
        signed.verify(&pair, at() + MediaDuration::from_secs(self.later))
    }
}

fn at() -> ProgramTime {
    let at: jiff::Timestamp = "2026-11-25T15:00:00Z".parse().unwrap();
    ProgramTime::from_millis(at.as_millisecond())
}

#[test]
fn what_botocore_signs_is_believed() {
    assert_eq!(CASE.verify(), Ok(()));
    let put = Case {
        method: Method::PUT,
        uri: "/playbackConfiguration",
        body: r#"{"Name":"news"}"#,
        signed: "content-type;host;x-amz-date",
        signature: "116c86096303ffb94d829b1e73dec756208108d052357d40c58a72abb7d5753c",
        ..CASE
    };
    assert_eq!(put.verify(), Ok(()));
    let delete = Case {
        method: Method::DELETE,
        uri: "/tags/arn%3Aaws%3Amediatailor%3Ax%3A0%3AplaybackConfiguration%2Fnews\
              ?tagKeys=a%20b&tagKeys=%C3%BC",
        signature: "f7f36a80ad0ce8932a9d484ab6c30863677d756f01b3c26860778ba0af6e1aec",
        ..CASE
    };
    assert_eq!(delete.verify(), Ok(()));
    // Each part of what was signed counts.
    for changed in [
        Case { method: Method::POST, ..delete },
        Case { body: r#"{"Name":"news2"}"#, ..put },
        Case { uri: "/playbackConfigurations?NextToken=bmV3cw&MaxResults=11", ..CASE },
        Case { uri: "/playbackConfiguration?NextToken=bmV3cw&MaxResults=10", ..CASE },
        Case { host: "127.0.0.1:8082", ..CASE },
        Case { date: "20261125T150001Z", ..CASE },
        Case { secret: "a-secret-of-a-tesT", ..CASE },
        Case { scope: "AKIATEST/20261125/eu-central-2/mediatailor/aws4_request", ..CASE },
        Case { signature: "00", ..CASE },
        Case { signature: "none", ..CASE },
    ] {
        assert_eq!(changed.verify(), Err(Denied::Mismatch), "{}", changed.uri);
    }
}

#[test]
fn the_order_and_spelling_of_a_query_do_not_count() {
    let other = Case { uri: "/playbackConfigurations?MaxResults=%31%30&NextToken=bmV3cw", ..CASE };
    assert_eq!(other.verify(), Ok(()));
    let dots =
        Case { uri: "/./x/..//playbackConfigurations?NextToken=bmV3cw&MaxResults=10", ..CASE };
    assert_eq!(dots.verify(), Ok(()));
}

#[test]
fn a_signature_holds_for_a_quarter_of_an_hour() {
    for (later, expected) in
        [(-900, Ok(())), (900, Ok(())), (-901, Err(Denied::Stale)), (901, Err(Denied::Stale))]
    {
        assert_eq!(Case { later, ..CASE }.verify(), expected, "{later}");
    }
    let other_day = "AKIATEST/20261124/eu-central-1/mediatailor/aws4_request";
    assert_eq!(Case { scope: other_day, ..CASE }.verify(), Err(Denied::Stale));
}

#[test]
fn what_lacks_something_is_said_to() {
    let scope = |scope| Case { scope, ..CASE }.verify();
    assert_eq!(
        scope("AKIAOTHER/20261125/eu-central-1/mediatailor/aws4_request"),
        Err(Denied::UnknownKey)
    );
    for wrong in ["AKIATEST", "AKIATEST/20261125/eu-central-1/s3/aws4_request", "/a/b/c"] {
        assert!(matches!(scope(wrong), Err(Denied::Incomplete(_))), "{wrong}");
    }
    for signed in ["", "host", "x-amz-date", "content-type"] {
        let verified = Case { signed, ..CASE }.verify();
        assert!(matches!(verified, Err(Denied::Incomplete(_))), "{signed}");
    }
    let undated = Case { date: "today", ..CASE };
    assert_eq!(undated.verify(), Err(Denied::Incomplete("`X-Amz-Date` is no date")));
    let (method, uri) = (Method::GET, GET.parse().unwrap());
    let pair =
        KeyPair { access_key_id: "AKIATEST".to_owned(), secret_access_key: CASE.secret.to_owned() };
    let unsigned = headers(&[("host", CASE.host)]);
    let bare = Signed { method: &method, uri: &uri, headers: &unsigned, body: b"" };
    assert_eq!(bare.verify(&pair, at()), Err(Denied::Unsigned));
}
