//! What a running client is told to do: orders that hold until the next one, and how its session follows them.
//! Orders are state, not messages, so none is ever lost and none queues up. Who gives them is
//! [`super::client`]'s business, who carries them out [`super::supervisor`]'s.

use tokio::sync::watch;

use crate::clock::Time;

/// What a client is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Life {
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
pub(super) struct Orders {
    pub life: Life,
    /// Grows with each start after an end: a new process of the same name.
    pub incarnation: u32,
    /// Grows with each freeze that is over; `freeze` is the last.
    freezes: u32,
    freeze: Option<Freeze>,
    /// Grows whenever the client's settings changed.
    settings: u32,
    /// Once it has stopped it is to start again.
    is_restart: bool,
}

impl Orders {
    /// Of a client that begins.
    pub fn run() -> Self {
        Self { life: Life::Run, incarnation: 0, freezes: 0, freeze: None, settings: 0, is_restart: false }
    }

    pub fn start(&mut self, now: Time) {
        match self.life {
            Life::Run => return,
            Life::Stall(from) => self.thaw(from, now),
            // It will begin again by itself.
            Life::Stop if self.is_restart => return,
            Life::Stop | Life::Crash(_) => self.incarnation += 1,
        }
        self.life = Life::Run;
    }

    pub fn restart(&mut self) {
        if self.life == Life::Run {
            (self.life, self.is_restart) = (Life::Stop, true);
        }
    }

    pub fn stop(&mut self, now: Time) {
        self.is_restart = false;
        match self.life {
            Life::Run => {}
            Life::Stall(from) => self.thaw(from, now),
            Life::Stop | Life::Crash(_) => return,
        }
        self.life = Life::Stop;
    }

    pub fn crash(&mut self, now: Time) {
        match self.life {
            Life::Run | Life::Stop => (self.life, self.is_restart) = (Life::Crash(now), false),
            // It has done nothing since it froze.
            Life::Stall(from) => self.life = Life::Crash(from),
            Life::Crash(_) => {}
        }
    }

    pub fn stall(&mut self, now: Time) {
        if self.life == Life::Run {
            self.life = Life::Stall(now);
        }
    }

    pub fn settings_changed(&mut self) {
        self.settings += 1;
    }

    /// One life is over, as it was ordered to or by itself.
    pub fn ended(&mut self, incarnation: u32, now: Time) {
        // One that gave up by itself can be started again like any other.
        if self.incarnation == incarnation && self.life == Life::Run {
            self.life = Life::Crash(now);
        }
        if std::mem::take(&mut self.is_restart) && self.life == Life::Stop {
            self.life = Life::Run;
            self.incarnation += 1;
        }
    }

    /// When whatever runs now stands still or has ended, or else `now`.
    pub fn alive_until(&self, now: Time) -> Time {
        match self.life {
            Life::Run | Life::Stop => now,
            Life::Stall(at) | Life::Crash(at) => at.min(now),
        }
    }

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
    /// Follows what is ordered from now on.
    pub fn new(orders: watch::Receiver<Orders>) -> Self {
        let now = *orders.borrow();
        Self { orders, freezes: now.freezes, settings: now.settings }
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Time = Time::from_micros(3);
    const NOW: Time = Time::from_micros(5);

    type Order = fn(&mut Orders);

    #[test]
    fn each_order_leads_from_each_life_to_one_life() {
        let (run, stop) = (Life::Run, Life::Stop);
        let (stalled, crashed) = (Life::Stall(BEFORE), Life::Crash(BEFORE));
        // The order; the life it leads to from: run, stop, stalled, crashed.
        let table: [(&str, Order, [Life; 4]); 5] = [
            ("start", |orders| orders.start(NOW), [run, run, run, run]),
            ("stop", |orders| orders.stop(NOW), [stop, stop, stop, crashed]),
            ("restart", Orders::restart, [stop, stop, stalled, crashed]),
            ("stall", |orders| orders.stall(NOW), [Life::Stall(NOW), stop, stalled, crashed]),
            ("crash", |orders| orders.crash(NOW), [Life::Crash(NOW), Life::Crash(NOW), crashed, crashed]),
        ];
        for (name, order, expected) in table {
            for (life, expected) in [run, stop, stalled, crashed].into_iter().zip(expected) {
                let mut orders = Orders { life, ..Orders::run() };
                order(&mut orders);
                assert_eq!(orders.life, expected, "{name} while {life:?}");
            }
        }
    }

    #[test]
    fn who_restarts_begins_again_by_itself_and_just_once() {
        let mut orders = Orders::run();
        orders.restart();
        orders.start(NOW);
        assert_eq!((orders.life, orders.incarnation), (Life::Stop, 0), "it ends in good order first");
        orders.ended(0, NOW);
        assert_eq!((orders.life, orders.incarnation), (Life::Run, 1));
        orders.ended(1, NOW);
        assert_eq!((orders.life, orders.incarnation), (Life::Crash(NOW), 1), "it gave up by itself");
    }
}
