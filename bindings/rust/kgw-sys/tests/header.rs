//! The declarations by hand are those that bindgen makes of kgw/c.h, and lie in memory as it says.

#[allow(warnings, clippy::all, clippy::undocumented_unsafe_blocks)]
#[path = "bindgen/header.rs"]
mod bindgen;
#[path = "support/declarations.rs"]
mod declarations;

use declarations::{Declarations, parse};
use std::collections::BTreeMap;
use std::mem::{align_of, offset_of, size_of};

const BY_HAND: &[&str] = &[
    include_str!("../src/basics.rs"),
    include_str!("../src/options.rs"),
    include_str!("../src/engine.rs"),
    include_str!("../src/request.rs"),
    include_str!("../src/decision.rs"),
    include_str!("../src/reader.rs"),
];

/// The structs inside kgw_decision, in their order: C has no names for them.
const NAMELESS: &[&str] = &["request", "response", "timeouts", "retry", "transport"];

fn by_hand() -> Declarations {
    parse(&BY_HAND.concat())
}

fn by_bindgen() -> Declarations {
    let mut text = include_str!("bindgen/header.rs").to_string();
    for (i, name) in NAMELESS.iter().enumerate() {
        let theirs = format!("kgw_decision__bindgen_ty_{}", i + 1);
        text = text.replace(&theirs, &format!("kgw_decision_{name}"));
    }
    parse(&text)
}

fn assert_same(ours: &BTreeMap<String, String>, theirs: &BTreeMap<String, String>, least: usize) {
    assert!(theirs.len() >= least, "bindgen found only {}", theirs.len());
    for (name, declared) in theirs {
        assert_eq!(
            ours.get(name),
            Some(declared),
            "{name}: by hand, and by bindgen"
        );
    }
    for name in ours.keys() {
        assert!(theirs.contains_key(name), "{name} is not in the header");
    }
}

#[test]
fn functions_are_the_same() {
    assert_same(&by_hand().functions, &by_bindgen().functions, 48);
}

#[test]
fn structs_are_the_same() {
    assert_same(&by_hand().structs, &by_bindgen().structs, 23);
}

#[test]
fn opaque_types_and_callbacks_are_the_same() {
    assert_eq!(by_hand().opaque, by_bindgen().opaque);
    let mut theirs = by_bindgen().types;
    theirs.retain(|name, _| !name.starts_with("_bindgen"));
    assert_same(&by_hand().types, &theirs, 1);
}

#[test]
fn numbers_are_the_same() {
    let mut ours = by_hand().numbers;
    assert_eq!(ours.remove("KGW_UNSET").as_deref(), Some("-1")); // a cast: bindgen does not see it
    assert_same(&ours, &by_bindgen().numbers, 42);
}

macro_rules! assert_layout {
    ($($name:ident = $theirs:ident { $($field:ident)* })*) => {$(
        assert_eq!(size_of::<kgw_sys::$name>(), size_of::<bindgen::$theirs>(), stringify!($name));
        assert_eq!(align_of::<kgw_sys::$name>(), align_of::<bindgen::$theirs>(), stringify!($name));
        $(assert_eq!(
            offset_of!(kgw_sys::$name, $field),
            offset_of!(bindgen::$theirs, $field),
            stringify!($name.$field)
        );)*
    )*};
}

#[test]
fn sizes_and_offsets_are_the_same() {
    assert_layout! {
        kgw_str = kgw_str { data len }
        kgw_diagnostic = kgw_diagnostic { size severity line column reserved file kind namespace_ name
            field code message suggestion }
        kgw_log_callback = kgw_log_callback { size ctx log }
        kgw_upstream_endpoint = kgw_upstream_endpoint { size address hostname port weight tls verify sni }
        kgw_upstream_type = kgw_upstream_type { size ctx field resolve free }
        kgw_source = kgw_source { name bytes format reserved }
        kgw_stats = kgw_stats { size generation snapshots retired_bytes readers readers_behind
            oldest_generation longest_behind_s longest_behind_reader }
        kgw_object = kgw_object { size kind namespace_ name file line reserved json }
        kgw_header = kgw_header { name value }
        kgw_request = kgw_request { size method scheme authority path headers header_count lookup
            lookup_ctx sni peer local client_namespace gateway protocol port peek reserved random now_ns }
        kgw_header_edits = kgw_header_edits { remove remove_count set set_count add add_count }
        kgw_route_ref = kgw_route_ref { kind namespace_ name rule_name rule match_ }
        kgw_backend_ref = kgw_backend_ref { group kind namespace_ name function index port }
        kgw_endpoint = kgw_endpoint { address hostname port }
        kgw_ticket = kgw_ticket { opaque }
        kgw_mirror = kgw_mirror { backend endpoint authority ticket }
        kgw_decision = kgw_decision { size verdict changed gateway listener route backend cluster
            endpoint request response mirrors mirror_count timeouts retry transport reason generation
            ticket }
        kgw_decision_request = kgw_decision__bindgen_ty_1 { method scheme authority path edits }
        kgw_decision_response = kgw_decision__bindgen_ty_2 { edits body status }
        kgw_decision_timeouts = kgw_decision__bindgen_ty_3 { request backend_request }
        kgw_decision_retry = kgw_decision__bindgen_ty_4 { codes code_count backoff_ms attempts }
        kgw_decision_transport = kgw_decision__bindgen_ty_5 { sni protocol tls verify }
        kgw_outcome = kgw_outcome { size result status latency_ns now_ns }
    }
}
