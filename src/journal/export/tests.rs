use parquet::{
    file::{reader::FileReader, serialized_reader::SerializedFileReader},
    record::Field,
};
use serde_json::json;

use super::*;
use crate::journal::tests::Folder;

fn exporter(folder: &Folder) -> Exporter {
    fs::create_dir_all(folder.0.join("logs")).unwrap();
    Exporter::open(&Export::DataDir, &folder.0).unwrap()
}

fn name() -> Name {
    Name::parse("2026-11-23T12-59-00Z-0001.jsonl").unwrap()
}

async fn export(folder: &Folder, log: &'static str, rows: &[Value]) -> usize {
    let file = folder.0.join("file.jsonl");
    let text: String = rows.iter().map(|row| format!("{row}\n")).collect();
    fs::write(&file, text).unwrap();
    exporter(folder).export(log, &name(), &file, &CancellationToken::new()).await.unwrap()
}

/// Every Parquet file below a folder, with its rows.
fn stored(folder: &Folder) -> Vec<(String, Vec<Value>)> {
    let mut all = Vec::new();
    let mut folders = vec![folder.0.join("parquet")];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let reader = SerializedFileReader::new(fs::File::open(&path).unwrap()).unwrap();
            let rows = reader.get_row_iter(None).unwrap().map(|row| told(&row.unwrap()));
            let name = path.strip_prefix(&folder.0).unwrap().display().to_string();
            // The node's name is drawn.
            let (name, node) = name.rsplit_once('-').unwrap();
            assert_eq!(node.len(), "12345678.parquet".len());
            all.push((name.to_owned(), rows.collect()));
        }
    }
    all.sort_by(|(a, _), (b, _)| a.cmp(b));
    all
}

/// A row without its nulls, numbers as text.
fn told(row: &parquet::record::Row) -> Value {
    let known = row.get_column_iter().filter(|(_, field)| **field != Field::Null);
    known
        .map(|(name, field)| (name.clone(), json!(field.to_string())))
        .collect::<Map<_, _>>()
        .into()
}

#[tokio::test]
async fn rows_are_stored_by_date_and_hour_with_what_has_no_column() {
    let folder = Folder::new();
    let beacon = |time: &str, id: &str| json!({ "time": time, "beacon_id": id, "attempt": 2 });
    let mut new = beacon("2026-11-23T13:00:00.004Z", "b");
    new["later"] = json!({ "field": [1] });
    new["campaign"] = Value::Null;
    let count = export(&folder, "beacons", &[beacon("2026-11-23T12:59:59.999Z", "a"), new]).await;
    assert_eq!(count, 2);
    let name =
        |hour| format!("parquet/beacons/date=2026-11-23/hour={hour}/2026-11-23T12-59-00Z-0001");
    assert_eq!(
        stored(&folder),
        [
            (
                name(12),
                vec![json!({
                    "time": "2026-11-23 12:59:59.999 +00:00", "beacon_id": "\"a\"", "attempt": "2",
                })]
            ),
            (
                name(13),
                vec![json!({
                    "time": "2026-11-23 13:00:00.004 +00:00", "beacon_id": "\"b\"", "attempt": "2",
                    "other": "\"{\"later\":{\"field\":[1]}}\"",
                })]
            ),
        ]
    );
}

#[tokio::test]
async fn decisions_have_their_breaks_in_columns() {
    let folder = Folder::new();
    let row = json!({
        "eventType": "AVAIL_ENDED", "eventTimestamp": "2026-11-23T12:00:00.000Z",
        "avail": {
            "availId": "b1", "plannedSeconds": 28.08, "publishedSeconds": 0.040_000_001,
            "unfilled": [{ "seconds": 1.92, "reason": "LEFTOVER" }],
        },
    });
    export(&folder, "decisions", &[row]).await;
    let rows = vec![json!({
        "eventType": "\"AVAIL_ENDED\"", "eventTimestamp": "2026-11-23 12:00:00.000 +00:00",
        "availId": "\"b1\"", "plannedSeconds": "28.080000000", "publishedSeconds": "0.040000001",
        "unfilled": "\"[{\"seconds\":1.92,\"reason\":\"LEFTOVER\"}]\"",
    })];
    let name = "parquet/decisions/date=2026-11-23/hour=12/2026-11-23T12-59-00Z-0001".to_owned();
    assert_eq!(stored(&folder), [(name, rows)]);
}

#[tokio::test]
async fn storing_again_replaces_it_by_the_same() {
    let folder = Folder::new();
    let rows: Vec<_> = (0..45_000)
        .map(|n| json!({ "time": "2026-11-23T12:00:00.000Z", "beacon_id": n.to_string() }))
        .collect();
    assert_eq!(export(&folder, "beacons", &rows).await, 45_000);
    let once = stored(&folder);
    assert_eq!(once[0].1.len(), 45_000);
    export(&folder, "beacons", &rows).await;
    assert_eq!(stored(&folder), once);
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_file_to_be_read() {
    let (folder, stopped) = (Folder::new(), CancellationToken::new());
    let file = folder.0.join("file.jsonl");
    fs::write(&file, "{\"time\":\"2026-11-23T12:00:00.000Z\"}\n").unwrap();
    stopped.cancel();
    let mut count = 0;
    partitions(Schema::of("beacons"), &file, &mut count, &stopped).unwrap_err();
    assert_eq!(count, 0);
    exporter(&folder).export("beacons", &name(), &file, &stopped).await.unwrap_err();
    assert_eq!(stored(&folder), []);
}

/// With another name all that is stored already would be stored once more.
#[test]
fn a_node_keeps_its_name() {
    let folder = Folder::new();
    let path = folder.0.join("node");
    let name = node(&path).unwrap();
    assert_eq!((name.len(), node(&path).unwrap()), (NODE_DIGITS, name));
    assert_eq!(fs::read_dir(&folder.0).unwrap().count(), 1);
}

#[test]
fn the_schema_is_documented() {
    let text = ["beacons", "decisions"].map(|log| format!("{log}\n{}", Schema::of(log).message()));
    insta::assert_snapshot!(text.join("\n"));
}
