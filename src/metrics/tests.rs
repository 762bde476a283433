use super::*;
use crate::{
    beacon::Event,
    ids::ConfigurationName,
    pod::{SkipReason, Unfilled},
    units::MediaDuration,
};

const SECOND: MediaDuration = MediaDuration::from_secs(1);

/// Counts everything once, so that every family is rendered.
fn all_counted() -> Metrics {
    let metrics = Metrics::new();
    let name = &ConfigurationName::new("news");
    let Metrics { ads, avails, beacons, house, origin, players, registry: _ } = &metrics;
    ads.answered(name, SECOND, &[SECOND.times(15), SECOND.times(10)], Some(SECOND.times(30)));
    ads.failed(name, SECOND, Unfilled::AdsTimeout);
    ads.inserted(name, 2);
    ads.skipped(name, SkipReason::ImportInProgress);
    ads.set_requests(1, 2);
    avails.planned(name, SECOND.times(30), SECOND.times(25));
    avails.unfilled(name, SECOND.times(5), Unfilled::Leftover);
    avails.filled_later(name, SECOND.times(2));
    avails.ended(
        name,
        SECOND.times(25),
        Observed {
            duration: SECOND.times(30),
            filled: SECOND.times(15),
            slate: SECOND,
            pad: SECOND,
        },
    );
    avails.seen(name);
    avails.refused(name, Unfilled::NoCommonBoundary);
    avails.odd_cue(name, "message");
    beacons.due(name, Event::Impression);
    beacons.lapsed(name, Event::Complete);
    beacons.attempted(name, Event::Impression, "sent", Some(SECOND));
    beacons.accepted(name, Event::Impression, SECOND, 2);
    beacons.set_queue(1, 2, 3, 4);
    beacons.reported(name, Event::Start);
    beacons.set_outbox_failing(true);
    beacons.unreadable(1);
    house.rows_written("beacons", 2);
    house.log_failed("beacons");
    house.rows_lost("decisions", 1);
    house.reloaded(true);
    origin.answered(name, SECOND, Some(1500));
    origin.failed(name, SECOND, "timed_out");
    origin.timed_out(name);
    origin.too_large(name);
    origin.set_oldest_snapshots([(name.clone(), MediaDuration::from_millis(1500))].into());
    origin.set_refreshers(4);
    players.requested(Request { configuration: None, endpoint: "manifest", status: 404 });
    players.manifest(name, SECOND, SECOND);
    players.manifest_failed(name);
    players.session_started(name);
    players.session_expired(name);
    players.session_refused(name, "sessions_per_address");
    players.edge_lag(name, SECOND);
    players.held_back(name, SECOND, true);
    players.carried(name, -SECOND);
    metrics
}

#[test]
fn every_metric_has_a_name_a_type_and_a_meaning() {
    let text = all_counted().render();
    let lines = text.lines().filter_map(|line| {
        let (kind, rest) = line.strip_prefix("# ")?.split_once(' ')?;
        let (name, rest) = rest.split_once(' ')?;
        match kind {
            "HELP" => Some(format!("  {rest}\n")),
            "TYPE" => Some(format!("{name}: {rest}\n")),
            _ => None,
        }
    });
    // The help stands above the type in the text and below it here.
    let lines: Vec<_> = lines.collect();
    let table: String =
        lines.chunks(2).flat_map(|pair| pair.iter().rev()).map(String::as_str).collect();
    insta::assert_snapshot!(table);
}

#[test]
fn values_are_seconds_and_ratios() {
    let text = all_counted().render();
    let values = |name: &str| -> Vec<_> {
        text.lines().filter(|line| line.starts_with(name)).map(str::to_owned).collect()
    };
    assert_eq!(
        values("midroll_avail_filled_duration"),
        [r#"midroll_avail_filled_duration_seconds_total{configuration="news"} 27.0"#]
    );
    assert_eq!(
        values("midroll_avail_fill_ratio_sum"),
        [r#"midroll_avail_fill_ratio_sum{configuration="news"} 0.833"#]
    );
    assert_eq!(
        values("midroll_carried_difference_seconds_sum"),
        [r#"midroll_carried_difference_seconds_sum{configuration="news"} -1.0"#]
    );
    assert_eq!(
        values("midroll_requests_total"),
        [r#"midroll_requests_total{configuration="",endpoint="manifest",status="404"} 1"#]
    );
    assert_eq!(
        values("midroll_beacon_attempts_total"),
        [concat!(
            r#"midroll_beacon_attempts_total{configuration="news",event="impression","#,
            r#"outcome="sent"} 1"#
        )]
    );
}

#[test]
fn a_configuration_that_is_not_read_has_no_age() {
    let metrics = Metrics::new();
    let (news, sport) = (ConfigurationName::new("news"), ConfigurationName::new("sport"));
    metrics.origin.set_oldest_snapshots([(news.clone(), SECOND), (sport, SECOND)].into());
    metrics.origin.set_oldest_snapshots([(news, SECOND.times(2))].into());
    let text = metrics.render();
    let ages = text.lines().filter(|line| line.starts_with("midroll_oldest_snapshot_age"));
    let expected = r#"midroll_oldest_snapshot_age_seconds{configuration="news"} 2.0"#;
    assert_eq!(ages.collect::<Vec<_>>(), [expected]);
}

#[test]
fn a_ratio_stays_between_nothing_and_all() {
    let ratio = |part, whole| family::ratio(SECOND.times(part), SECOND.times(whole)).to_string();
    assert_eq!(ratio(31, 30), "1");
    assert_eq!(ratio(0, 30), "0");
    assert_eq!(ratio(0, 0), "1");
    assert_eq!(ratio(-1, 30), "0");
}
