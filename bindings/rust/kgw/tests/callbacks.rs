//! Callbacks, those that panic too.

mod support;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

use kgw::{
    Code, Engine, LogLevel, Options, Reporter, UpstreamEndpoint, UpstreamObject, UpstreamType,
};
use support::{Folder, active, get, reader, route, shop};

const CUSTOM: &str = "apiVersion: gloo.solo.io/v1\nkind: Upstream\nmetadata: {name: shop}\nspec:\n  \
                      registry: {service: web}\n---\n\
                      apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: edge}\n\
                      spec: {gatewayClassName: kgw, listeners: [{name: h, port: 80, protocol: HTTP}]}\n";

type Answer = Box<
    dyn Fn(&UpstreamObject<'_>, &mut Reporter<'_>) -> Option<Vec<UpstreamEndpoint>> + Send + Sync,
>;

struct Registry(Answer);

impl UpstreamType for Registry {
    fn field(&self) -> &str {
        "registry"
    }

    fn resolve(
        &self,
        upstream: &UpstreamObject<'_>,
        report: &mut Reporter<'_>,
    ) -> Option<Vec<UpstreamEndpoint>> {
        (self.0)(upstream, report)
    }
}

fn engine_with<F>(answer: F) -> Engine
where
    F: Fn(&UpstreamObject<'_>, &mut Reporter<'_>) -> Option<Vec<UpstreamEndpoint>>
        + Send
        + Sync
        + 'static,
{
    let options =
        Options::new().and_then(|options| options.upstream_type(Registry(Box::new(answer))));
    Engine::with_options(&options.expect("options")).expect("an engine")
}

fn configured(engine: &Engine) -> kgw::Report {
    engine
        .apply_text(
            "all",
            &format!("{CUSTOM}---\n{}", route("r", "shop.example")),
        )
        .expect("a report")
}

/// The status of a plain request, and the port it is sent to.
fn answer(engine: &Engine) -> (Option<u16>, Option<u16>) {
    let mut reader = reader(engine);
    let decision = reader.route(&get("/")).expect("a decision");
    (
        decision.response().status,
        decision.endpoint().map(|endpoint| endpoint.port),
    )
}

#[test]
fn an_upstream_type_names_endpoints() {
    let engine = engine_with(|upstream, _| {
        assert_eq!(
            (upstream.namespace.to_string(), upstream.name.to_string()),
            ("default".into(), "shop".into())
        );
        assert_eq!(upstream.json, "{\"service\":\"web\"}");
        Some(vec![UpstreamEndpoint::new("10.0.0.1", 7000)])
    });
    assert_eq!(configured(&engine).errors().count(), 0);
    assert_eq!(answer(&engine), (None, Some(7000)));
}

#[test]
fn nothing_there_is_500_and_no_endpoints_503() {
    let exists = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&exists);
    let engine = engine_with(move |_, _| asked.load(Ordering::Relaxed).then(Vec::new));
    configured(&engine);
    assert_eq!(answer(&engine), (Some(500), None));
    exists.store(true, Ordering::Relaxed);
    engine.refresh().expect("a report");
    assert_eq!(answer(&engine), (Some(503), None));
}

#[test]
fn what_a_type_reports_is_a_finding_with_its_place() {
    let engine = engine_with(|_, report| {
        report.warning("/service", "web is old");
        Some(vec![UpstreamEndpoint::new("10.0.0.1", 7000).weight(0)])
    });
    let report = configured(&engine);
    let found: Vec<_> = report
        .diagnostics
        .iter()
        .map(|found| found.message.as_str())
        .collect();
    assert!(
        found.iter().any(|message| message.contains("web is old")),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|message| message.contains("10.0.0.1:7000 is invalid")),
        "{found:?}"
    );
    let warning = report
        .diagnostics
        .iter()
        .find(|found| !found.is_error())
        .expect("a warning");
    assert_eq!(warning.field, "spec.registry.service");
}

#[test]
fn a_type_that_panics_is_a_finding_and_its_last_answer_serves_on() {
    let panics = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&panics);
    let engine = engine_with(move |_, _| {
        assert!(!asked.load(Ordering::Relaxed), "the registry is away");
        Some(vec![UpstreamEndpoint::new("10.0.0.1", 7000)])
    });
    configured(&engine);
    panics.store(true, Ordering::Relaxed);
    let report = engine.refresh().expect("a report");
    let messages: Vec<_> = report
        .errors()
        .map(|found| found.message.as_str())
        .collect();
    assert!(
        messages
            .iter()
            .any(|message| message.contains("the registry is away")),
        "{messages:?}"
    );
    assert_eq!(answer(&engine), (None, Some(7000)));
}

#[test]
fn a_control_call_from_inside_is_refused() {
    let engine: Arc<OnceLock<Engine>> = Arc::default();
    let inside = Arc::clone(&engine);
    let seen = Arc::new(Mutex::new(None));
    let see = Arc::clone(&seen);
    let made = engine_with(move |_, _| {
        if let Some(engine) = inside.get() {
            let error = engine.refresh().expect_err("it would wait for itself");
            *see.lock().expect("nobody panics with it") = Some(error.code());
        }
        Some(Vec::new())
    });
    configured(engine.get_or_init(|| made));
    engine
        .get()
        .expect("it was set")
        .refresh()
        .expect("a report");
    assert_eq!(
        *seen.lock().expect("nobody panics with it"),
        Some(Code::Reentrant)
    );
}

#[test]
fn an_engine_may_lose_its_last_owner_inside_of_its_own_callback() {
    let owner: Arc<Mutex<Option<Engine>>> = Arc::default();
    let inside = Arc::clone(&owner);
    let (gone, is_gone) = mpsc::channel();
    struct Gone(mpsc::Sender<()>);
    impl Drop for Gone {
        fn drop(&mut self) {
            let _ = self.0.send(());
        }
    }
    let gone = Mutex::new(Gone(gone));
    let engine = engine_with(move |_, _| {
        let _dies_with_the_type = &gone;
        drop(inside.lock().expect("nobody panics with it").take());
        Some(Vec::new())
    });
    *owner.lock().expect("nobody panics with it") = Some(engine.clone());
    configured(&engine);
    assert!(owner.lock().expect("nobody panics with it").is_none());
    drop((engine, owner));
    is_gone
        .recv_timeout(Duration::from_secs(10))
        .expect("the type goes with its engine");
}

#[test]
fn a_type_that_is_refused_is_dropped_once() {
    struct Nameless(Arc<AtomicUsize>);
    impl UpstreamType for Nameless {
        fn field(&self) -> &str {
            "static" // it is there already
        }
        fn resolve(
            &self,
            _: &UpstreamObject<'_>,
            _: &mut Reporter<'_>,
        ) -> Option<Vec<UpstreamEndpoint>> {
            None
        }
    }
    impl Drop for Nameless {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let drops = Arc::new(AtomicUsize::new(0));
    let options =
        Options::new().and_then(|options| options.upstream_type(Nameless(Arc::clone(&drops))));
    let engine = options.and_then(|options| Engine::with_options(&options));
    assert_eq!(engine.expect_err("the name is taken").code(), Code::Option);
    assert_eq!(drops.load(Ordering::Relaxed), 1);
}

#[test]
fn a_lookup_that_panics_panics_in_the_caller_and_nothing_stays_active() {
    let engine = shop();
    let mut reader = reader(&engine);
    let lookup = |_: &str, _: usize| -> Option<&'static [u8]> { panic!("no headers today") };
    let request = get("/").lookup(&lookup);
    for _ in 0..3 {
        let panic =
            catch_unwind(AssertUnwindSafe(|| drop(reader.route(&request)))).expect_err("it panics");
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"no headers today"));
        let many = [get("/"), request];
        let panic = catch_unwind(AssertUnwindSafe(|| drop(reader.route_many(&many))));
        assert!(panic.is_err());
        let ticket = reader
            .route(&get("/"))
            .expect("a decision")
            .take_ticket()
            .expect("a ticket");
        let retried = || drop(reader.retry(ticket, kgw::Outcome::reset(), Some(&request)));
        assert!(catch_unwind(AssertUnwindSafe(retried)).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| engine.explain(&request))).is_err());
    }
    assert_eq!(active(&engine, "192.0.2.21"), 0);
    let decision = reader.route(&get("/")).expect("it goes on");
    assert_eq!(decision.verdict(), kgw::Verdict::Forward);
}

#[test]
fn a_lookup_may_use_another_reader() {
    let engine = shop();
    let (mut outer, inner) = (reader(&engine), Mutex::new(reader(&engine)));
    let lookup = |name: &str, index: usize| -> Option<&'static [u8]> {
        let mut inner = inner.lock().expect("nobody panics with it");
        let is_api = inner.route(&get("/api")).expect("a decision").cluster() == "api_default";
        (is_api && name == "x-tenant" && index == 0).then_some(&b"blue"[..])
    };
    let decision = outer.route(&get("/").lookup(&lookup)).expect("a decision");
    assert_eq!(decision.cluster(), "blue_default");
}

#[test]
fn the_log_hears_of_reloads_and_may_panic() {
    let folder = Folder::new("log");
    let file = folder.write(
        "all.yaml",
        &std::fs::read_to_string("examples/shop.yaml").expect("a file"),
    );
    let (said, heard) = mpsc::channel();
    let said = Mutex::new(said);
    let options = Options::new().and_then(|options| {
        options.log(move |level, text| {
            said.lock()
                .expect("it panics later")
                .send((level, text.to_string()))
                .expect("it is heard");
            panic!("the log is full");
        })
    });
    let engine = Engine::with_options(&options.expect("options")).expect("an engine");
    engine.watch([&file]).expect("a report");
    engine.start().expect("a thread");
    folder.write("all.yaml", "kind: [");
    let (level, text) = heard.recv_timeout(Duration::from_secs(10)).expect("a line");
    assert!(
        level >= LogLevel::Warning && text.contains("all.yaml"),
        "{level:?} {text}"
    );
    engine.stop();
}
