use super::*;

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

const LIMIT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn progress_is_told_and_the_end_too() {
    let transcoder = Transcoder::find().unwrap();
    let arguments = words("-v error -f lavfi -i anullsrc=r=8000 -t 3 -progress pipe:1 -f null -");
    let mut times = Vec::new();
    transcoder.ffmpeg(&arguments, LIMIT, |at| times.push(at)).await.unwrap();
    assert_eq!(times.last(), Some(&MediaDuration::from_secs(3)));
}

#[tokio::test]
async fn a_failure_is_told_in_ffmpegs_last_words() {
    let transcoder = Transcoder::find().unwrap();
    let failed =
        transcoder.ffmpeg(&words("-v error -i file:/nowhere -f null -"), LIMIT, |_| {}).await;
    let said = String::from("file:/nowhere: No such file or directory");
    assert_eq!(failed, Err(Failed::Ended { status: String::from("exit status: 1"), said }));
}

#[tokio::test]
async fn what_has_no_end_is_ended() {
    let transcoder = Transcoder::find().unwrap();
    let limit = Duration::from_millis(300);
    let endless = words("-v error -re -f lavfi -i anullsrc=r=8000 -f null -");
    assert_eq!(transcoder.ffmpeg(&endless, limit, |_| {}).await, Err(Failed::TimedOut(limit)));
}

/// A process whose arguments have that word.
fn running(word: &str) -> Option<std::path::PathBuf> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|one| one.path());
    processes.into_iter().find(|process| {
        let said = std::fs::read(process.join("cmdline")).unwrap_or_default();
        String::from_utf8_lossy(&said).contains(word)
    })
}

#[tokio::test]
async fn a_child_goes_first_where_memory_runs_out_and_ends_with_its_future() {
    let transcoder = Transcoder::find().unwrap();
    let word = format!("midroll-test-{}", std::process::id());
    let endless = words(&format!(
        "-v error -re -f lavfi -i anullsrc=r=8000 -metadata title={word} -f null -"
    ));
    let child = transcoder.ffmpeg(&endless, LIMIT, |_| {});
    let look = async {
        loop {
            tokio::time::sleep(Duration::from_millis(20)).await;
            let process = running(&word).map(|process| process.join("oom_score_adj"));
            match process.and_then(|score| std::fs::read_to_string(score).ok()) {
                Some(score) if score.trim() == transcoder.first_to_go => return,
                _ => {}
            }
        }
    };
    tokio::select! {
        ended = child => panic!("{ended:?}"),
        () = look => {}
    }
    let gone = async {
        while running(&word).is_some() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LIMIT, gone).await.unwrap();
}

/// Container runtimes set what nobody inside may go below.
#[test]
fn no_less_is_asked_for_than_holds_for_the_service() {
    let all = ["0\n", "-17\n", "500\n", "984\n", "1000\n", ""].map(first_to_go);
    assert_eq!(all, [500, 500, 500, 984, 1000, 500]);
}

/// What only stands before ffprobe says nothing of the media.
#[tokio::test]
async fn a_wrapper_that_fails_is_no_verdict_on_the_media() {
    let transcoder = Transcoder { first_to_go: "many".to_owned(), ..Transcoder::find().unwrap() };
    let failed = transcoder.ffprobe(&words("-version"), LIMIT).await;
    let said = "choom: invalid adjust argument: 'many'".to_owned();
    assert_eq!(failed, Err(Failed::Start(said)));
}

#[tokio::test]
async fn what_needs_too_much_memory_is_told_so() {
    let limit = 256 << 20;
    let transcoder = Transcoder { memory: limit, ..Transcoder::find().unwrap() };
    // 4096 × 4096 × 6 bytes are 96 MiB a picture.
    let large =
        "-v error -f lavfi -i color=s=4096x4096,format=rgb48 -frames:v 1 -c:v libx264 -f null -";
    let large = words(large);
    let failed = transcoder.ffmpeg(&large, LIMIT, |_| {}).await.unwrap_err();
    assert_eq!(failed, Failed::OutOfMemory { limit });
    assert_eq!(failed.to_string(), "it needs more than 256 MiB of memory");
    let small = words("-v error -f lavfi -i color=s=64x64 -frames:v 1 -f null -");
    transcoder.ffmpeg(&small, LIMIT, |_| {}).await.unwrap();
}

#[test]
fn ffmpeg_says_what_it_is() {
    let version = Transcoder::find().unwrap().version().to_owned();
    assert!(version.starts_with("ffmpeg version "), "{version}");
}

#[tokio::test]
async fn what_is_said_beyond_the_limit_is_dropped() {
    let transcoder = Transcoder::find().unwrap();
    // 640 × 480 × 3 bytes are 0.9 MB.
    let much =
        words("-v error -f lavfi -i color=s=640x480 -pix_fmt rgb24 -frames:v 40 -f rawvideo -");
    let said = transcoder.ffmpeg(&much, LIMIT, |_| {}).await.unwrap();
    assert_eq!(u64::try_from(said.out.len()).unwrap(), MOST_SAID);
}
