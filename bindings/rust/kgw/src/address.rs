//! Addresses as the library takes them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The 4 or 16 bytes of an IP address, for [`Request::peer`](crate::Request::peer).
///
/// ```
/// let address = kgw::Address::from("192.0.2.7:1234".parse::<std::net::SocketAddr>().unwrap());
/// assert_eq!(address.as_bytes(), [192, 0, 2, 7]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address {
    bytes: [u8; 16],
    len: u8,
}

impl Address {
    /// In network order.
    ///
    /// ```
    /// assert_eq!(kgw::Address::from([192, 0, 2, 7]).as_bytes(), [192, 0, 2, 7]);
    /// assert_eq!(kgw::Address::from(std::net::IpAddr::from([0u16; 8])).as_bytes().len(), 16);
    /// ```
    #[inline]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl From<IpAddr> for Address {
    fn from(address: IpAddr) -> Address {
        match address {
            IpAddr::V4(address) => address.octets().into(),
            IpAddr::V6(address) => Address {
                bytes: address.octets(),
                len: 16,
            },
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Address {
        address.ip().into()
    }
}

impl From<[u8; 4]> for Address {
    fn from(octets: [u8; 4]) -> Address {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&octets);
        Address { bytes, len: 4 }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_bytes() {
            &[a, b, c, d] => Ipv4Addr::new(a, b, c, d).fmt(f),
            _ => Ipv6Addr::from(self.bytes).fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_their_bytes() {
        let four: IpAddr = Ipv4Addr::LOCALHOST.into();
        let six: IpAddr = Ipv6Addr::LOCALHOST.into();
        assert_eq!(Address::from(four).as_bytes(), [127, 0, 0, 1]);
        assert_eq!(Address::from(six).as_bytes().len(), 16);
        assert_eq!(
            format!("{:?} {:?}", Address::from(four), Address::from(six)),
            "127.0.0.1 ::1"
        );
    }
}
