//! The lab behind a window: a thread that runs one experiment after the other, takes commands and
//! publishes snapshots.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use arc_swap::ArcSwap;
use tokio::sync::mpsc;

use crate::broker::BrokerError;
use crate::clock::{Driver, named_thread};

use super::command::Command;
use super::drive::{Ending, run_live};
use super::experiment::Experiment;
use super::setup::{LabError, Opened, Setup};
use super::snapshot::{Notice, Severity, Snapshot};
use super::{Desk, LabLink, Waker};

/// Commands that may wait. A person gives a few a second; beyond this the newest are refused.
const COMMAND_QUEUE: usize = 256;

/// A lab that runs until it is dropped, which ends the experiment in good order.
pub struct Lab {
    shared: Arc<Shared>,
    desk: Desk,
    commands: Option<mpsc::Sender<Command>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    snapshot: ArcSwap<Snapshot>,
    waker: Mutex<Option<Waker>>,
}

impl Lab {
    /// Starts a thread that runs this experiment, and any that is opened later.
    ///
    /// # Errors
    /// When the operating system gives no thread.
    pub fn start(setup: Setup) -> Result<Self, LabError> {
        let shared = Arc::new(Shared::default());
        let desk = Desk::start().map_err(LabError::Threads)?;
        let (commands, orders) = mpsc::channel(COMMAND_QUEUE);
        let loop_shared = Arc::clone(&shared);
        let thread = named_thread("logyard-lab", move || run_experiments(setup, orders, &loop_shared));
        Ok(Self { shared, desk, commands: Some(commands), thread: Some(thread.map_err(LabError::Threads)?) })
    }
}

impl LabLink for Lab {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.shared.snapshot.load_full()
    }

    fn send(&self, command: Command) {
        let Some(commands) = &self.commands else { return };
        if let Err(refused) = commands.try_send(command) {
            let text = format!("too many commands wait: {refused}; try again in a moment");
            self.shared.complain(text);
        }
    }

    fn set_waker(&self, wake: Waker) {
        self.desk.set_waker(Arc::clone(&wake));
        *self.shared.waker.lock().unwrap_or_else(PoisonError::into_inner) = Some(wake);
    }

    fn desk(&self) -> &Desk {
        &self.desk
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been told on standard error already.
            drop(thread.join());
        }
    }
}

impl Shared {
    fn publish(&self, snapshot: Snapshot) {
        self.snapshot.store(Arc::new(snapshot));
        let waker = self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(wake) = waker {
            wake();
        }
    }

    /// Shows an error on top of what is shown now.
    fn complain(&self, text: String) {
        let mut snapshot = Snapshot::clone(&self.snapshot.load());
        snapshot.revision += 1;
        let notice = Notice { at: snapshot.clock.time, severity: Severity::Error, text };
        Arc::make_mut(&mut snapshot.notices).push(notice);
        self.publish(snapshot);
    }
}

/// Runs experiments until the commands end.
fn run_experiments(first: Setup, mut commands: Orders, shared: &Arc<Shared>) {
    let mut next = Some(first);
    while let Some(setup) = next.take() {
        let Ran { ending, present, commands: returned } = run_experiment(setup.clone(), commands, shared);
        commands = returned;
        next = match ending {
            Ok(Ending::Closed) => None,
            Ok(Ending::Open(opened)) => Some(setup.with(*opened)),
            Ok(Ending::Again) => Some(setup.again(present)),
            Err(error) => {
                shared.fail(&error);
                wait_for_another(&mut commands, setup, present, shared)
            }
        };
    }
}

type Orders = mpsc::Receiver<Command>;

/// What is left of an experiment that has run.
struct Ran {
    ending: Result<Ending, String>,
    /// As it was in the end.
    present: Opened,
    commands: Orders,
}

fn run_experiment(setup: Setup, mut commands: Orders, shared: &Arc<Shared>) -> Ran {
    let began = setup.opened();
    let driver = match Driver::live() {
        Ok(driver) => driver,
        Err(error) => return Ran { ending: Err(LabError::Threads(error).to_string()), present: began, commands },
    };
    let clock = driver.clock().clone();
    let publisher = Arc::clone(shared);
    driver.block_on(async move {
        let mut experiment = match Experiment::start(clock, setup).await {
            Ok(experiment) => experiment,
            Err(error) => return Ran { ending: Err(error.to_string()), present: began, commands },
        };
        let mut publish = move |snapshot| publisher.publish(snapshot);
        let ending = run_live(&mut experiment, &mut commands, &mut publish).await;
        let present = experiment.opened();
        let stopped = stop(experiment).await;
        let ending = ending.map_err(|error| format!("the broker stopped by itself: {error}"));
        let ending = ending.and_then(|ending| stopped.map(|()| ending).map_err(|error| error.to_string()));
        Ran { ending, present, commands }
    })
}

async fn stop(experiment: Experiment) -> Result<(), LabError> {
    match experiment.stop().await {
        // It had failed while it ran, which was told then, and is no reason not to go on with another.
        Err(LabError::Broker(BrokerError::Failed { .. })) => Ok(()),
        stopped => stopped,
    }
}

/// Waits for what is to run after an experiment that can't go on; it was so at the `present`.
fn wait_for_another(commands: &mut Orders, setup: Setup, present: Opened, shared: &Shared) -> Option<Setup> {
    loop {
        let command = commands.blocking_recv()?;
        if command == Command::Reopen {
            return Some(setup.again(present));
        }
        let Command::Open(source) = command else { continue };
        match Opened::read(&source) {
            Ok(opened) => return Some(setup.with(opened)),
            Err(text) => shared.complain(text),
        }
    }
}

impl Shared {
    /// The broker can't go on: says so where the window shows what failed.
    fn fail(&self, error: &str) {
        let mut snapshot = Snapshot::clone(&self.snapshot.load());
        snapshot.revision += 1;
        snapshot.clock.idle = true;
        snapshot.broker.failure = Some(error.to_owned());
        self.publish(snapshot);
    }
}
