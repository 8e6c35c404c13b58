//! A decision: where a request goes, and how.

use crate::{KGW_STR_INIT, kgw_header, kgw_str};

pub const KGW_FORWARD: i32 = 0;
pub const KGW_REDIRECT: i32 = 1;
pub const KGW_RESPOND: i32 = 2;
pub const KGW_NO_ROUTE: i32 = 3;
pub const KGW_VERDICT_ERROR: i32 = 4;
pub const KGW_REJECT: i32 = 5;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_header_edits {
    pub remove: *const kgw_str,
    pub remove_count: usize,
    pub set: *const kgw_header,
    pub set_count: usize,
    pub add: *const kgw_header,
    pub add_count: usize,
}

pub const KGW_HEADER_EDITS_INIT: kgw_header_edits = kgw_header_edits {
    remove: core::ptr::null(),
    remove_count: 0,
    set: core::ptr::null(),
    set_count: 0,
    add: core::ptr::null(),
    add_count: 0,
};

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_route_ref {
    pub kind: kgw_str,
    pub namespace_: kgw_str,
    pub name: kgw_str,
    pub rule_name: kgw_str,
    pub rule: u32,
    pub match_: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_backend_ref {
    pub group: kgw_str,
    pub kind: kgw_str,
    pub namespace_: kgw_str,
    pub name: kgw_str,
    pub function: kgw_str,
    pub index: u32,
    pub port: u32,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_endpoint {
    pub address: kgw_str,
    pub hostname: kgw_str,
    pub port: u64,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_ticket {
    pub opaque: [u64; 8],
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_mirror {
    pub backend: kgw_backend_ref,
    pub endpoint: kgw_endpoint,
    pub authority: kgw_str,
    pub ticket: kgw_ticket,
}

pub const KGW_CHANGED_METHOD: u32 = 1;
pub const KGW_CHANGED_SCHEME: u32 = 2;
pub const KGW_CHANGED_AUTHORITY: u32 = 4;
pub const KGW_CHANGED_PATH: u32 = 8;

pub const KGW_TRANSPORT_UNSET: i32 = 0;
pub const KGW_TRANSPORT_HTTP1: i32 = 1;
pub const KGW_TRANSPORT_HTTP2: i32 = 2;

pub const KGW_UNSET: i64 = -1;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_decision {
    pub size: usize,
    pub verdict: i32,
    pub changed: u32,
    pub gateway: kgw_str,
    pub listener: kgw_str,
    pub route: kgw_route_ref,
    pub backend: kgw_backend_ref,
    pub cluster: kgw_str,
    pub endpoint: kgw_endpoint,
    pub request: kgw_decision_request,
    pub response: kgw_decision_response,
    pub mirrors: *const kgw_mirror,
    pub mirror_count: usize,
    pub timeouts: kgw_decision_timeouts,
    pub retry: kgw_decision_retry,
    pub transport: kgw_decision_transport,
    pub reason: kgw_str,
    pub generation: u64,
    pub ticket: kgw_ticket,
}

/// `kgw_decision.request`; in C this type has no name, nor have the next ones.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_decision_request {
    pub method: kgw_str,
    pub scheme: kgw_str,
    pub authority: kgw_str,
    pub path: kgw_str,
    pub edits: kgw_header_edits,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_decision_response {
    pub edits: kgw_header_edits,
    pub body: kgw_str,
    pub status: u64,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_decision_timeouts {
    pub request: i64,
    pub backend_request: i64,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_decision_retry {
    pub codes: *const u16,
    pub code_count: usize,
    pub backoff_ms: i64,
    pub attempts: u64,
}

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_decision_transport {
    pub sni: kgw_str,
    pub protocol: i32,
    pub tls: u16,
    pub verify: u16,
}

pub const KGW_DECISION_INIT: kgw_decision = kgw_decision {
    size: size_of::<kgw_decision>(),
    verdict: KGW_REJECT,
    changed: 0,
    gateway: KGW_STR_INIT,
    listener: KGW_STR_INIT,
    route: kgw_route_ref {
        kind: KGW_STR_INIT,
        namespace_: KGW_STR_INIT,
        name: KGW_STR_INIT,
        rule_name: KGW_STR_INIT,
        rule: 0,
        match_: 0,
    },
    backend: kgw_backend_ref {
        group: KGW_STR_INIT,
        kind: KGW_STR_INIT,
        namespace_: KGW_STR_INIT,
        name: KGW_STR_INIT,
        function: KGW_STR_INIT,
        index: 0,
        port: 0,
    },
    cluster: KGW_STR_INIT,
    endpoint: kgw_endpoint {
        address: KGW_STR_INIT,
        hostname: KGW_STR_INIT,
        port: 0,
    },
    request: kgw_decision_request {
        method: KGW_STR_INIT,
        scheme: KGW_STR_INIT,
        authority: KGW_STR_INIT,
        path: KGW_STR_INIT,
        edits: KGW_HEADER_EDITS_INIT,
    },
    response: kgw_decision_response {
        edits: KGW_HEADER_EDITS_INIT,
        body: KGW_STR_INIT,
        status: 0,
    },
    mirrors: core::ptr::null(),
    mirror_count: 0,
    timeouts: kgw_decision_timeouts {
        request: KGW_UNSET,
        backend_request: KGW_UNSET,
    },
    retry: kgw_decision_retry {
        codes: core::ptr::null(),
        code_count: 0,
        backoff_ms: KGW_UNSET,
        attempts: 0,
    },
    transport: kgw_decision_transport {
        sni: KGW_STR_INIT,
        protocol: KGW_TRANSPORT_UNSET,
        tls: 0,
        verify: 0,
    },
    reason: KGW_STR_INIT,
    generation: 0,
    ticket: kgw_ticket { opaque: [0; 8] },
};
