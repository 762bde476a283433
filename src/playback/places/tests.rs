use super::*;

fn limits(sessions: usize, sessions_per_address: usize) -> Limits {
    Limits { sessions, sessions_per_address, ..Limits::default() }
}

fn told(taken: Result<Place<'_>, Error>) -> String {
    match taken {
        Ok(place) => {
            place.keep();
            "kept".to_owned()
        }
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_place_is_taken_before_anybody_waits_and_given_back_by_whoever_gives_up() {
    let (places, limits) = (Places::default(), limits(2, 2));
    let here = Some([192, 0, 2, 1].into());
    let waiting = places.take(here, &limits).unwrap();
    places.take(here, &limits).unwrap().keep();
    assert_eq!(told(places.take(None, &limits)), "2 sessions are open, which is the limit");
    drop(waiting);
    assert_eq!(told(places.take(here, &limits)), "kept");
    places.give_back(here);
    places.give_back(here);
    assert_eq!(places.all.load(Ordering::Relaxed), 0);
    assert!(places.of.is_empty());
}

#[test]
fn addresses_are_counted_as_their_owners() {
    let (places, limits) = (Places::default(), limits(100, 1));
    let mut rows = Vec::new();
    for address in [
        "192.0.2.1",
        "192.0.2.2",
        "::ffff:192.0.2.1",
        "2001:db8:0:1::1",
        "2001:db8:0:1:ffff::9",
        "2001:db8:0:2::1",
    ] {
        let taken = places.take(Some(address.parse().unwrap()), &limits);
        rows.push(format!("{address}: {}", told(taken)));
    }
    insta::assert_snapshot!(rows.join("\n"), @"
    192.0.2.1: kept
    192.0.2.2: kept
    ::ffff:192.0.2.1: 1 sessions are open from this address, which is the limit
    2001:db8:0:1::1: kept
    2001:db8:0:1:ffff::9: 1 sessions are open from this address, which is the limit
    2001:db8:0:2::1: kept
    ");
}
