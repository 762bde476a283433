//! The service as a process of its own, that can be killed.

#![expect(clippy::disallowed_methods, reason = "processes are started, in real time")]

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use super::{app::fresh_dir, world::World};

pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
    data_dir: PathBuf,
    more: More,
    child: Child,
}

/// What its configuration file says besides.
#[derive(Clone, Debug, Default)]
pub(crate) struct More {
    /// Under `[limits]`.
    pub(crate) limits: String,
    /// Of the playback configuration.
    pub(crate) configuration: String,
    /// Where its own log goes; `service.log` beside its data by default.
    pub(crate) log: Option<PathBuf>,
}

impl Service {
    pub(crate) async fn start(world: &World, more: More) -> Self {
        Self::start_in(fresh_dir(), world, more).await
    }

    /// Keeping its data in a folder.
    pub(crate) async fn start_in(data_dir: PathBuf, world: &World, more: More) -> Self {
        Self::at(data_dir, world, more).await
    }

    /// With what a killed one has left.
    pub(crate) async fn again(killed: Self, world: &World) -> Self {
        Self::at(killed.data_dir.clone(), world, killed.more.clone()).await
    }

    async fn at(data_dir: PathBuf, world: &World, more: More) -> Self {
        let (address, admin) = (free_port(), free_port());
        let config = data_dir.join("midroll.toml");
        std::fs::write(&config, written(&data_dir, (address, admin), world, &more)).unwrap();
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(more.log.clone().unwrap_or_else(|| data_dir.join("service.log")))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_midroll"))
            .args(["serve", "--config"])
            .arg(&config)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let service = Self { address, admin, data_dir, more, child };
        service.until_ready().await;
        service
    }

    async fn until_ready(&self) {
        let began = Instant::now();
        while reqwest::get(format!("http://{}/ready", self.admin)).await.is_err() {
            let log = self.data_dir.join("service.log");
            assert!(began.elapsed() < Duration::from_secs(60), "not ready; see {log:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// SIGKILL: nothing is flushed, nothing said.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: it leaves in order, within its deadline.
    pub(crate) async fn terminate(&mut self) {
        let began = Instant::now();
        let told = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(told.success());
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            // The default deadline, and something for this machine.
            assert!(began.elapsed() < Duration::from_secs(12), "does not end");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until nothing is owed any more.
    pub(crate) async fn until_idle(&self, most: Duration) {
        let began = Instant::now();
        loop {
            let metrics = reqwest::get(format!("http://{}/metrics", self.admin)).await.unwrap();
            let metrics = metrics.text().await.unwrap();
            let waiting = |name: &str| {
                let line = metrics.lines().find(|line| line.starts_with(name));
                line.unwrap_or_else(|| panic!("no {name}")).rsplit(' ').next() != Some("0")
            };
            let names =
                ["scheduled", "queued", "on_disk"].map(|of| format!("midroll_beacons_{of} "));
            if !names.iter().any(|name| waiting(name)) {
                return;
            }
            assert!(began.elapsed() < most, "still owed after {most:?}:\n{metrics}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// SIGTERM: it writes down what it knows and ends.
    pub(crate) fn leave(mut self) -> PathBuf {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        self.data_dir.clone()
    }

    /// Hundredths of a second of processor time that it has taken, and MiB of memory.
    pub(crate) fn used(&self) -> (u64, u64) {
        let read = |file| std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id()));
        let (stat, status) = (read("stat").unwrap(), read("status").unwrap());
        let ticks = stat.rsplit(") ").next().unwrap().split(' ').skip(11).take(2);
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        let kib: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        (ticks.map(|ticks| ticks.parse::<u64>().unwrap()).sum(), kib >> 10)
    }

    pub(crate) fn stop(mut self) -> PathBuf {
        // Rows are with the operating system before a beacon is let go of, so a kill will do.
        self.kill();
        self.data_dir.clone()
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn written(
    data_dir: &Path,
    (address, admin): (SocketAddr, SocketAddr),
    world: &World,
    more: &More,
) -> String {
    let base = format!("http://{}", world.address);
    let More { limits, configuration, .. } = more;
    format!(
        "listen = \"{address}\"\n\
         admin_listen = \"{admin}\"\n\
         data_dir = {data_dir:?}\n\
         allow_private_networks = true\n\
         [limits]\n\
         sessions_per_address = 100000\nconnections_per_address = 100000\n\
         {limits}\n\
         [logs]\n\
         compression = \"none\"\n\
         [[playback_configuration]]\n\
         name = \"news\"\n\
         video_content_source_url = \"{base}/live\"\n\
         ad_decision_server_url = \"{base}/vast?sid=[session.uuid]\"\n\
         {configuration}\n"
    )
}

/// One that was free a moment ago.
fn free_port() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
