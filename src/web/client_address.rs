//! Which address a request comes from. Only proxies that the operator trusts are believed when they name another one.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;

use super::Site;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// What proxies add to a request that they pass on.
const PASSED_ON: [HeaderName; 4] = [
    FORWARDED_FOR,
    HeaderName::from_static("forwarded"),
    HeaderName::from_static("x-real-ip"),
    HeaderName::from_static("via"),
];

/// The other end of a connection, put into its requests by the server.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// The client's address, for limits: the connection's other end, or whom a trusted proxy names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

impl FromRequestParts<Site> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        Ok(Self(client(peer(parts), &parts.headers, site.trusted_proxies())))
    }
}

/// The client's address where it is certain, for permissions: none when a proxy that is not trusted stands in between,
/// which would make everybody look like the machine it runs on.
#[derive(Debug, Clone, Copy)]
pub struct CertainAddress(pub Option<ClientAddress>);

impl FromRequestParts<Site> for CertainAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let (peer, trusted) = (peer(parts), site.trusted_proxies());
        let certain =
            is_trusted(peer, trusted) || !PASSED_ON.iter().any(|name| parts.headers.contains_key(name));
        Ok(Self(certain.then(|| ClientAddress(client(peer, &parts.headers, trusted)))))
    }
}

/// A request without a connection is a test's, from this machine.
fn peer(parts: &Parts) -> IpAddr {
    parts.extensions.get().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |Peer(address)| address.to_canonical())
}

fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    trusted.iter().any(|network| network.contains(&address))
}

/// Every proxy adds at the right whom it heard from, so from the right on a name is believed as long as a trusted proxy
/// wrote it. What stands further left, a client can have made up.
fn client(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let mut client = peer;
    let lists = headers.get_all(FORWARDED_FOR).iter().rev();
    let mut named = lists.flat_map(|list| list.to_str().unwrap_or_default().rsplit(','));
    while is_trusted(client, trusted) {
        // the proxy names nobody, or nobody that has an address: it answers for the request itself
        let Some(address) = named.next().and_then(parse) else { break };
        client = address;
    }
    client
}

/// An address as proxies write it: some add the port, and IPv6 may stand in brackets.
fn parse(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    let bare = entry.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(entry);
    let address = bare.parse().ok().or_else(|| entry.parse().ok().map(|socket: SocketAddr| socket.ip()))?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded_for: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for list in forwarded_for {
            headers.append(FORWARDED_FOR, list.parse().expect("a header value"));
        }
        let trusted: Vec<IpNet> = trusted.iter().map(|network| network.parse().expect("a network")).collect();
        client(peer.parse().expect("an address"), &headers, &trusted).to_string()
    }

    const PROXY: &str = "10.0.0.2";
    const TRUSTED: &[&str] = &["10.0.0.0/8", "fd00::/8"];

    #[test]
    fn nobody_is_believed_unless_trusted() {
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], &[]), "203.0.113.9");
        assert_eq!(seen("203.0.113.9", &["198.51.100.1"], TRUSTED), "203.0.113.9");
    }

    #[test]
    fn a_trusted_proxy_names_the_client() {
        assert_eq!(seen(PROXY, &["198.51.100.1"], TRUSTED), "198.51.100.1");
        assert_eq!(seen("fd00::2", &["2001:db8::7"], TRUSTED), "2001:db8::7");
    }

    #[test]
    fn what_the_client_made_up_stands_left_of_what_the_proxy_saw() {
        assert_eq!(seen(PROXY, &["127.0.0.1, 10.0.0.9, 198.51.100.1"], TRUSTED), "198.51.100.1");
        assert_eq!(seen(PROXY, &["127.0.0.1", "198.51.100.1"], TRUSTED), "198.51.100.1");
    }

    #[test]
    fn a_chain_of_trusted_proxies_is_followed() {
        assert_eq!(seen(PROXY, &["1.1.1.1, 198.51.100.1, 10.3.0.1", "10.2.0.1"], TRUSTED), "198.51.100.1");
    }

    #[test]
    fn the_nearest_known_address_counts_when_the_next_is_none() {
        assert_eq!(seen(PROXY, &[], TRUSTED), PROXY);
        for nonsense in ["unknown", "", "198.51.100.1, _hidden", "198.51.100.1,", "é"] {
            assert_eq!(seen(PROXY, &[nonsense], TRUSTED), PROXY, "{nonsense}");
        }
        assert_eq!(seen(PROXY, &["198.51.100.1, unknown, 10.3.0.1"], TRUSTED), "10.3.0.1");
        assert_eq!(seen(PROXY, &["10.4.0.1, 10.3.0.1"], TRUSTED), "10.4.0.1", "all of them are proxies");
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (written, address) in [
            ("198.51.100.1:4711", "198.51.100.1"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("::ffff:198.51.100.1", "198.51.100.1"),
        ] {
            assert_eq!(seen(PROXY, &[written], TRUSTED), address);
        }
    }
}
