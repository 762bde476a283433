//! What is read of which files.

use super::*;

fn rows(count: usize) -> Vec<Value> {
    (0..count).map(|n| beacon(&format!("ad{n}"), "impression", "sent")).collect()
}

#[test]
fn all_forms_are_read_and_no_file_twice() {
    let logs = Logs::new();
    logs.put("beacons/1.jsonl", &rows(9)[..3]);
    logs.put("beacons/2.jsonl.gz", &rows(9)[3..6]);
    logs.put("deep/er/3.jsonl.zst", &rows(9)[6..]);
    // Just being put away: there in both forms.
    logs.put("beacons/2.jsonl", &rows(9)[3..6]);
    logs.put_text("beacons/4.jsonl.unfinished", "never read");
    logs.put_text("beacons/5.jsonl.partial", "never read");
    let report = logs.report();
    assert_eq!((report.files, report.rows, report.total.impressions), (3, 9, 9));
}

#[test]
fn a_file_named_twice_is_read_once() {
    let logs = Logs::new();
    logs.put("1.jsonl", &rows(2));
    let paths = [logs.path("1.jsonl"), logs.path(""), logs.path("1.jsonl")];
    let mut seen = Vec::new();
    let report = report(&paths, &logs.path(""), &mut |progress| seen.push(progress)).unwrap();
    assert_eq!((report.files, report.rows), (1, 2));
    let last = seen.last().unwrap();
    assert_eq!(last.done, last.total);
}

#[test]
fn lines_that_are_no_rows_are_counted_and_the_unfinished_one_is_not() {
    let logs = Logs::new();
    let row = beacon("ad", "start", "sent");
    logs.put_text("1.jsonl", &format!("{row}\nnonsense\n{{}}\n\n[1]\n{row}\n{{\"beacon_i"));
    let report = logs.report();
    assert_eq!((report.rows, report.unreadable_lines), (2, 3));
}

#[test]
fn a_damaged_file_is_read_as_far_as_it_goes() {
    let logs = Logs::new();
    logs.put("1.jsonl.gz", &rows(5_000));
    let path = logs.path("1.jsonl.gz");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    logs.put_text("2.jsonl", "");
    fs::write(logs.path("3.jsonl.zst"), "no zstd").unwrap();
    logs.put("4.jsonl", &rows(1));
    let report = logs.report();
    assert!(report.rows > 100 && report.rows < 5_000, "{}", report.rows);
    let damaged = report.damaged.iter().map(|told| told.split(": ").next().unwrap().to_owned());
    let expected = ["1.jsonl.gz", "3.jsonl.zst"].map(|name| logs.path(name).display().to_string());
    assert_eq!(damaged.collect::<Vec<_>>(), expected);
}

#[test]
fn a_file_that_is_gone_is_named_and_the_others_are_read() {
    let logs = Logs::new();
    for name in ["1.jsonl", "2.jsonl", "3.jsonl"] {
        logs.put(name, &rows(2)[..1]);
    }
    let gone = logs.path("2.jsonl");
    let mut remove = |_| drop(fs::remove_file(&gone));
    let report = report(&[logs.path("")], &logs.path(""), &mut remove).unwrap();
    assert_eq!((report.files, report.rows), (2, 2));
    let told = format!("{}: No such file or directory (os error 2)", gone.display());
    assert_eq!(report.damaged, [told]);
}

#[test]
fn links_are_followed_into_each_folder_once() {
    let (logs, elsewhere) = (Logs::new(), Logs::new());
    logs.put("beacons/1.jsonl", &rows(1));
    elsewhere.put("2.jsonl", &rows(1));
    std::os::unix::fs::symlink(logs.path(""), logs.path("beacons/up")).unwrap();
    std::os::unix::fs::symlink(logs.path("beacons/1.jsonl"), logs.path("3.jsonl")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(""), logs.path("disk2")).unwrap();
    let report = logs.report();
    assert_eq!((report.files, report.rows), (2, 2));
}

#[test]
fn no_logs_and_no_folder_are_said() {
    let logs = Logs::new();
    let work = logs.path("");
    let told = |path: &str| report(&[logs.path(path)], &work, &mut |_| ()).unwrap_err().to_string();
    let place = |path: &str| logs.path(path).display().to_string();
    let forms = "(`*.jsonl`, `.jsonl.gz`, `.jsonl.zst`)";
    assert_eq!(told(""), format!("no log files {forms} in `{}`", place("")));
    assert_eq!(told("nowhere"), format!("cannot read `{}`", place("nowhere")));
}
