//! How a try ended.

use std::time::Duration;

use kgw_sys as sys;

/// How one try ended, for [`Ticket::done`](crate::Ticket::done).
///
/// ```
/// use std::time::Duration;
/// let outcome = kgw::Outcome::completed(200).latency(Duration::from_millis(3));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Outcome(pub(crate) sys::kgw_outcome);

impl Outcome {
    #[inline]
    const fn of(result: i32) -> Outcome {
        Outcome(sys::kgw_outcome {
            result,
            ..sys::KGW_OUTCOME_INIT
        })
    }

    /// The endpoint answered with this status.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// decision.done(kgw::Outcome::completed(404)); // for the proxy, that is an answer
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub const fn completed(status: u16) -> Outcome {
        Outcome::of(sys::KGW_COMPLETED).status(status)
    }

    /// There was no connection: refused, unreachable, TLS failed, or it took too long.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/api/x");
    /// let decision = reader.route(&request)?;
    /// let next = decision.try_again(kgw::Outcome::connect_failure(), Some(&request))?;
    /// assert_eq!(next.cluster(), "api_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub const fn connect_failure() -> Outcome {
        Outcome::of(sys::KGW_CONNECT_FAILURE)
    }

    /// The connection broke before the answer was complete.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/api/x");
    /// let decision = reader.route(&request)?;
    /// let next = decision.try_again(kgw::Outcome::reset(), Some(&request))?;
    /// assert_eq!(next.cluster(), "api_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub const fn reset() -> Outcome {
        Outcome::of(sys::KGW_RESET)
    }

    /// There was no answer in time.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let request = kgw::Request::new("GET", "shop.example", "/api/x");
    /// let decision = reader.route(&request)?;
    /// let next = decision.try_again(kgw::Outcome::timeout(), Some(&request))?;
    /// assert_eq!(next.cluster(), "api_default");
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub const fn timeout() -> Outcome {
        Outcome::of(sys::KGW_TIMEOUT)
    }

    /// Our side gave up, which says nothing of the endpoint. What is dropped ends like this.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// decision.done(kgw::Outcome::aborted()); // the client hung up
    /// # Ok(())
    /// # }
    /// ```
    #[inline]
    pub const fn aborted() -> Outcome {
        Outcome::of(sys::KGW_ABORTED)
    }

    /// The status of the answer, as far as there was one.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// decision.done(kgw::Outcome::reset().status(200)); // it broke off after the headers
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub const fn status(mut self, status: u16) -> Outcome {
        self.0.status = status as u32;
        self
    }

    /// From sending the request to the first byte of the answer.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let start = std::time::Instant::now();
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// // ... send it, and wait for the first byte ...
    /// decision.done(kgw::Outcome::completed(200).latency(start.elapsed()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub fn latency(mut self, latency: Duration) -> Outcome {
        self.0.latency_ns = i64::try_from(latency.as_nanos()).unwrap_or(i64::MAX);
        self
    }

    /// When it ended, by the clock of [`Request::now_ns`](crate::Request::now_ns).
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// decision.done(kgw::Outcome::completed(200).now_ns(kgw::monotonic_ns()));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    #[inline]
    pub const fn now_ns(mut self, now_ns: i64) -> Outcome {
        self.0.now_ns = now_ns;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_says_what_it_is_told() {
        let raw = Outcome::reset()
            .status(502)
            .latency(Duration::from_micros(3))
            .now_ns(5)
            .0;
        assert_eq!((raw.result, raw.status), (sys::KGW_RESET, 502));
        assert_eq!((raw.latency_ns, raw.now_ns), (3000, 5));
        assert_eq!(
            Outcome::completed(200).latency(Duration::MAX).0.latency_ns,
            i64::MAX
        );
    }
}
