//! Events that are taken back, moved or told again (B-39, B-51).

use super::*;

fn cancel(at: u64, id: u32) -> (u64, String) {
    oatcls(at, written::cancelled(id), &[])
}

/// Told before segment `at`: out at segment `begins` for so many seconds.
fn announced(at: u64, id: u32, begins: u64, secs: u64) -> (u64, String) {
    let message = written::base64(written::insert(id, true, Some(secs)), &[]);
    let date = date(begins);
    let range = format!("ID=\"{id}-{at}\",START-DATE=\"{date}\",DURATION={secs}");
    (at, format!("#EXT-X-DATERANGE:{range},SCTE35-OUT={}", written::hexadecimal(&message)))
}

#[test]
fn another_event_may_stand_for_one_that_was_taken_back() {
    let again = |begins: u64| {
        told(vec![announced(107, 7, 113, 30), cancel(108, 7), announced(109, 8, begins, 18)], 120)
    };
    insta::assert_snapshot!([again(113), again(115)].join("\n"), @"
    113 to 116, 18.0 s

    113 to 115, 30.0 s, Cancelled
    115 to 118, 18.0 s
    ");
}

/// A command's message was taken for the end of whatever is open, which a break that has not begun is not.
#[test]
fn a_break_is_taken_back_by_a_command_too() {
    let taken_back = |by| told(vec![announced(107, 7, 113, 30), by], 120);
    let by_message = taken_back(cancel(108, 7));
    insta::assert_snapshot!(by_message, @"113 to 118, 30.0 s, Cancelled");
    assert_eq!(taken_back(command(cancel(108, 7))), by_message);
}

#[test]
fn an_event_that_was_taken_back_may_be_told_again() {
    let again = |begins: u64| {
        told(vec![announced(107, 7, 113, 30), cancel(108, 7), announced(109, 7, begins, 18)], 120)
    };
    let later = vec![announced(105, 7, 108, 60), cancel(107, 7), insert(112, 7, Some((18, true)))];
    insta::assert_snapshot!([again(113), again(115), told(later, 120)].join("\n"), @"
    113 to 116, 18.0 s

    115 to 118, 18.0 s

    108 to 112, 60.0 s, Cancelled
    112 to 115, 18.0 s
    ");
}

#[test]
fn of_two_times_of_one_event_the_one_told_last_counts() {
    let moved = |begins: u64| {
        let lines = vec![announced(107, 7, 113, 30), announced(109, 7, begins, 18)];
        let mut scene = Scene::new(lines);
        let mut free_from = Vec::new();
        while scene.edge < 112 {
            scene.reload(scene.edge + 1);
            free_from.extend(scene.channel.breaks.iter().map(|known| known.free_from));
        }
        // Since a reload that told of it, and no later one.
        free_from.dedup();
        format!("{}{} moves\n", scene.until(120).told(), free_from.len() - 1)
    };
    insta::assert_snapshot!([moved(112), moved(115)].concat(), @"
    112 to 115, 18.0 s
    1 moves
    115 to 118, 18.0 s
    1 moves
    ");
}

#[test]
fn a_break_moved_behind_a_later_one_stays_in_order() {
    let lines =
        vec![announced(107, 7, 112, 12), announced(108, 8, 115, 12), announced(109, 7, 118, 12)];
    insta::assert_snapshot!(told(lines, 125), @"
    112 to 114, 12.0 s
    115 to 117, 12.0 s
    118 to 120, 12.0 s
    ");
}

#[test]
fn what_was_taken_back_hides_no_break_without_a_number() {
    let lines = vec![announced(107, 7, 113, 30), cancel(108, 7), tag(115, "#EXT-X-CUE-OUT:12")];
    insta::assert_snapshot!(told(lines, 120), @"
    113 to 115, 30.0 s, Cancelled
    115 to 117, 12.0 s
    ");
}
