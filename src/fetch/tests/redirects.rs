use super::*;

/// A server whose `/to/{url}` redirects there, `/hop/{n}` to `/hop/{n-1}` and at last says `done`.
async fn redirecting() -> Server {
    let hop = |Path(left): Path<u32>| async move {
        match left.checked_sub(1) {
            Some(left) => Redirect::temporary(&format!("{left}")).into_response(),
            None => "done".into_response(),
        }
    };
    let to = |Path(target): Path<String>| async move {
        (StatusCode::FOUND, [(header::LOCATION, target)])
    };
    let echo = |headers: HeaderMap| async move {
        let sent = |name| headers.get(name).is_some();
        format!("authorization {}, x-own {}", sent("authorization"), sent("x-own"))
    };
    let router = Router::new()
        .route("/hop/{left}", get(hop))
        .route("/to/{*target}", get(to))
        .route("/echo", get(echo))
        .route("/nowhere", get(|| async { StatusCode::FOUND }))
        .route("/odd", get(|| async { (StatusCode::FOUND, [(header::LOCATION, "http://[")]) }));
    Server::start(router).await
}

async fn from_configured(server: &Server, path: &str) -> String {
    let client = client(guard(&[server.url("/")]), Names::loopback());
    said(client.try_get(&server.url(path), request()).await)
}

#[tokio::test]
async fn five_redirects_are_followed_and_a_sixth_is_not() {
    let server = redirecting().await;
    assert_eq!(from_configured(&server, "/hop/5").await, "200 done");
    assert_eq!(
        from_configured(&server, "/hop/6").await,
        "too_many_redirects: more than 5 redirects"
    );
}

#[tokio::test]
async fn the_final_url_is_where_the_last_redirect_led() {
    let server = redirecting().await;
    let client = client(guard(&[server.url("/")]), Names::loopback());
    let response = client.try_get(&server.url("/hop/2?a=b"), request()).await.unwrap();
    assert_eq!(response.final_url, server.url("/hop/0"));
}

#[tokio::test]
async fn a_redirect_to_an_inner_address_is_refused_even_from_a_configured_server() {
    let server = redirecting().await;
    let other = Server::start(Router::new().route("/", get(|| async { "inner" }))).await;
    let other_port = other.url("/").to_string();
    let targets = [
        "http://169.254.169.254/latest/meta-data/",
        "http://[::ffff:169.254.169.254]/",
        "http://localhost/",
        "//2130706433/",
        "file:///etc/passwd",
        "http://user:password@cdn.example/",
    ];
    let mut said = String::new();
    for target in targets {
        said += &format!("{}\n", from_configured(&server, &format!("/to/{target}")).await);
    }
    insta::assert_snapshot!(said, @r"
    blocked: `169.254.169.254` is not allowed: 169.254.169.254 is link-local
    blocked: `[::ffff:a9fe:a9fe]` is not allowed: ::ffff:169.254.169.254 is link-local
    blocked: `localhost` is a name of this machine
    blocked: `127.0.0.1` is not allowed: 127.0.0.1 is loopback
    blocked: `file` addresses are not fetched, only http and https
    blocked: the address at `cdn.example` carries a user name or password
    ");
    let outcome = from_configured(&server, &format!("/to/{other_port}")).await;
    assert_eq!(outcome, "blocked: `127.0.0.1` is not allowed: 127.0.0.1 is loopback");
}

#[tokio::test]
async fn a_redirect_to_a_name_that_resolves_to_loopback_is_refused() {
    let server = redirecting().await;
    let target = server.named("cdn.example", "/hop/0");
    assert_eq!(
        from_configured(&server, &format!("/to/{target}")).await,
        "blocked: `cdn.example` is not allowed: 127.0.0.1 is loopback"
    );
}

#[tokio::test]
async fn a_name_that_resolves_to_loopback_is_refused_unless_the_file_names_it_with_that_port() {
    let server = redirecting().await;
    let url = server.named("cdn.example", "/hop/0");
    let get = async |named: &[Url]| {
        said(client(guard(named), Names::loopback()).try_get(&url, request()).await)
    };
    let refused = "blocked: `cdn.example` is not allowed: 127.0.0.1 is loopback";
    assert_eq!(get(&[]).await, refused);
    assert_eq!(get(&[Url::parse("http://cdn.example:1/").unwrap()]).await, refused);
    assert_eq!(get(std::slice::from_ref(&url)).await, "200 done");
}

#[tokio::test]
async fn an_allowed_network_is_reached_by_name_and_by_redirect() {
    let server = redirecting().await;
    let client = client(open_guard(), Names::loopback());
    let inner = server.url("/hop/1");
    let url = server.named("cdn.example", &format!("/to/{inner}"));
    assert_eq!(said(client.try_get(&url, request()).await), "200 done");
}

#[tokio::test]
async fn credentials_stay_with_the_host_they_were_meant_for() {
    let server = redirecting().await;
    let client = client(open_guard(), Names::loopback());
    let headers = HeaderMap::from_iter([
        (header::AUTHORIZATION, HeaderValue::from_static("Bearer x")),
        ("x-own".parse().unwrap(), HeaderValue::from_static("1")),
    ]);
    let get = async |target: Url| {
        let url = server.url(&format!("/to/{target}"));
        said(client.try_get(&url, Request { headers: headers.clone(), ..request() }).await)
    };
    let kept = get(server.url("/echo")).await;
    let dropped = get(server.named("cdn.example", "/echo")).await;
    assert_eq!(kept, "200 authorization true, x-own true");
    assert_eq!(dropped, "200 authorization false, x-own true");
}

#[tokio::test]
async fn a_redirect_that_leads_nowhere_is_the_answer() {
    let server = redirecting().await;
    assert_eq!(from_configured(&server, "/nowhere").await, "302 ");
    assert_eq!(from_configured(&server, "/odd").await, "302 ");
}
