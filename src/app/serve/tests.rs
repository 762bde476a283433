use axum::routing::get;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::{clock::Clock, http::TrustedProxies};

struct Door {
    address: SocketAddr,
    stop: CancellationToken,
    serving: tokio::task::JoinHandle<()>,
}

async fn door(limit: usize) -> Door {
    door_of(limit, None).await
}

async fn door_of(limit: usize, peers: Option<Arc<Peers>>) -> Door {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = port.local_addr().unwrap();
    let router = Router::new()
        .route(
            "/",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.to_string() }),
        )
        .route("/much", get(async || vec![b'x'; 64 << 20]))
        .route("/slow", get(async || tokio::time::sleep(Duration::from_millis(300)).await));
    let stop = CancellationToken::new();
    let serving = tokio::spawn(serve(port, router, limit, peers, stop.clone()));
    Door { address, stop, serving }
}

impl Door {
    async fn ask(&self, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("GET {path} HTTP/1.1\r\nhost: a\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        stream
    }
}

/// The head and what comes with it; none within a moment.
async fn answer(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = [0; 1_024];
    let read = tokio::time::timeout(Duration::from_millis(500), stream.read(&mut bytes)).await;
    Some(String::from_utf8(bytes[..read.ok()?.unwrap()].to_vec()).unwrap())
}

#[tokio::test]
async fn whoever_comes_when_there_is_no_room_waits_at_the_door() {
    let door = door(2).await;
    let mut first = door.ask("/").await;
    let own = first.local_addr().unwrap().to_string();
    assert!(answer(&mut first).await.unwrap().ends_with(&own));
    // Connections that are kept, and one that says nothing.
    let silent = TcpStream::connect(door.address).await.unwrap();
    tokio::time::sleep(Duration::from_millis(50)).await;
    let mut third = door.ask("/").await;
    assert_eq!(answer(&mut third).await, None);
    drop(silent);
    assert!(answer(&mut third).await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_stop_waits_for_answers_and_for_nobody_else() {
    let door = door(10).await;
    let mut idle = door.ask("/").await;
    answer(&mut idle).await.unwrap();
    let mut asking = door.ask("/slow").await;
    tokio::time::sleep(Duration::from_millis(50)).await;
    door.stop.cancel();
    door.serving.await.unwrap();
    assert!(answer(&mut asking).await.unwrap().starts_with("HTTP/1.1 200"));
    assert_eq!(answer(&mut idle).await.as_deref(), Some(""));
    assert!(TcpStream::connect(door.address).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn whoever_says_nothing_is_let_go() {
    let door = door(10).await;
    for begun in ["", "P", "GET / HTTP/1.1\r\nhost:"] {
        let mut stream = TcpStream::connect(door.address).await.unwrap();
        stream.write_all(begun.as_bytes()).await.unwrap();
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(SILENCE * 2, stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "{begun:?} holds its place");
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_does_not_read_is_let_go() {
    let door = door(1).await;
    let _unread = door.ask("/much").await;
    let mut next = door.ask("/").await;
    let mut bytes = [0; 12];
    let answer = tokio::time::timeout(SILENCE * 2, next.read_exact(&mut bytes)).await;
    assert_eq!(&bytes, b"HTTP/1.1 200", "{answer:?}");
}

/// HTTP/2 by hand: no window for any answer, and an answer to every ping; until the peer closes.
async fn without_a_window(mut stream: TcpStream) {
    const ASK: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\
        \0\0\x06\x04\0\0\0\0\0\0\x04\0\0\0\0\
        \0\0\x06\x01\x05\0\0\0\x01\x82\x84\x86\x41\x01a";
    stream.write_all(ASK).await.unwrap();
    let mut head = [0; 9];
    while stream.read_exact(&mut head).await.is_ok() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut payload).await.unwrap();
        let (kind, is_answer) = (head[3], head[4] & 1 == 1);
        if matches!(kind, SETTINGS | PING) && !is_answer {
            head[4] |= 1;
            let length = if kind == PING { payload.len() } else { 0 };
            head[2] = u8::try_from(length).unwrap();
            let answer = [&head[..], &payload[..length]].concat();
            let _ = stream.write_all(&answer).await;
        }
    }
}

const SETTINGS: u8 = 4;
const PING: u8 = 6;

#[tokio::test(start_paused = true)]
async fn whoever_opens_no_window_for_its_answer_is_let_go_after_a_while() {
    let door = door(1).await;
    let held = without_a_window(TcpStream::connect(door.address).await.unwrap());
    let mut held = std::pin::pin!(held);
    let before = tokio::time::timeout(AGE - SILENCE, held.as_mut()).await;
    assert!(before.is_err(), "it was let go for another reason");
    tokio::time::timeout(GRACE * 2, held).await.expect("it holds its place");
    let mut next = door.ask("/").await;
    assert!(answer(&mut next).await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn an_address_has_so_many_connections_and_a_trusted_proxy_all_it_wants() {
    for (networks, room) in [(vec![], false), (vec!["127.0.0.0/8".parse().unwrap()], true)] {
        let peers = Peers::new(2, Arc::new(TrustedProxies::new(networks)), Clock::real());
        let door = door_of(10, Some(peers)).await;
        let (mut one, mut two) = (door.ask("/").await, door.ask("/").await);
        assert!(answer(&mut one).await.unwrap().starts_with("HTTP/1.1 200"));
        assert!(answer(&mut two).await.unwrap().starts_with("HTTP/1.1 200"));
        let mut third = TcpStream::connect(door.address).await.unwrap();
        let _ = third.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n").await;
        let mut bytes = [0; 1_024];
        let read = third.read(&mut bytes).await.unwrap_or(0);
        assert_eq!(read > 0, room);
        drop(one);
        tokio::time::sleep(Duration::from_millis(50)).await;
        let mut fourth = door.ask("/").await;
        assert!(answer(&mut fourth).await.unwrap().starts_with("HTTP/1.1 200"));
    }
}
