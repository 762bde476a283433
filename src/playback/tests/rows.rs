//! Rows of the decision log on their way to the disk.

use super::*;

#[tokio::test]
async fn rows_wait_for_a_slow_disk_in_their_order_and_nobody_with_them() {
    let scene = Scene::new("slow-disk", 4);
    let log = scene.journal.decisions();
    let row = |number: usize| serde_json::json!({ "eventType": "ROW", "number": number });
    let all = log.fill().await;
    scene.playback.write_rows(&scene.session, (0..3).map(row));
    scene.playback.write_rows(&scene.session, (3..6).map(row));
    drop(all);
    scene.playback.decided().await;
    log.written().await;
    let folder = scene.folder.join("logs/decisions");
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(file).unwrap();
    let rows = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let numbers: Vec<_> = rows.filter_map(|row| row["number"].as_u64()).collect();
    assert_eq!(numbers, [0, 1, 2, 3, 4, 5]);
}
