use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::*;

/// Answers every name with the same addresses.
struct Fixed(Vec<IpAddr>);

impl Resolve for Fixed {
    fn resolve(&self, _: Name) -> Resolving {
        let answers = self.0.clone().into_iter().map(|ip| SocketAddr::new(ip, 0));
        let answers: Addrs = Box::new(answers);
        Box::pin(std::future::ready(Ok(answers)))
    }
}

/// What is left of `answers`, or why nothing is.
async fn resolved(policy: Policy, answers: &[&str]) -> Result<Vec<String>, Blocked> {
    let answers = answers.iter().map(|text| text.parse().unwrap()).collect();
    let resolver = Resolver::new(Guard::new(policy), Arc::new(Fixed(answers)));
    match resolver.resolve("cdn.example".parse().unwrap()).await {
        Ok(left) => Ok(left.map(|address| address.ip().to_string()).collect()),
        Err(error) => Err(*error.downcast::<Blocked>().unwrap()),
    }
}

#[tokio::test]
async fn answers_that_are_not_public_are_left_out() {
    let answers = ["10.0.0.1", "93.184.215.14", "::1", "2606:2800::1"];
    let left = resolved(Policy::default(), &answers).await;
    assert_eq!(left.unwrap(), ["93.184.215.14", "2606:2800::1"]);
}

#[tokio::test]
async fn a_name_with_inner_answers_only_is_refused_with_the_first() {
    let refused = resolved(Policy::default(), &["::ffff:169.254.169.254", "10.0.0.1"]).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "`cdn.example` is not allowed: ::ffff:169.254.169.254 is link-local"
    );
}

#[tokio::test]
async fn an_allowed_network_may_be_an_answer() {
    let left = resolved(allowing(&["10.0.0.0/8"]), &["10.0.0.1", "192.168.0.1"]).await;
    assert_eq!(left.unwrap(), ["10.0.0.1"]);
}

#[tokio::test]
async fn a_name_without_an_answer_stays_without_one() {
    assert_eq!(resolved(Policy::default(), &[]).await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn the_system_resolves_this_machine() {
    let found = SystemNames.resolve("localhost".parse().unwrap()).await.unwrap();
    assert!(found.map(|address| address.ip()).all(|ip| ip.is_loopback()));
}
