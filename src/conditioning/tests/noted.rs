//! What is known of jobs after a restart.

use super::*;

fn job(workshop: &Workshop) -> Job {
    let wanted = workshop.wanted("ad.mp4", &profile(Packing::MpegTs));
    Job::new(Job::id(&wanted), &wanted, ProgramTime::from_millis(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_the_service_each_time_is_left_alone_and_what_only_waits_is_not() {
    let workshop = Workshop::open().await;
    let work = workshop.folder.path("work");
    let left = || notes::take_over(&work).unwrap().len();
    // It was begun once, and has waited for its turn since.
    notes::begin(&work, &job(&workshop)).await;
    assert_eq!([left(), left(), left(), left(), left()], [1; 5]);
    // Each run begins it, however often it is tried there.
    for run in 2..=4 {
        let begun = job(&workshop);
        notes::begin(&work, &begun).await;
        notes::begin(&work, &begun).await;
        assert_eq!(left(), usize::from(run < 4), "run {run}");
    }
    assert_eq!(workshop.folder.files("work/jobs"), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_note_beside_a_whole_one_is_none() {
    let workshop = Workshop::open().await;
    let (work, job) = (workshop.folder.path("work"), job(&workshop));
    notes::begin(&work, &job).await;
    let noted = work.join("jobs").join(format!("{}.json", job.id));
    std::fs::write(noted.with_extension("new"), "{").unwrap();
    assert_eq!(notes::take_over(&work).unwrap().len(), 1);
    assert_eq!(workshop.folder.files("work/jobs"), [noted.to_string_lossy()]);
    // Once it has ended it is noted anew when it is begun anew.
    notes::end(&work, &job).await;
    assert_eq!(workshop.folder.files("work/jobs"), [""; 0]);
    notes::begin(&work, &job).await;
    assert_eq!(notes::take_over(&work).unwrap().len(), 1);
}
