//! How often somebody may try to sign in, sign up or set the site up, and how much somebody without an account may write.

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

/// So much at once, then one in this time.
struct Allowance {
    burst: NonZeroU32,
    every: Duration,
}

impl Allowance {
    const fn new(burst: u32, every: Duration) -> Self {
        Self { burst: NonZeroU32::new(burst).expect("not zero"), every }
    }
}

/// For one name from one network: somebody who tries all their passwords.
const NAME_HERE: Allowance = Allowance::new(10, Duration::from_secs(60));
/// For one name from everywhere. It slows down who guesses from many networks, and is too much for one stranger to use
/// up: so nobody keeps a member from signing in.
const NAME_ANYWHERE: Allowance = Allowance::new(300, Duration::from_secs(20));
/// For one network: a group behind one address.
const NETWORK: Allowance = Allowance::new(30, Duration::from_secs(20));
/// For a member who tells their password once more.
const CONFIRMATION: Allowance = Allowance::new(10, Duration::from_secs(60));
/// New guests from one network: a class that starts together.
const NEW_GUESTS: Allowance = Allowance::new(60, Duration::from_secs(30));
/// Forms from one network by people without an account: several of them who grade as fast as they can.
const GUEST_FORMS: Allowance = Allowance::new(600, Duration::from_millis(500));

const SIGNING_IN: &str = "There were too many attempts to sign in or sign up.";
const GUESTS: &str = "Too much came from your network by people without an account.";

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, SiteClock, NoOpMiddleware<Nanos>>;

/// What was tried lately.
pub struct Attempts {
    by_network: Limiter<IpAddr>,
    by_name_here: Limiter<(String, IpAddr)>,
    by_name: Limiter<String>,
    confirmations: Limiter<String>,
    new_guests: Limiter<IpAddr>,
    guest_forms: Limiter<IpAddr>,
}

impl Attempts {
    #[must_use]
    pub fn new(clock: &Clock) -> Self {
        Self {
            by_network: limiter(&NETWORK, clock),
            by_name_here: limiter(&NAME_HERE, clock),
            by_name: limiter(&NAME_ANYWHERE, clock),
            confirmations: limiter(&CONFIRMATION, clock),
            new_guests: limiter(&NEW_GUESTS, clock),
            guest_forms: limiter(&GUEST_FORMS, clock),
        }
    }

    /// Counts an attempt from an address on a name.
    ///
    /// # Errors
    ///
    /// When there were too many, with the time to wait; as in every function here.
    pub fn count(&self, ClientAddress(address): &ClientAddress, name: &str) -> Result<(), Error> {
        let network = network(*address);
        // the network first: it bounds how many names can be in memory
        check(&self.by_network, &network, SIGNING_IN)?;
        // nobody has a name that is none
        let Ok(name) = name.parse::<PersonName>() else { return Ok(()) };
        check(&self.by_name_here, &(name.key(), network), SIGNING_IN)?;
        check(&self.by_name, &name.key(), SIGNING_IN)
    }

    /// Counts an attempt of a member, who is signed in, to tell their password once more.
    pub fn count_confirmation(&self, name: &PersonName) -> Result<(), Error> {
        check(&self.confirmations, &name.key(), "There were too many wrong passwords.")
    }

    /// Counts somebody who becomes a guest.
    pub fn count_new_guest(&self, ClientAddress(address): &ClientAddress) -> Result<(), Error> {
        check(&self.new_guests, &network(*address), GUESTS)
    }

    /// Counts a form that somebody without an account sends.
    pub fn count_guest_form(&self, ClientAddress(address): &ClientAddress) -> Result<(), Error> {
        check(&self.guest_forms, &network(*address), GUESTS)
    }

    /// Forgets what no longer matters.
    pub fn tidy(&self) {
        self.by_network.retain_recent();
        self.by_name_here.retain_recent();
        self.by_name.retain_recent();
        self.confirmations.retain_recent();
        self.new_guests.retain_recent();
        self.guest_forms.retain_recent();
    }
}

fn limiter<K: Hash + Eq + Clone>(Allowance { burst, every }: &Allowance, clock: &Clock) -> Limiter<K> {
    let quota = Quota::with_period(*every).expect("not zero").allow_burst(*burst);
    RateLimiter::new(quota, HashMapStateStore::default(), SiteClock(clock.clone()))
}

fn check<K: Hash + Eq + Clone>(limiter: &Limiter<K>, key: &K, what: &'static str) -> Result<(), Error> {
    limiter.check_key(key).map_err(|until| {
        let wait = until.wait_time_from(limiter.clock().now());
        Error::TooMany { what, wait_s: wait.as_secs().max(1) }
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
