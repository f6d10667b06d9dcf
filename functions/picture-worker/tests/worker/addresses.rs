//! Addresses that aren't public.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use picture_worker::fetch::{Fetcher, Refusal, is_public};

use super::world::refused;

/// The first and the last address of every block of IPv4 that isn't public.
const IPV4: [[&str; 2]; 20] = [
    ["0.0.0.0", "0.255.255.255"],
    ["10.0.0.0", "10.255.255.255"],
    ["100.64.0.0", "100.127.255.255"],
    ["127.0.0.0", "127.255.255.255"],
    ["169.254.0.0", "169.254.255.255"],
    ["169.254.169.254", "169.254.170.2"],
    ["172.16.0.0", "172.31.255.255"],
    ["192.0.0.0", "192.0.0.255"],
    ["192.0.2.0", "192.0.2.255"],
    ["192.31.196.0", "192.31.196.255"],
    ["192.52.193.0", "192.52.193.255"],
    ["192.88.99.0", "192.88.99.255"],
    ["192.168.0.0", "192.168.255.255"],
    ["192.175.48.0", "192.175.48.255"],
    ["198.18.0.0", "198.19.255.255"],
    ["198.51.100.0", "198.51.100.255"],
    ["203.0.113.0", "203.0.113.255"],
    ["224.0.0.0", "239.255.255.255"],
    ["240.0.0.0", "255.255.255.254"],
    ["255.255.255.255", "255.255.255.255"],
];

/// The same of IPv6, from `::` to multicast.
const IPV6: [[&str; 2]; 25] = [
    ["::", "::1"],
    // IPv4-compatible and IPv4-mapped, of public addresses as well
    ["::127.0.0.1", "::8.8.8.8"],
    ["::ffff:0.0.0.0", "::ffff:255.255.255.255"],
    ["::ffff:127.0.0.1", "::ffff:8.8.8.8"],
    ["::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8"],
    ["64:ff9b::169.254.169.254", "64:ff9b::ffff:ffff"],
    ["64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"],
    ["100::", "100::ffff:ffff:ffff:ffff"],
    ["100:0:0:1::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff"],
    ["2001:10::", "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001:20::", "2001:2f:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001:30::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff"],
    ["3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["4000::", "5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["fd00:ec2::254", "fd00:ec2::23"],
    ["fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["fec0::", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
    ["ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"],
];

/// Public ones, most of them next to a block that isn't.
const PUBLIC: [&str; 45] = [
    "1.0.0.0",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "142.250.185.97",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.31.195.255",
    "192.31.197.0",
    "192.52.192.255",
    "192.52.194.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "192.175.47.255",
    "192.175.49.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.114.0",
    "203.0.112.255",
    "223.255.255.255",
    "2000::",
    "2001:200::1",
    "2001:4860:4860::8888",
    "2001:db7:ffff::1",
    "2001:db9::",
    "2003::",
    "2606:4700:4700::1111",
    "2620:4f:7fff::",
    "2620:4f:8001::",
    "2a00:1450:4001:80b::2001",
    "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "3fff:1000::",
];

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

/// Both ends of every block and what lies in its middle.
fn not_public() -> Vec<IpAddr> {
    let ipv4 = IPV4.into_iter().flat_map(|ends| {
        let [first, last] = ends.map(|end| end.parse::<Ipv4Addr>().unwrap().to_bits());
        [first, first + (last - first) / 2, last].map(|bits| Ipv4Addr::from_bits(bits).into())
    });
    let ipv6 = IPV6.into_iter().flatten().map(|end| end.parse::<Ipv6Addr>().unwrap().into());
    ipv4.chain(ipv6).collect()
}

#[test]
fn an_address_of_a_special_block_is_not_public() {
    let wrong: Vec<_> = not_public().into_iter().filter(|ip| is_public(*ip)).collect();
    assert_eq!(wrong, Vec::<IpAddr>::new());
}

#[test]
fn an_address_of_the_internet_is_public() {
    let wrong: Vec<_> = PUBLIC.into_iter().filter(|ip| !is_public(address(ip))).collect();
    assert_eq!(wrong, Vec::<&str>::new());
}

#[tokio::test]
async fn a_url_with_an_address_that_is_not_public_is_refused_as_built() {
    let fetcher = Fetcher::new();
    for ip in not_public() {
        let url = match ip {
            IpAddr::V4(ip) => format!("https://{ip}/latest/meta-data/"),
            IpAddr::V6(ip) => format!("https://[{ip}]/latest/meta-data/"),
        };
        assert_eq!(refused(fetcher.fetch(&url).await), Refusal::Address(ip), "{url}");
    }
}
