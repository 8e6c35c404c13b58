//! Edits of a message's headers.

use std::fmt;

use kgw_sys as sys;

use crate::{Text, raw};

/// Edits of a message's headers: remove, then set, then add.
///
/// With the feature `http`, [`apply`](Self::apply) does them to a `HeaderMap`.
///
/// ```
/// # fn main() -> Result<(), kgw::Error> {
/// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
/// # let mut reader = engine.reader()?;
/// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
/// for name in decision.request().edits.remove() {
///     assert_eq!(name, "x-debug");
/// }
/// for (name, value) in decision.request().edits.set() {
///     assert_eq!((name, value), ("x-edge".into(), "kgw".into()));
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy)]
pub struct HeaderEdits<'a>(&'a sys::kgw_header_edits);

// SAFETY: nobody writes what it points to as long as the decision it comes from is borrowed.
unsafe impl Send for HeaderEdits<'_> {}
// SAFETY: as above.
unsafe impl Sync for HeaderEdits<'_> {}

impl<'a> HeaderEdits<'a> {
    /// # Safety
    /// All that `raw` points to lives for `'a`.
    pub(crate) unsafe fn of(raw: &'a sys::kgw_header_edits) -> HeaderEdits<'a> {
        HeaderEdits(raw)
    }

    /// Whether there is nothing to do.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/"))?;
    /// assert!(decision.request().edits.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn is_empty(&self) -> bool {
        self.0.remove_count == 0 && self.0.set_count == 0 && self.0.add_count == 0
    }

    /// The names whose lines are removed. Compare them without regard to case.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
    /// let mut names = decision.request().edits.remove();
    /// assert_eq!(names.next().unwrap(), "x-debug");
    /// # Ok(())
    /// # }
    /// ```
    pub fn remove(&self) -> impl ExactSizeIterator<Item = &'a Text> + use<'a> {
        // SAFETY: `of` was promised that it lives for 'a.
        let names = unsafe { raw::list(self.0.remove, self.0.remove_count) };
        // SAFETY: as above.
        names.iter().map(|name| unsafe { raw::text(*name) })
    }

    /// Names and values; each replaces all lines of that name.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let decision = reader.route(&kgw::Request::new("GET", "shop.example", "/api/x"))?;
    /// let (name, value) = decision.request().edits.set().next().unwrap();
    /// assert_eq!(format!("{name}: {value}"), "x-edge: kgw");
    /// # Ok(())
    /// # }
    /// ```
    pub fn set(&self) -> impl ExactSizeIterator<Item = (&'a Text, &'a Text)> + use<'a> {
        // SAFETY: `of` was promised that it lives for 'a.
        pairs(unsafe { raw::list(self.0.set, self.0.set_count) })
    }

    /// Names and values; each is one line more.
    ///
    /// ```
    /// # fn main() -> Result<(), kgw::Error> {
    /// # let engine = kgw::Engine::from_paths(["examples/shop.yaml"])?;
    /// # let mut reader = engine.reader()?;
    /// let lines = [kgw::Header::new("x-tenant", "blue")];
    /// let request = kgw::Request::new("GET", "shop.example", "/").headers(&lines);
    /// let decision = reader.route(&request)?;
    /// let (name, value) = decision.response().edits.add().next().unwrap();
    /// assert_eq!(format!("{name}: {value}"), "x-color: blue");
    /// # Ok(())
    /// # }
    /// ```
    pub fn add(&self) -> impl ExactSizeIterator<Item = (&'a Text, &'a Text)> + use<'a> {
        // SAFETY: `of` was promised that it lives for 'a.
        pairs(unsafe { raw::list(self.0.add, self.0.add_count) })
    }
}

fn pairs<'a>(
    lines: &'a [sys::kgw_header],
) -> impl ExactSizeIterator<Item = (&'a Text, &'a Text)> + use<'a> {
    // SAFETY: they come from edits, whose texts live as long as their lists.
    lines
        .iter()
        .map(|line| unsafe { (raw::text(line.name), raw::text(line.value)) })
}

impl fmt::Debug for HeaderEdits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeaderEdits")
            .field("remove", &self.remove().collect::<Vec<_>>())
            .field("set", &self.set().collect::<Vec<_>>())
            .field("add", &self.add().collect::<Vec<_>>())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_read_where_they_are() {
        let line = |name, value| sys::kgw_header {
            name: raw::borrow(name),
            value: raw::borrow(value),
        };
        let (names, lines) = ([raw::borrow(b"x-old")], [line(b"a", b"1"), line(b"b", b"")]);
        let mut all = sys::KGW_HEADER_EDITS_INIT;
        // SAFETY: it is empty.
        assert!(unsafe { HeaderEdits::of(&all) }.is_empty());
        (all.remove, all.remove_count) = (names.as_ptr(), 1);
        (all.add, all.add_count) = (lines.as_ptr(), 2);
        // SAFETY: the lists are still there.
        let edits = unsafe { HeaderEdits::of(&all) };
        assert!(!edits.is_empty());
        assert_eq!(edits.remove().collect::<Vec<_>>(), ["x-old"].map(Text::new));
        assert_eq!(edits.set().len(), 0);
        assert_eq!(edits.add().last(), Some((Text::new("b"), Text::new(""))));
        assert!(format!("{edits:?}").contains("remove: [\"x-old\"]"));
    }
}
