//! Asking a site on this machine whether it can answer: for containers and whatever else watches a process, without a
//! program such as `curl`.

use std::io::{self, Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::time::Duration;

/// Less than those who ask usually wait.
const LONGEST_WAIT: Duration = Duration::from_secs(3);

/// Why a site is not well.
#[derive(Debug, thiserror::Error)]
pub enum Unwell {
    #[error("no site answers at {0} ({1}): start it, or say with --bind where it listens")]
    Silent(SocketAddr, io::Error),
    #[error("the site at {0} is not ready (it answered {1:?}): its log says why")]
    NotReady(SocketAddr, String),
}

/// Asks the site that listens on `bind` for `/readyz`.
///
/// # Errors
///
/// When nothing answers there in time, or it answers that it is not ready.
pub fn ask(bind: SocketAddr) -> Result<(), Unwell> {
    let mut address = bind;
    // "all interfaces" is an address to listen on, not one to ask
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    let status = first_line(address).map_err(|error| Unwell::Silent(address, error))?;
    if status.starts_with("HTTP/1.1 200 ") { Ok(()) } else { Err(Unwell::NotReady(address, status)) }
}

fn first_line(address: SocketAddr) -> io::Result<String> {
    const LONGEST: u64 = 200;
    let mut stream = TcpStream::connect_timeout(&address, LONGEST_WAIT)?;
    stream.set_read_timeout(Some(LONGEST_WAIT))?;
    stream.set_write_timeout(Some(LONGEST_WAIT))?;
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(LONGEST).read_to_end(&mut answer)?;
    let answer = String::from_utf8_lossy(&answer);
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}
