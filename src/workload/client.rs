//! How a running client is controlled from outside: start, stop, stall, crash, and what it is doing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::watch;

use super::orders::{Orders, OrdersWatch};
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
        let orders = Arc::new(watch::Sender::new(Orders::run()));
        Self { name: name.into(), clock: clock.clone(), orders, status: Arc::new(AtomicU8::new(first.encode())) }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the client is doing.
    pub fn status(&self) -> ClientStatus {
        ClientStatus::decode(self.status.load(Ordering::Acquire))
    }

    /// Starts a client that has stopped or crashed, as a new process of the same name; ends a stall.
    pub fn start(&self) {
        self.order(Orders::start);
    }

    /// Ends a running client in good order and starts it again, with the settings that it has then. One that
    /// has ended already takes them when it is started; one that is stalled is left alone.
    pub fn restart(&self) {
        self.order(|orders, _| orders.restart());
    }

    /// Ends the client in good order; a stalled one goes on first. [`ClientHandle::ended`] waits for it.
    pub fn stop(&self) {
        self.order(Orders::stop);
    }

    /// Ends the client at once: it tells nobody.
    pub fn crash(&self) {
        self.order(Orders::crash);
    }

    /// Freezes the client, heartbeats too, until [`ClientHandle::start`].
    pub fn stall(&self) {
        self.order(Orders::stall);
    }

    /// Waits until the client has stopped or crashed.
    pub async fn ended(&self) {
        let mut orders = self.orders.subscribe();
        while !self.status().is_over() {
            if orders.changed().await.is_err() {
                return;
            }
        }
    }

    /// Wakes the client to read its settings again.
    pub(super) fn settings_changed(&self) {
        self.order(|orders, _| orders.settings_changed());
    }

    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    pub(super) fn set_status(&self, status: ClientStatus) {
        self.status.store(status.encode(), Ordering::Release);
    }

    /// For its supervisor.
    pub(super) fn subscribe(&self) -> watch::Receiver<Orders> {
        self.orders.subscribe()
    }

    /// For one of its sessions.
    pub(super) fn watch(&self) -> OrdersWatch {
        OrdersWatch::new(self.subscribe())
    }

    /// When whatever runs now stands still or has ended, or else `now`.
    pub(super) fn alive_until(&self, now: Time) -> Time {
        self.orders.borrow().alive_until(now)
    }

    /// One life is over.
    pub(super) fn end(&self, status: ClientStatus, incarnation: u32) {
        self.set_status(status);
        self.order(|orders, now| orders.ended(incarnation, now));
    }

    fn order(&self, change: impl FnOnce(&mut Orders, Time)) {
        let now = self.clock.now();
        self.orders.send_modify(|orders| change(orders, now));
    }
}

impl ClientStatus {
    /// Whether it does nothing any more until it is started again.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Stopped | Self::Crashed)
    }

    const fn encode(self) -> u8 {
        match self {
            Self::Running => 0,
            Self::Joining => 1,
            Self::Stalled => 2,
            Self::Stopped => 3,
            Self::Crashed => 4,
        }
    }

    const fn decode(status: u8) -> Self {
        match status {
            0 => Self::Running,
            1 => Self::Joining,
            2 => Self::Stalled,
            3 => Self::Stopped,
            _ => Self::Crashed,
        }
    }
}
