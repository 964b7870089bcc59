//! How often somebody may try to sign in, sign up or set the site up: by name and by address.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::client_address::ClientAddress;
use super::error::Error;
use crate::accounts::PersonName;
use crate::clock::Clock;

/// Enough for somebody who tries all their passwords; then one in this time.
const NAME_BURST: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const NAME_EVERY: Duration = Duration::from_secs(60);
/// Enough for a group behind one address; then one in this time.
const ADDRESS_BURST: NonZeroU32 = NonZeroU32::new(30).expect("not zero");
const ADDRESS_EVERY: Duration = Duration::from_secs(20);

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, SiteClock, NoOpMiddleware<Nanos>>;

/// What was tried lately.
pub struct Attempts {
    by_address: Limiter<IpAddr>,
    by_name: Limiter<String>,
}

impl Attempts {
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        Self {
            by_address: limiter(ADDRESS_BURST, ADDRESS_EVERY, clock),
            by_name: limiter(NAME_BURST, NAME_EVERY, clock),
        }
    }

    /// Counts an attempt from an address on a name.
    ///
    /// # Errors
    ///
    /// When there were too many, with the time to wait.
    pub fn count(&self, ClientAddress(address): &ClientAddress, name: &str) -> Result<(), Error> {
        // the address first: it bounds how many names can be in memory
        check(&self.by_address, &network(*address))?;
        self.count_name(name)
    }

    /// Counts an attempt of somebody who is signed in: to tell their password once more.
    ///
    /// # Errors
    ///
    /// As [`Self::count`].
    pub fn count_name(&self, name: &str) -> Result<(), Error> {
        match name.parse::<PersonName>() {
            Ok(name) => check(&self.by_name, &name.key()),
            // nobody is called that
            Err(_) => Ok(()),
        }
    }

    /// Forgets what no longer matters.
    pub fn tidy(&self) {
        self.by_address.retain_recent();
        self.by_name.retain_recent();
    }
}

fn limiter<K: Hash + Eq + Clone>(burst: NonZeroU32, every: Duration, clock: &Clock) -> Limiter<K> {
    let quota = Quota::with_period(every).expect("not zero").allow_burst(burst);
    RateLimiter::new(quota, HashMapStateStore::default(), SiteClock(clock.clone()))
}

fn check<K: Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K) -> Result<(), Error> {
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(limiter.clock().now());
        Error::TooManyAttempts { wait_s: wait.as_secs().max(1) }
    })
}

/// Whoever has one IPv6 address has the 2⁶⁴ beside it, too.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// The site's clock as governor asks it, so that a story can let time pass.
#[derive(Debug, Clone)]
struct SiteClock(Clock);

impl governor::clock::Clock for SiteClock {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        Nanos::new(u64::try_from(self.0.now().as_nanosecond()).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_ipv6_network_count_as_one() {
        let same = |a: &str, b: &str| network(a.parse().unwrap()) == network(b.parse().unwrap());
        assert!(same("2001:db8::1", "2001:db8::ffff:1"));
        assert!(!same("2001:db8::1", "2001:db8:0:1::1"));
        assert!(same("::ffff:192.0.2.1", "192.0.2.1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
    }
}
