//! The path of a request: readers, outcomes, pins.

use crate::{kgw_decision, kgw_engine, kgw_error, kgw_request, kgw_text, kgw_ticket, opaque};

pub const KGW_COMPLETED: i32 = 0;
pub const KGW_CONNECT_FAILURE: i32 = 1;
pub const KGW_RESET: i32 = 2;
pub const KGW_TIMEOUT: i32 = 3;
pub const KGW_ABORTED: i32 = 4;

#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct kgw_outcome {
    pub size: usize,
    pub result: i32,
    pub status: u32,
    pub latency_ns: i64,
    pub now_ns: i64,
}

pub const KGW_OUTCOME_INIT: kgw_outcome = kgw_outcome {
    size: size_of::<kgw_outcome>(),
    result: 0,
    status: 0,
    latency_ns: 0,
    now_ns: 0,
};

opaque!(kgw_reader kgw_pin);

unsafe extern "C" {
    pub fn kgw_reader_new(engine: *mut kgw_engine, out: *mut *mut kgw_reader) -> *mut kgw_error;
    pub fn kgw_reader_free(reader: *mut kgw_reader);
    pub fn kgw_reader_route(
        reader: *mut kgw_reader,
        request: *const kgw_request,
        decision: *mut kgw_decision,
    ) -> i32;
    pub fn kgw_reader_route_many(
        reader: *mut kgw_reader,
        requests: *const kgw_request,
        request_size: usize,
        decisions: *mut kgw_decision,
        decision_size: usize,
        count: usize,
    ) -> i32;
    pub fn kgw_reader_retry(
        reader: *mut kgw_reader,
        request: *const kgw_request,
        ticket: *mut kgw_ticket,
        outcome: *const kgw_outcome,
        decision: *mut kgw_decision,
    ) -> i32;
    pub fn kgw_reader_rest(reader: *mut kgw_reader);
    pub fn kgw_ticket_done(
        engine: *mut kgw_engine,
        ticket: *mut kgw_ticket,
        outcome: *const kgw_outcome,
    ) -> i32;

    pub fn kgw_decision_pin(reader: *mut kgw_reader, out: *mut *mut kgw_pin) -> i32;
    pub fn kgw_pin_free(pin: *mut kgw_pin);
    pub fn kgw_decision_json(
        decision: *const kgw_decision,
        request: *const kgw_request,
        out: *mut *mut kgw_text,
    ) -> *mut kgw_error;
}
