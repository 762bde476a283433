use std::{fs, time::Duration};

use crate::metrics::Metrics;

use super::*;

struct Scene {
    path: PathBuf,
    watch: Watch,
    metrics: Arc<Metrics>,
}

/// A watched file; time stands still but for what a test waits.
fn scene(name: &str, text: &str) -> Scene {
    let path = std::env::temp_dir().join(format!("midroll-{}-{name}.toml", std::process::id()));
    fs::write(&path, text).unwrap();
    let metrics = Arc::new(Metrics::new());
    let mut file = File::at(path.clone());
    let running = Arc::new(file.load().unwrap().config.unwrap());
    let watch = file.watch(running, Arc::clone(&metrics)).unwrap();
    Scene { path, watch, metrics }
}

impl Scene {
    fn deadline(&self) -> MediaDuration {
        self.watch.borrow().shutdown_deadline
    }

    fn counted(&self, outcome: &str) -> bool {
        let line = format!("midroll_configuration_reloads_total{{outcome=\"{outcome}\"}} 1");
        self.metrics.render().lines().any(|counted| counted == line)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_is_in_effect_within_five_seconds() {
    let mut scene = scene("change", "shutdown_deadline_seconds = 1");
    fs::write(&scene.path, "shutdown_deadline_seconds = 300").unwrap();
    tokio::time::timeout(Duration::from_secs(5), scene.watch.changed()).await.unwrap().unwrap();
    assert_eq!(scene.deadline(), MediaDuration::from_secs(300));
    assert!(scene.counted("applied"));
}

#[tokio::test(start_paused = true)]
async fn a_broken_file_is_refused_and_what_runs_stays() {
    let mut scene = scene("broken", "shutdown_deadline_seconds = 1");
    fs::write(&scene.path, "shutdown_deadline_seconds = 'soon'").unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(scene.deadline(), MediaDuration::from_secs(1));
    assert!(scene.counted("refused"));

    fs::remove_file(&scene.path).unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(scene.deadline(), MediaDuration::from_secs(1));

    fs::write(&scene.path, "shutdown_deadline_seconds = 300").unwrap();
    tokio::time::timeout(Duration::from_secs(5), scene.watch.changed()).await.unwrap().unwrap();
    assert_eq!(scene.deadline(), MediaDuration::from_secs(300));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_being_written_is_left_until_it_is_done() {
    let scene = scene("growing", "shutdown_deadline_seconds = 1");
    let mut text = "shutdown_deadline_seconds = 30".to_owned();
    for _ in 0..10 {
        text.push('\n');
        fs::write(&scene.path, &text).unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(scene.deadline(), MediaDuration::from_secs(1));
    }
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(scene.deadline(), MediaDuration::from_secs(30));
}
