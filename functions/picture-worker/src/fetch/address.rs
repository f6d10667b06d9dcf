//! Which addresses are public.
//!
//! The tables follow the IANA special-purpose address registries (RFC 6890,
//! <https://www.iana.org/assignments/iana-ipv4-special-registry> and
//! `iana-ipv6-special-registry`). Blocks that those mark as globally reachable
//! are refused as well: relays, translators and sinks, behind none of which is
//! anybody's picture, and behind some a private address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What isn't public in IPv4: a network and the length of its prefix.
const IPV4: [(Ipv4Addr, u32); 18] = [
    // This network (RFC 791, section 3.2): Linux takes 0.0.0.0 for itself.
    (Ipv4Addr::UNSPECIFIED, 8),
    // Private use (RFC 1918)
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared with carriers (RFC 6598)
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // Loopback (RFC 1122, section 3.2.1.3)
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Link-local (RFC 3927): 169.254.169.254 hands out the instance's credentials.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // Private use (RFC 1918)
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    // IETF protocol assignments (RFC 6890, section 2.1)
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // Documentation (RFC 5737)
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    // AS112 (RFC 7535): the nearest sink for reverse look-ups, often the network's own
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    // Multicast relays (RFC 7450)
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    // Relays of 6to4 (RFC 7526)
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    // Private use (RFC 1918)
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // AS112 (RFC 7534)
    (Ipv4Addr::new(192, 175, 48, 0), 24),
    // Benchmarking (RFC 2544)
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Documentation (RFC 5737)
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast (RFC 5771)
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved (RFC 1112, section 4), with limited broadcast at its end (RFC 919)
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// Global unicast (RFC 4291, section 2.4), the only block of IPv6 that is given
/// out: <https://www.iana.org/assignments/ipv6-unicast-address-assignments>.
// Outside lie ::, ::1, IPv4-mapped and -compatible addresses, NAT64 (64:ff9b::/96,
// RFC 6052; 64:ff9b:1::/48, RFC 8215), discard (100::/64, RFC 6666), segment
// routing (5f00::/16, RFC 9602), unique-local (fc00::/7, RFC 4193, with the
// metadata service at fd00:ec2::254), link-local, site-local, multicast.
const GLOBAL: (Ipv6Addr, u32) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// What isn't public within [`GLOBAL`].
const IPV6: [(Ipv6Addr, u32); 5] = [
    // IETF protocol assignments (RFC 2928): Teredo (2001::/32, RFC 4380),
    // benchmarking, AMT, AS112, ORCHID (2001:10::/28 and 2001:20::/28), drones
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // Documentation (RFC 3849)
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4 (RFC 3056), which carries any IPv4 address
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    // AS112 (RFC 7534)
    (Ipv6Addr::new(0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0), 48),
    // Documentation (RFC 9637)
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Whether an address is one of the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let within = |(network, prefix): &(Ipv4Addr, u32)| {
                (address.to_bits() ^ network.to_bits()).leading_zeros() >= *prefix
            };
            !IPV4.iter().any(within)
        }
        IpAddr::V6(address) => {
            let within = |(network, prefix): &(Ipv6Addr, u32)| {
                (address.to_bits() ^ network.to_bits()).leading_zeros() >= *prefix
            };
            within(&GLOBAL) && !IPV6.iter().any(within)
        }
    }
}
