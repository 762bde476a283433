use super::*;

#[test]
fn the_soft_limit_is_raised_to_the_hard_one() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(1_024), maximum }).unwrap();
    assert_eq!(connections(50), 50);
    assert_eq!(getrlimit(Resource::Nofile).current, maximum);
}

#[test]
fn some_are_left_for_the_service() {
    assert_eq!([524_288, 10_000, 4_000, 1_024].map(room), [522_288, 8_000, 2_000, 512]);
}
