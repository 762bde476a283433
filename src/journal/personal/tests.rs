use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const AGENT: &str = "AppleCoreMedia/1.0.0.21F90 (Apple TV; U; \"x\"; en_us)";
const ENCODED: &str =
    "AppleCoreMedia%2F1.0.0.21F90%20%28Apple%20TV%3B%20U%3B%20%22x%22%3B%20en_us%29";

fn viewer(address: &str) -> Person {
    Person { address: Some(address.parse().unwrap()), user_agent: Some(AGENT.to_owned()) }
}

fn check(personal: Personal, viewer: &Person, row: &Value, expected: &Value) {
    let json = row.to_string();
    let told = personal.told(&json, viewer).unwrap_or(json);
    assert_eq!(serde_json::from_str::<Value>(&told).unwrap(), *expected);
}

#[test]
fn both_are_found_in_headers_and_urls_however_encoded() {
    let twice = ENCODED.replace('%', "%25");
    let plus = ENCODED.replace("%20", "+");
    let row = |ip: &str, agents: [&str; 4]| {
        json!({
            "requestHeaders": [{ "name": "user-agent", "value": agents[0] }, { "name": "x-forwarded-for", "value": ip }],
            "url": format!("https://sink.example.com/e?ip={ip}&ua={}&next=https%3A%2F%2Fa%3Fua%3D{}", agents[1], agents[2]),
            "adsRequestUrl": format!("https://ads.example.com/v?ua={}", agents[3]),
        })
    };
    let before = row("203.0.113.77", [AGENT, ENCODED, &twice, &plus]);
    let after = |ip: &str, agent: &str| row(ip, [agent; 4]);
    let viewer = viewer("203.0.113.77");
    check(Personal::Full, &viewer, &before, &before);
    check(Personal::Truncated, &viewer, &before, &after("203.0.113.0", "AppleCoreMedia/1"));
    check(Personal::None, &viewer, &before, &after("-", "-"));
    let hashed = Personal::Hashed(Key([7; 32]));
    let (ip, agent) = ("h-0682076c970c4800d4704b63", "h-d4a406d5f725ea29f02260ef");
    assert_eq!(
        (hashed.opaque("203.0.113.77"), hashed.opaque(AGENT)),
        (ip.to_owned(), agent.to_owned())
    );
    check(hashed, &viewer, &before, &after(ip, agent));
}

#[test]
fn an_ipv6_address_is_found_and_cut_to_its_network() {
    let row = |ip: &str| json!({ "url": format!("https://sink.example.com/?ip={ip}") });
    let viewer = viewer("2001:db8:1:2:3::4");
    let after = row("2001:db8:1::");
    check(Personal::Truncated, &viewer, &row("2001:db8:1:2:3::4"), &after);
    check(Personal::Truncated, &viewer, &row("2001%3Adb8%3a1%3A2%3A3%3A%3A4"), &after);
}

#[test]
fn nothing_else_is_touched() {
    let rows = [
        // Hosts, longer addresses, and words that only look alike.
        json!({ "url": "http://203.0.113.7:9000/e?a=203.0.113.77&b=1203.0.113.7" }),
        json!({ "outcome": "sent", "sent": "sent", "event": "start" }),
    ];
    for row in rows {
        for agent in ["sent", "start", "outcome"] {
            let agent = Some(agent.to_owned());
            let viewer = Person { user_agent: agent, ..viewer("203.0.113.7") };
            check(Personal::None, &viewer, &row, &row);
        }
    }
}

#[test]
fn a_short_agent_is_found_where_it_stands_alone() {
    let viewer = Person { address: None, user_agent: Some("tv".to_owned()) };
    let before = json!({ "url": "https://sink.example.com/tvshow?d=tv&e=tv1&f=a%20tv" });
    let after = json!({ "url": "https://sink.example.com/tvshow?d=-&e=tv1&f=a%20-" });
    check(Personal::None, &viewer, &before, &after);
}

#[test]
fn an_address_is_found_whatever_letters_adjoin_it() {
    let viewer = viewer("203.0.113.7");
    for (before, after) in [
        ("key=203.0.113.7_5f2c", "key=-_5f2c"),
        ("ip/203.0.113.7.gif", "ip/-.gif"),
        ("ip=v203.0.113.7x", "ip=v-x"),
        ("ip=a.203.0.113.7.", "ip=a.-."),
        ("ip=x%20203.0.113.7", "ip=x%20-"),
    ] {
        let row = |text: &str| json!({ "url": format!("https://sink.example.com/e?{text}") });
        check(Personal::None, &viewer, &row(before), &row(after));
    }
}

/// Both are a viewer's own to choose: the name of his player and the parameters of an ad request.
#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
fn who_makes_it_long_to_look_for_him_has_his_address_cut_off() {
    let (agent, many) = (format!("{}b", "a".repeat(1_023)), "a".repeat(32 << 10));
    let viewer = Person { user_agent: Some(agent), ..viewer("203.0.113.7") };
    let row = |path: &str| json!({ "adsRequestUrl": format!("https://ads.example.com{path}"), "outcome": "sent" });
    let before = row(&format!("/v?x={many}&ip=203.0.113.7")).to_string();
    let began = std::time::Instant::now();
    let told = Personal::None.told(&before, &viewer).unwrap();
    assert!(began.elapsed().as_millis() < 500, "{:?}", began.elapsed());
    assert_eq!(told, row("/…").to_string());
}

/// The longest there is, everywhere in it.
#[test]
fn a_long_agent_is_replaced_wherever_it_stands() {
    let agent = format!("{AGENT} {}", "x".repeat(1_000));
    let viewer = Person { address: None, user_agent: Some(agent.clone()) };
    let encoded = agent.replace(' ', "%20").replace('"', "%22");
    let row = |agent: &str| {
        let all = format!("&ua={agent}").repeat(20);
        json!({ "url": format!("https://sink.example.com/e?a=1{all}") })
    };
    check(Personal::None, &viewer, &row(&encoded), &row("-"));
}

proptest! {
    #[test]
    fn nothing_around_an_address_hides_it(
        address in any::<[u8; 4]>(),
        before in "[a-z._/&=-]{0,8}",
        after in "[a-z._/&=-]{0,8}",
    ) {
        let address = IpAddr::from(address);
        let row = json!({ "url": format!("https://a/{before}{address}{after}") }).to_string();
        let viewer = Person { address: Some(address), user_agent: None };
        let told = Personal::None.told(&row, &viewer).unwrap();
        prop_assert!(!told.contains(&address.to_string()), "{}", told);
    }

    #[test]
    fn nothing_around_an_agent_hides_it(
        agent in "[A-Za-z]{1,5}/[0-9.]{1,3} [a-z]{1,5}",
        before in "[0-9a-z._/&=-]{0,8}",
        after in "[0-9a-z._/&=-]{0,8}",
    ) {
        let row = json!({ "url": format!("https://a/{before}{agent}{after}") }).to_string();
        let viewer = Person { address: None, user_agent: Some(agent.clone()) };
        let told = Personal::None.told(&row, &viewer).unwrap();
        prop_assert!(!told.contains(&agent), "{}", told);
    }

    #[test]
    fn a_row_stays_a_row_and_loses_the_values(agent in "\\PC{1,30}", text in "\\PC{0,40}") {
        let viewer = Person { address: None, user_agent: Some(agent.clone()) };
        let url = format!("https://a/{text}");
        let row = json!({ "value": agent, "url": url, "outcome": text });
        let json = row.to_string();
        let told = Personal::None.told(&json, &viewer).unwrap();
        let told: Value = serde_json::from_str(&told).unwrap();
        prop_assert_eq!(&told["value"], "-");
        prop_assert_eq!(&told["outcome"], &row["outcome"]);
    }
}
