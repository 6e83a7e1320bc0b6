//! Other ends that write down what they are sent: a mail server and a receiver of webhooks.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::routing::post;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail as it came over the wire.
#[derive(Debug, Clone)]
pub struct Mail {
    pub to: String,
    /// Header and body.
    pub text: String,
}

/// A mail server without encryption.
pub struct MailServer {
    pub port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    refusal: Arc<Mutex<Option<String>>>,
}

impl MailServer {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, mails: Arc::default(), refusal: Arc::default() };
        let (mails, refusal) = (Arc::clone(&server.mails), Arc::clone(&server.refusal));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&mails), Arc::clone(&refusal)));
            }
        });
        server
    }

    pub fn taken(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    /// Answers every recipient with this from now on.
    pub fn refuse(&self, answer: &str) {
        *self.refusal.lock().unwrap() = Some(answer.to_owned());
    }

    pub fn accept(&self) {
        *self.refusal.lock().unwrap() = None;
    }
}

async fn talk(stream: TcpStream, mails: Arc<Mutex<Vec<Mail>>>, refusal: Arc<Mutex<Option<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut to = String::new();
    write.write_all(b"220 witness\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-witness\r\n250 8BITMIME".to_owned(),
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                let refused = refusal.lock().unwrap().clone();
                refused.unwrap_or_else(|| "250 ok".to_owned())
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await.unwrap();
                let mut text = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    text.push_str(&line);
                    text.push('\n');
                }
                mails.lock().unwrap().push(Mail { to: to.clone(), text });
                "250 taken".to_owned()
            }
            "QUIT" => "221 bye".to_owned(),
            _ => "250 ok".to_owned(),
        };
        if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() || verb == "QUIT" {
            return;
        }
    }
}

/// What a webhook was sent, and what was answered.
#[derive(Debug, Clone)]
pub struct Taken {
    pub path: String,
    pub signature: String,
    pub delivery: String,
    pub body: String,
    pub status: u16,
}

#[derive(Clone)]
struct Inner {
    taken: Arc<Mutex<Vec<Taken>>>,
    status: Arc<Mutex<u16>>,
}

/// A receiver of webhooks.
pub struct Receiver {
    /// `127.0.0.1:port`
    pub host: String,
    inner: Inner,
}

impl Receiver {
    pub async fn start() -> Self {
        let inner = Inner { taken: Arc::default(), status: Arc::new(Mutex::new(200)) };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let router = Router::new().fallback(post(take)).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { host, inner }
    }

    /// Answers with this status from now on.
    pub fn answer(&self, status: u16) {
        *self.inner.status.lock().unwrap() = status;
    }

    pub fn taken(&self) -> Vec<Taken> {
        self.inner.taken.lock().unwrap().clone()
    }
}

async fn take(State(inner): State<Inner>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    let status = *inner.status.lock().unwrap();
    inner.taken.lock().unwrap().push(Taken {
        path: uri.to_string(),
        signature: header("yishu-signature"),
        delivery: header("yishu-delivery"),
        body: String::from_utf8(body.to_vec()).unwrap(),
        status,
    });
    StatusCode::from_u16(status).unwrap()
}
