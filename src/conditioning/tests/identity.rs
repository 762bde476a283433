//! Files that are replaced under their old names.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn another_file_under_an_old_name_is_noticed() {
    let mut workshop = Workshop::open().await;
    for (name, tone) in [("ad.mp4", 440), ("same.mp4", 440), ("other.mp4", 880)] {
        let made = AD.replace("d=5", "d=1").replace("f=440", &format!("f={tone}"));
        workshop
            .source(
                name,
                &format!("{made} -fflags +bitexact -flags:v +bitexact -flags:a +bitexact"),
            )
            .await;
    }
    let profile = profile(Packing::MpegTs);
    let replaced = async |workshop: &Workshop, file: &str, name: &str| {
        let source = workshop.server.url(&format!("/{file}"));
        let names = vec![name.to_owned()];
        let ad = Wanted { names, ..wanted(source, profile.clone()) };
        workshop.conditioning.creative(&ad).await.unwrap();
        let reports = workshop.conditioning.report();
        let own = reports.iter().find(|report| report.source.ends_with(file)).unwrap();
        own.replaced.is_some()
    };
    assert!(!replaced(&workshop, "ad.mp4", "ad-id.org AB12").await);
    // The same file at another address is the same.
    assert!(!replaced(&workshop, "same.mp4", "ad-id.org AB12").await);
    assert!(replaced(&workshop, "other.mp4", "ad-id.org AB12").await);
    // An address, too, is a name.
    let sources = workshop.folder.path("sources");
    std::fs::copy(sources.join("other.mp4"), sources.join("ad.mp4")).unwrap();
    workshop.reopen();
    assert!(replaced(&workshop, "ad.mp4", "ad-id.org CD34").await);
    workshop.reopen();
    assert!(!replaced(&workshop, "ad.mp4", "ad-id.org CD34").await);
}
