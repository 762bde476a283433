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
