use serde_json::{Value, json};

use super::{model, *};
use crate::{
    configuration::prefetch::{Timing, Window},
    units::{MediaDuration, ProgramTime},
};

/// What is wrong with a schedule in the year 2001, a line each.
fn faults(written: &Value) -> Vec<String> {
    let (schedule, mut errors) = shapes::clean(model::FIELDS, written);
    if errors.is_empty() {
        errors = model::faults(&schedule, ProgramTime::from_millis(1_000_000_000_000));
    }
    errors.into_iter().map(|error| error.text).collect()
}

#[test]
fn a_schedule_has_what_its_type_needs() {
    let window = json!({ "EndTime": 1_000_000_060 });
    let single = json!({ "Retrieval": window, "Consumption": window });
    assert_eq!(faults(&single), [""; 0]);
    let recurring = json!({
        "ScheduleType": "RECURRING",
        "RecurringPrefetchConfiguration": {
            "StartTime": 1_000_000_000.5,
            "EndTime": 1_000_000_060.25,
            "RecurringRetrieval": {},
            "RecurringConsumption": {},
        },
    });
    assert_eq!(faults(&recurring), [""; 0]);
    assert_eq!(faults(&json!({})), ["`Retrieval` is missing", "`Consumption` is missing"]);
    assert_eq!(
        faults(&json!({ "ScheduleType": "RECURRING", "Retrieval": window })),
        ["`RecurringPrefetchConfiguration` is missing"]
    );
}

/// Its ads would be for no break.
#[test]
fn a_criterion_is_about_what_the_ad_server_is_told() {
    let variables = json!({ "scte.event_id": "7", "scte.event": "7" });
    let criteria = |names: &[&str]| {
        let one = |name: &&str| json!({ "DynamicVariable": name, "Operator": "EQUALS" });
        names.iter().map(one).collect::<Value>()
    };
    let end = 1_000_000_060;
    let single = |names: &[&str]| {
        json!({
            "Retrieval": { "EndTime": end, "DynamicVariables": variables },
            "Consumption": { "EndTime": end, "AvailMatchingCriteria": criteria(names) },
        })
    };
    assert_eq!(faults(&single(&["scte.event_id"])), [""; 0]);
    assert_eq!(
        faults(&single(&["scte.event", "avail.index"])),
        [
            "`Consumption.AvailMatchingCriteria` names `scte.event`, which no break has: it is no \
             dynamic variable",
            "`Consumption.AvailMatchingCriteria` names `avail.index`, which has no value in \
             `Retrieval.DynamicVariables`"
        ]
    );
    let recurring = json!({
        "ScheduleType": "RECURRING",
        "RecurringPrefetchConfiguration": {
            "EndTime": end,
            "RecurringRetrieval": {},
            "RecurringConsumption": { "AvailMatchingCriteria": criteria(&["scte.event_id"]) },
        },
    });
    assert_eq!(faults(&recurring).len(), 1);
}

/// Clients keep what they do not use.
#[test]
fn the_type_of_traffic_shaping_says_which_counts() {
    let spread = |kind: Value| {
        let retrieval = json!({
            "EndTime": 60,
            "TrafficShapingType": kind,
            "TrafficShapingRetrievalWindow": { "RetrievalWindowDurationSeconds": 30 },
            "TrafficShapingTpsConfiguration": { "PeakTps": 50, "PeakConcurrentUsers": 1_000 },
        });
        let schedule = json!({ "Retrieval": retrieval, "Consumption": { "EndTime": 90 } });
        model::read("one", schedule.as_object().unwrap()).unwrap().spread.rounded_secs()
    };
    assert_eq!([json!("TPS"), json!("RETRIEVAL_WINDOW"), Value::Null].map(spread), [20, 30, 30]);
}

#[test]
fn a_schedule_is_read_as_what_it_means() {
    let single = json!({
        "StreamId": "a",
        "Retrieval": {
            "StartTime": 10,
            "EndTime": 60,
            "DynamicVariables": { "scte.event_id": "7" },
            "TrafficShapingTpsConfiguration": { "PeakTps": 50, "PeakConcurrentUsers": 1_000 },
        },
        "Consumption": {
            "EndTime": 90,
            "AvailMatchingCriteria": [{ "DynamicVariable": "scte.event_id", "Operator": "EQUALS" }],
        },
    });
    let recurring = json!({
        "ScheduleType": "RECURRING",
        "RecurringPrefetchConfiguration": {
            "EndTime": 60,
            "RecurringRetrieval": {
                "DelayAfterAvailEndSeconds": 5,
                "TrafficShapingRetrievalWindow": { "RetrievalWindowDurationSeconds": 30 },
            },
            "RecurringConsumption": { "RetrievedAdExpirationSeconds": 600 },
        },
    });
    let read = |schedule: &Value| model::read("one", schedule.as_object().unwrap()).unwrap();
    let at = |secs: i64| ProgramTime::from_millis(secs * 1_000);
    let window = |from, to| Window { from: at(from), to: at(to) };
    let single = read(&single);
    let timing = Timing::Single { retrieval: window(10, 60), consumption: window(0, 90) };
    assert_eq!((single.timing, single.spread), (timing, MediaDuration::from_secs(20)));
    let texts = (single.stream.as_deref(), single.variables["scte.event_id"].as_str());
    assert_eq!((texts, single.matching), ((Some("a"), "7"), vec!["scte.event_id".to_owned()]));
    let recurring = read(&recurring);
    let (delay, lifetime) = (MediaDuration::from_secs(5), Some(MediaDuration::from_secs(600)));
    let timing = Timing::Recurring { window: window(0, 60), delay, lifetime };
    assert_eq!((recurring.timing, recurring.spread), (timing, MediaDuration::from_secs(30)));
}

/// Turns would be over for everybody if they were counted from a time before the schedule.
#[test]
fn turns_begin_with_the_schedule_where_it_has_no_start_or_an_earlier_one() {
    let at = |secs: i64| ProgramTime::from_millis(secs * 1_000);
    let read = |mut schedule: Value| {
        schedule[model::CREATED] = json!(40_000);
        model::read("one", schedule.as_object().unwrap()).unwrap()
    };
    let begins = |prefetch: &Prefetch| match prefetch.timing {
        Timing::Single { retrieval: window, .. } | Timing::Recurring { window, .. } => window.from,
    };
    let retrieval =
        |window: Value| read(json!({ "Retrieval": window, "Consumption": { "EndTime": 90 } }));
    let known = retrieval(json!({ "EndTime": 60 }));
    assert_eq!((begins(&known), known.id.created), (at(40), at(40)));
    assert_eq!(begins(&retrieval(json!({ "StartTime": 10, "EndTime": 60 }))), at(40));
    let shaped = |start: i64, secs: i64| {
        let shape = json!({ "RetrievalWindowDurationSeconds": secs });
        retrieval(
            json!({ "StartTime": start, "EndTime": 60, "TrafficShapingRetrievalWindow": shape }),
        )
    };
    assert_eq!(begins(&shaped(50, 5)), at(50));
    assert_eq!(
        [(50, 5), (50, 40), (10, 40)].map(|(s, t)| model::left_out(&shaped(s, t))),
        [0, 75, 50]
    );
    let recurring = json!({
        "ScheduleType": "RECURRING",
        "RecurringPrefetchConfiguration": {
            "EndTime": 60, "RecurringRetrieval": {}, "RecurringConsumption": {},
        },
    });
    assert_eq!(begins(&read(recurring)), at(40));
}

#[test]
fn a_window_lies_ahead() {
    let consumption = |window: Value| {
        faults(&json!({ "Retrieval": { "EndTime": 1_000_000_060 }, "Consumption": window }))
    };
    assert_eq!(consumption(json!({})), ["`Consumption.EndTime` is missing"]);
    assert_eq!(
        consumption(json!({ "EndTime": "soon" })),
        ["`Consumption.EndTime` is `\"soon\"`; expected seconds since 1970"]
    );
    assert_eq!(
        consumption(json!({ "EndTime": 1_000_000_000 })),
        ["`Consumption.EndTime` has passed"]
    );
    assert_eq!(
        consumption(json!({ "StartTime": 1_000_000_060, "EndTime": 1_000_000_060 })),
        ["`Consumption.EndTime` is not after the start"]
    );
}

#[test]
fn there_are_five_criteria_and_a_hundred_variables_at_most() {
    let criterion = json!({ "DynamicVariable": "scte.event_id", "Operator": "EQUALS" });
    let schedule = |criteria: usize, variables: usize| {
        let name = |n| if n == 0 { "scte.event_id".to_owned() } else { format!("v{n}") };
        let variables = (0..variables).map(|n| (name(n), json!("x")));
        let variables = Value::Object(variables.collect());
        json!({
            "Retrieval": { "EndTime": 1_000_000_060, "DynamicVariables": variables },
            "Consumption": {
                "EndTime": 1_000_000_060,
                "AvailMatchingCriteria": vec![criterion.clone(); criteria],
            },
        })
    };
    assert_eq!(faults(&schedule(5, 100)), [""; 0]);
    assert_eq!(
        faults(&schedule(6, 101)),
        [
            "`Retrieval.DynamicVariables` has 101 members, more than 100",
            "`Consumption.AvailMatchingCriteria` has 6 members, more than 5",
        ]
    );
}

#[test]
fn a_name_has_its_limits() {
    let fault = |name: &str| model::name_fault(name).map(|fault| fault.text);
    for name in ["a", "Finale 2026, „live“", &"ü".repeat(512)] {
        assert_eq!(fault(name), None, "{name}");
    }
    let expected = |count: usize| {
        Some(format!(
            "`Name` has {count} characters; expected 1 to 512, without `/` and control characters"
        ))
    };
    for (name, count) in [("", 0), ("a/b", 3), ("a\nb", 3), (&*"ü".repeat(513), 513)] {
        assert_eq!(fault(name), expected(count), "{name:?}");
    }
}
