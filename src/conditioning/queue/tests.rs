use url::Url;

use super::*;
use crate::conditioning::{State, Wanted, tests::profile};

fn at(secs: i64) -> ProgramTime {
    ProgramTime::from_millis(secs * 1_000)
}

fn job(address: &str, by: ProgramTime) -> Arc<Job> {
    let profile = Arc::new(profile(crate::profile::Packing::MpegTs));
    let wanted = Wanted::new(Url::parse(address).unwrap(), profile, by);
    Arc::new(Job::new(Job::id(&wanted), &wanted, by))
}

/// The names of jobs in the order in which they would be begun.
fn order(queue: &Queue) -> Vec<String> {
    let name = |job: Arc<Job>| {
        queue.leave(&job);
        job.source.path().trim_start_matches('/').to_owned()
    };
    std::iter::from_fn(|| queue.pop()).map(name).collect()
}

#[test]
fn what_is_wanted_comes_before_what_was_wanted() {
    let (clock, hand) = Clock::by_hand(at(0));
    let queue = Queue::new(clock, 1);
    let names =
        [("yesterday", 0), ("last", 6_000), ("now", 9_990), ("soon", 10_060), ("later", 11_000)];
    let mut jobs = Vec::new();
    for (name, by) in names {
        jobs.push(job(&format!("https://{name}.example/{name}"), at(by)));
    }
    jobs.push(job("https://left.example/left", LEFT_OVER));
    jobs.push(job("https://slate.example/slate", at(100)));
    let _whoever_waits = jobs[6].states();
    hand.set(at(10_000));
    for job in &jobs {
        queue.put(job);
    }
    assert_eq!(order(&queue), ["slate", "now", "soon", "later", "last", "yesterday", "left"]);
    // Whoever asks again sets it on its new place, later ones behind those to come sooner.
    jobs[0].hasten(at(10_030), at(10_000));
    jobs[4].hasten(at(12_000), at(10_000));
    for job in &jobs {
        queue.put(job);
    }
    let after = ["slate", "now", "yesterday", "soon", "later", "last", "left"];
    assert_eq!(order(&queue), after);
}

#[test]
fn what_nobody_has_asked_for_in_an_hour_is_let_go() {
    let (clock, hand) = Clock::by_hand(at(0));
    let queue = Queue::new(clock, 1);
    let (gone, awaited) =
        (job("https://a.example/gone", at(0)), job("https://a.example/slate", at(0)));
    let _whoever_waits = awaited.states();
    for job in [&gone, &awaited, &job("https://a.example/left", LEFT_OVER)] {
        queue.put(job);
    }
    hand.set(at(3_600));
    assert!(queue.forgotten().is_empty());
    hand.set(at(3_601));
    let forgotten = queue.forgotten();
    assert_eq!(forgotten.len(), 1);
    assert!(Arc::ptr_eq(&forgotten[0], &gone));
    assert_eq!(order(&queue), ["slate", "left"]);
    assert!(matches!(*gone.states().borrow(), State::Looking));
}

#[test]
fn of_one_host_so_many_are_fetched_at_once() {
    let (clock, _hand) = Clock::by_hand(at(0));
    let queue = Queue::new(clock, 1);
    let slow: Vec<_> = (0..4).map(|n| job(&format!("https://slow.example/{n}"), at(n))).collect();
    for job in &slow {
        queue.put(job);
    }
    queue.put(&job("https://other.example/a", at(9)));
    let begun: Vec<_> = std::iter::from_fn(|| queue.pop()).collect();
    let begun: Vec<_> = begun.iter().map(|job| job.source.as_str()).collect();
    assert_eq!(
        begun,
        ["https://slow.example/0", "https://slow.example/1", "https://other.example/a"]
    );
    queue.leave(&slow[1]);
    assert_eq!(queue.pop().unwrap().source.path(), "/2");
}

#[tokio::test]
async fn whose_source_is_there_is_encoded_in_the_order_of_its_wish() {
    let (clock, _hand) = Clock::by_hand(at(0));
    let queue = Arc::new(Queue::new(clock, 1));
    let jobs: Vec<_> =
        [7, 30, 20].iter().map(|by| job(&format!("https://{by}.example/{by}"), at(*by))).collect();
    let (ended, mut ends) = tokio::sync::mpsc::unbounded_channel();
    let all_wait = Arc::new(Notify::new());
    let begin = async |job: &Arc<Job>| {
        queue.put(job);
        let (queue, ended, all_wait) = (Arc::clone(&queue), ended.clone(), Arc::clone(&all_wait));
        tokio::spawn(async move {
            let job = queue.next().await;
            let turn = queue.turn(&job).await;
            ended.send(job.source.path().to_owned()).unwrap();
            if job.source.path() == "/7" {
                all_wait.notified().await;
            }
            drop(turn);
            queue.leave(&job);
        });
        // On this one thread, the task goes on until it waits.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    };
    for job in &jobs {
        begin(job).await;
    }
    all_wait.notify_one();
    let mut order = Vec::new();
    for _ in &jobs {
        order.push(ends.recv().await.unwrap());
    }
    assert_eq!(order, ["/7", "/20", "/30"]);
    let lists = queue.lists();
    assert!(lists.fetching.is_empty() && lists.fetched.is_empty());
}

#[tokio::test]
async fn whoever_is_called_and_leaves_before_he_knows_makes_room() {
    let (clock, _hand) = Clock::by_hand(at(0));
    let queue = Queue::new(clock, 1);
    let jobs = ["a", "b", "c"].map(|name| job(&format!("https://{name}.example/{name}"), at(60)));
    for job in &jobs {
        queue.put(job);
        queue.next().await;
    }
    let first = queue.turn(&jobs[0]).await;
    {
        let mut second = std::pin::pin!(queue.turn(&jobs[1]));
        assert!(futures_util::poll!(second.as_mut()).is_pending());
        drop(first);
    }
    queue.leave(&jobs[1]);
    let third = tokio::time::timeout(std::time::Duration::from_secs(5), queue.turn(&jobs[2]));
    assert!(third.await.is_ok());
}
