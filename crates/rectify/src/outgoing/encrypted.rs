//! A mail server spoken with in secret (RFC 3207, RFC 8314): encrypted from the first byte, or after STARTTLS.

use std::io::{self, Cursor};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Longest line of a reply in clear (RFC 5321, clause 4.5.3.1.5), and most lines.
const LINE: usize = 512;
const LINES: usize = 100;

/// The authorities this machine trusts.
pub(super) fn machine_roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    roots
}

/// Encrypts a fresh connection to `host`; `begun` in clear, the server is asked for it first, and nothing else is said.
///
/// # Errors
/// When the server will not, or cannot show that it is `host`.
pub(super) async fn over(
    mut plain: TcpStream,
    host: &str,
    begun: bool,
    roots: RootCertStore,
) -> io::Result<Encrypted> {
    let mut greeting: &'static [u8] = b"";
    if begun {
        expect(&mut plain, "220").await?;
        plain.write_all(b"EHLO [127.0.0.1]\r\n").await?;
        expect(&mut plain, "250").await?;
        plain.write_all(b"STARTTLS\r\n").await?;
        expect(&mut plain, "220").await?;
        // The server has greeted in clear and does not greet again; whoever reads on expects it.
        greeting = b"220 go on\r\n";
    }
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let stream = TlsConnector::from(Arc::new(config)).connect(name, plain).await?;
    Ok(Encrypted { greeting: Cursor::new(greeting), stream })
}

/// Reads one reply byte by byte, so that nothing sent before the encryption counts as said after it.
async fn expect(plain: &mut TcpStream, code: &str) -> io::Result<()> {
    for _ in 0..LINES {
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            if line.len() > LINE {
                return Err(io::Error::other("the reply has an endless line"));
            }
            line.push(plain.read_u8().await?);
        }
        let line = String::from_utf8_lossy(&line);
        if !line.starts_with(code) {
            return Err(io::Error::other(line.trim_end().to_owned()));
        }
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(());
        }
    }
    Err(io::Error::other("the reply has no end"))
}

/// An encrypted connection, before which a greeting may stand.
#[derive(Debug)]
pub(super) struct Encrypted {
    greeting: Cursor<&'static [u8]>,
    stream: TlsStream<TcpStream>,
}

impl AsyncTokioStream for Encrypted {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.stream.get_ref().0.peer_addr()
    }
}

impl AsyncRead for Encrypted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let n = io::Read::read(&mut self.greeting, buf.initialize_unfilled())?;
        if n > 0 {
            buf.advance(n);
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Encrypted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use lettre::transport::smtp::client::AsyncSmtpConnection;
    use lettre::transport::smtp::extension::ClientId;
    use tokio::net::TcpListener;
    use tokio_rustls::TlsAcceptor;
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::pki_types::pem::PemObject as _;
    use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

    use super::*;

    /// Of `localhost`, signed by itself; trusted by nobody else.
    const CERTIFICATE: &[u8] = include_bytes!("testing/cert.pem");
    const KEY: &[u8] = include_bytes!("testing/key.pem");

    fn roots() -> RootCertStore {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(CERTIFICATE).unwrap()).unwrap();
        roots
    }

    async fn line(stream: &mut (impl AsyncRead + Unpin)) -> String {
        let mut line = String::new();
        while !line.ends_with('\n') {
            line.push(char::from(stream.read_u8().await.unwrap_or(b'\n')));
        }
        line.trim_end().to_owned()
    }

    /// Takes one connection: greets, answers STARTTLS with `answer`, then greets again in secret. What it was told in clear.
    async fn server(listener: TcpListener, answer: &'static str) -> Vec<String> {
        let (mut plain, _) = listener.accept().await.unwrap();
        plain.write_all(b"220 witness\r\n").await.unwrap();
        let hello = line(&mut plain).await;
        plain.write_all(b"250-witness\r\n250 STARTTLS\r\n").await.unwrap();
        let asked = line(&mut plain).await;
        plain.write_all(answer.as_bytes()).await.unwrap();
        if answer.starts_with("220") {
            let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(
                    vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()],
                    PrivateKeyDer::from_pem_slice(KEY).unwrap(),
                )
                .unwrap();
            if let Ok(mut secret) = TlsAcceptor::from(Arc::new(config)).accept(plain).await {
                line(&mut secret).await;
                secret.write_all(b"250 witness in secret\r\n").await.unwrap();
                line(&mut secret).await;
            }
            return vec![hello, asked];
        }
        vec![hello, asked, line(&mut plain).await]
    }

    /// Whether a mail connection stands, and what was said in clear.
    async fn reached(answer: &'static str, roots: RootCertStore) -> (bool, Vec<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let plain = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let server = tokio::spawn(server(listener, answer));
        let stands = match over(plain, "localhost", true, roots).await {
            Ok(stream) => {
                let name = ClientId::default();
                AsyncSmtpConnection::connect_with_transport(Box::new(stream), &name).await.is_ok()
            }
            Err(_) => false,
        };
        (stands, server.await.unwrap())
    }

    #[tokio::test]
    async fn nothing_but_the_wish_for_encryption_is_said_in_clear() {
        let (stands, said) = reached("220 go on\r\n", roots()).await;
        assert!(stands);
        assert_eq!(said, ["EHLO [127.0.0.1]", "STARTTLS"]);
        let (stands, said) = reached("454 not now\r\n", roots()).await;
        assert!(!stands, "a server that will not encrypt is left");
        assert_eq!(said, ["EHLO [127.0.0.1]", "STARTTLS", ""]);
        let (stands, _) = reached("220 go on\r\n", RootCertStore::empty()).await;
        assert!(!stands, "a certificate that nobody vouches for is refused");
        // What somebody on the way slips in behind the answer does not count as said in secret.
        let (stands, _) = reached("220 go on\r\n250 slipped in\r\n", roots()).await;
        assert!(!stands);
    }
}
