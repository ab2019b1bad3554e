//! How a running client is controlled: orders that hold until the next one, read by the client's task.
//! Orders are state, not messages, so none is ever lost and none queues up.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::watch;

use crate::clock::{Clock, Time};

/// What a client is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ClientStatus {
    #[default]
    Running,
    /// A consumer that has not been given an assignment yet.
    Joining,
    Stalled,
    Stopped,
    Crashed,
}

impl ClientStatus {
    /// Whether it does nothing any more until it is started again.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Stopped | Self::Crashed)
    }
}

/// What a client is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Run,
    /// End in good order.
    Stop,
    /// Do nothing, from this moment on.
    Stall(Time),
    /// Be gone, from this moment on.
    Crash(Time),
}

/// A span in which a client stood still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Freeze {
    pub from: Time,
    pub until: Time,
}

#[derive(Clone, Copy, Debug)]
struct Orders {
    life: Life,
    /// Grows with each start after an end: a new process of the same name.
    incarnation: u32,
    /// Grows with each freeze that is over; `freeze` is the last.
    freezes: u32,
    freeze: Option<Freeze>,
    /// Grows whenever the client's settings changed.
    settings: u32,
    /// Once it has stopped it is to start again.
    is_restart: bool,
}

/// The control of one client: what is asked takes effect as soon as its task runs. Cheap to clone.
#[derive(Clone)]
pub struct ClientHandle {
    name: Arc<str>,
    clock: Clock,
    orders: Arc<watch::Sender<Orders>>,
    status: Arc<AtomicU8>,
}

impl ClientHandle {
    pub(super) fn new(name: &str, clock: &Clock, first: ClientStatus) -> Self {
        let orders =
            Orders { life: Life::Run, incarnation: 0, freezes: 0, freeze: None, settings: 0, is_restart: false };
        let status = Arc::new(AtomicU8::new(encode(first)));
        Self { name: name.into(), clock: clock.clone(), orders: Arc::new(watch::Sender::new(orders)), status }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the client is doing.
    pub fn status(&self) -> ClientStatus {
        decode(self.status.load(Ordering::Acquire))
    }

    /// Starts a client that has stopped or crashed, as a new process of the same name; ends a stall.
    pub fn start(&self) {
        let now = self.clock.now();
        self.order(|orders| {
            match orders.life {
                Life::Run => return,
                Life::Stall(from) => orders.thaw(from, now),
                // It will begin again by itself.
                Life::Stop if orders.is_restart => return,
                Life::Stop | Life::Crash(_) => orders.incarnation += 1,
            }
            orders.life = Life::Run;
        });
    }

    /// Ends a running client in good order and starts it again, with the settings that it has then. One that
    /// has ended already takes them when it is started; one that is stalled is left alone.
    pub fn restart(&self) {
        self.order(|orders| {
            if orders.life == Life::Run {
                orders.life = Life::Stop;
                orders.is_restart = true;
            }
        });
    }

    /// Ends the client in good order; a stalled one goes on first. [`ClientHandle::ended`] waits for it.
    pub fn stop(&self) {
        let now = self.clock.now();
        self.order(|orders| {
            orders.is_restart = false;
            match orders.life {
                Life::Run => {}
                Life::Stall(from) => orders.thaw(from, now),
                Life::Stop | Life::Crash(_) => return,
            }
            orders.life = Life::Stop;
        });
    }

    /// Ends the client at once: it tells nobody.
    pub fn crash(&self) {
        let now = self.clock.now();
        self.order(|orders| match orders.life {
            Life::Run | Life::Stop => (orders.life, orders.is_restart) = (Life::Crash(now), false),
            // It has done nothing since it froze.
            Life::Stall(from) => orders.life = Life::Crash(from),
            Life::Crash(_) => {}
        });
    }

    /// Freezes the client, heartbeats too, until [`ClientHandle::start`].
    pub fn stall(&self) {
        let now = self.clock.now();
        self.order(|orders| {
            if matches!(orders.life, Life::Run) {
                orders.life = Life::Stall(now);
            }
        });
    }

    /// Waits until the client has stopped or crashed.
    pub async fn ended(&self) {
        let mut orders = self.orders.subscribe();
        while !matches!(self.status(), ClientStatus::Stopped | ClientStatus::Crashed) {
            if orders.changed().await.is_err() {
                return;
            }
        }
    }

    /// Wakes the client to read its settings again.
    pub(super) fn settings_changed(&self) {
        self.order(|orders| orders.settings += 1);
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn set_status(&self, status: ClientStatus) {
        self.status.store(encode(status), Ordering::Release);
    }

    pub(super) fn watch(&self) -> OrdersWatch {
        let orders = self.orders.subscribe();
        let now = *orders.borrow();
        OrdersWatch { orders, freezes: now.freezes, settings: now.settings }
    }

    /// When whatever runs now stands still or has ended, or else `now`.
    pub(super) fn alive_until(&self, now: Time) -> Time {
        match self.orders.borrow().life {
            Life::Run | Life::Stop => now,
            Life::Stall(at) | Life::Crash(at) => at.min(now),
        }
    }

    fn order(&self, change: impl FnOnce(&mut Orders)) {
        self.orders.send_modify(change);
    }

    fn end(&self, status: ClientStatus, incarnation: u32) {
        self.set_status(status);
        let now = self.clock.now();
        self.orders.send_modify(|orders| {
            // One that gave up by itself can be started again like any other.
            if orders.incarnation == incarnation && orders.life == Life::Run {
                orders.life = Life::Crash(now);
            }
            if std::mem::take(&mut orders.is_restart) && orders.life == Life::Stop {
                orders.life = Life::Run;
                orders.incarnation += 1;
            }
        });
    }
}

impl Orders {
    fn thaw(&mut self, from: Time, now: Time) {
        self.freezes += 1;
        self.freeze = Some(Freeze { from, until: now });
    }
}

/// How a client's session follows its orders while it runs.
pub(super) struct OrdersWatch {
    orders: watch::Receiver<Orders>,
    freezes: u32,
    settings: u32,
}

impl OrdersWatch {
    /// Waits until anything was ordered. Forever when nobody can order any more.
    pub async fn changed(&mut self) {
        if self.orders.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }

    /// Whether the client is to end in good order.
    pub fn is_stopping(&self) -> bool {
        matches!(self.orders.borrow().life, Life::Stop)
    }

    /// The freeze that is over since this was last asked.
    pub fn take_freeze(&mut self) -> Option<Freeze> {
        let orders = *self.orders.borrow();
        if std::mem::replace(&mut self.freezes, orders.freezes) == orders.freezes { None } else { orders.freeze }
    }

    /// Whether settings changed since this was last asked.
    pub fn take_settings_change(&mut self) -> bool {
        let settings = self.orders.borrow().settings;
        std::mem::replace(&mut self.settings, settings) != settings
    }
}

/// How a session ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SessionEnd {
    /// As it was told to.
    Stopped,
    /// It could not go on; [`ClientHandle::start`] begins a new one.
    Failed,
}

/// One life of a client, from its start to its end.
pub(super) type Session = Pin<Box<dyn Future<Output = SessionEnd> + Send>>;

/// Runs one session after the other as the orders ask. A session that is crashed is dropped where it
/// stands; one that is stalled is not polled.
pub(super) async fn supervise(client: ClientHandle, mut begin: impl FnMut() -> Session) {
    let mut orders = client.orders.subscribe();
    loop {
        let incarnation = orders.borrow_and_update().incarnation;
        let session = begin();
        let end = drive(session, &client, &mut orders, incarnation).await;
        client.end(end, incarnation);
        while orders.borrow_and_update().incarnation == incarnation {
            if orders.changed().await.is_err() {
                return;
            }
        }
    }
}

async fn drive(
    mut session: Session,
    client: &ClientHandle,
    orders: &mut watch::Receiver<Orders>,
    incarnation: u32,
) -> ClientStatus {
    loop {
        let now = *orders.borrow_and_update();
        if now.incarnation != incarnation || matches!(now.life, Life::Crash(_)) {
            return ClientStatus::Crashed;
        }
        if matches!(now.life, Life::Stall(_)) {
            let before = client.status();
            client.set_status(ClientStatus::Stalled);
            let is_over = orders.changed().await.is_err();
            client.set_status(before);
            if is_over {
                return ClientStatus::Crashed;
            }
            continue;
        }
        tokio::select! {
            biased;
            changed = orders.changed() => if changed.is_err() { return ClientStatus::Crashed },
            end = &mut session => return match end {
                SessionEnd::Stopped => ClientStatus::Stopped,
                SessionEnd::Failed => ClientStatus::Crashed,
            },
        }
    }
}

fn encode(status: ClientStatus) -> u8 {
    match status {
        ClientStatus::Running => 0,
        ClientStatus::Joining => 1,
        ClientStatus::Stalled => 2,
        ClientStatus::Stopped => 3,
        ClientStatus::Crashed => 4,
    }
}

fn decode(status: u8) -> ClientStatus {
    match status {
        0 => ClientStatus::Running,
        1 => ClientStatus::Joining,
        2 => ClientStatus::Stalled,
        3 => ClientStatus::Stopped,
        _ => ClientStatus::Crashed,
    }
}
