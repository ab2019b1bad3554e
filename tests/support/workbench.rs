//! The program as people run it, seen through its accessible tree and driven with pointer and keys. It waits
//! in real time, since the window lives there, and always for something that can be seen.

use std::fs::File;
use std::io::BufReader;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use egui::accesskit::{Node, Role};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, pos2};
use egui_inspection::protocol::read_handshake;
use egui_inspection::{EncodedPng, INSPECTION_ENV_VAR, PROTOCOL_VERSION, Request, Response};
use egui_inspection::{read_message, write_message};
use tempfile::TempDir;

use super::display::{Display, PACKAGES};

/// Time between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// Longest that anything may take to show. A machine that builds beside the test is slow.
const PATIENCE: Duration = Duration::from_secs(30);

/// Processor time is told in hundredths of a second.
const TICK: Duration = Duration::from_millis(10);

/// A program that runs, with a home as on a new machine.
pub struct Workbench {
    program: Child,
    stream: TcpStream,
    home: TempDir,
}

/// One frame of the window, as a screen reader has it.
pub struct Seen {
    /// Frames drawn since the start.
    pub frame: u64,
    nodes: Vec<Node>,
}

impl Workbench {
    /// Starts the program on a new machine and waits for its first frame.
    pub fn start(display: &Display) -> Self {
        Self::start_at(display, TempDir::new().unwrap())
    }

    /// Starts the program where it was before.
    pub fn start_at(display: &Display, home: TempDir) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_logyard"));
        for (name, folder) in [
            ("HOME", "."),
            ("TMPDIR", "tmp"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_RUNTIME_DIR", "run"),
        ] {
            let folder = home.path().join(folder);
            std::fs::create_dir_all(&folder).unwrap();
            command.env(name, folder);
        }
        let program = command
            .env("DISPLAY", display.name())
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env(INSPECTION_ENV_VAR, port.to_string())
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .stderr(File::create(home.path().join("stderr")).unwrap())
            .spawn()
            .unwrap();
        let (program, stream) = connect(program, home.path(), &port.to_string());
        Self { program, stream, home }
    }

    /// The folder that it takes for its user's.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The same, for another start when the program has ended.
    pub fn into_home(mut self) -> TempDir {
        std::mem::replace(&mut self.home, TempDir::new().unwrap())
    }

    /// The window as it is now. Looking draws a frame.
    pub fn look(&mut self) -> Seen {
        let Response::Tree { step, accesskit, .. } = self.ask(&Request::GetTree) else { panic!("no tree came") };
        let nodes = accesskit.map(|update| update.nodes).unwrap_or_default();
        // The pieces of a text that can be selected say again what the text says.
        let nodes = nodes.into_iter().map(|(_, node)| node).filter(|node| node.role() != Role::TextRun);
        Seen { frame: step, nodes: nodes.collect() }
    }

    /// Looks until what is waited for can be seen.
    pub fn wait_for<T>(&mut self, what: &str, find: impl Fn(&Seen) -> Option<T>) -> T {
        let began = Instant::now();
        loop {
            let seen = self.look();
            if let Some(found) = find(&seen) {
                return found;
            }
            assert!(began.elapsed() < PATIENCE, "waited in vain for {what}; there is only:\n{}", seen.listing());
            sleep(LOOK);
        }
    }

    /// Clicks on what has this name, or begins with it and a space, as soon as it is there.
    pub fn click(&mut self, name: &str) {
        let at = self.wait_for(&format!("\"{name}\" to click on"), |seen| seen.place(name));
        let button = |pressed| Event::PointerButton {
            pos: at,
            button: PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        };
        for events in [vec![Event::PointerMoved(at)], vec![button(true)], vec![button(false)], vec![Event::PointerGone]]
        {
            self.send(events);
        }
    }

    /// Presses a key.
    pub fn press(&mut self, key: Key) {
        self.press_with(Modifiers::NONE, key);
    }

    /// Presses a key with Ctrl held.
    pub fn press_command(&mut self, key: Key) {
        self.press_with(Modifiers::COMMAND | Modifiers::CTRL, key);
    }

    fn press_with(&mut self, modifiers: Modifiers, key: Key) {
        let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        self.send(vec![event(true), event(false)]);
    }

    /// Types into what has the focus.
    pub fn type_text(&mut self, text: &str) {
        self.send(vec![Event::Text(text.to_owned())]);
    }

    /// Enters a value into the field of this name.
    pub fn enter(&mut self, field: &str, value: &str) {
        self.click(field);
        self.send(vec![Event::Text(value.to_owned())]);
        self.press(Key::Enter);
    }

    /// A picture of the window.
    pub fn picture(&mut self) -> EncodedPng {
        let answer = self.ask(&Request::GetScreenshot { pixels_per_point: None });
        let Response::Screenshot(picture) = answer else { panic!("no picture came: {answer:?}") };
        picture
    }

    /// Processor time that the program has used so far, in all its threads.
    pub fn processor_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.program.id())).unwrap();
        // After the name in brackets, user and system time are the 12th and the 13th.
        let after_name = stat.rsplit_once(')').unwrap().1;
        let ticks: u32 = after_name.split_whitespace().skip(11).take(2).map(|it| it.parse::<u32>().unwrap()).sum();
        TICK * ticks
    }

    /// What the program does when nobody looks, for this long: the processor time that it used.
    pub fn left_alone(&self, span: Duration) -> Duration {
        let before = self.processor_time();
        sleep(span);
        self.processor_time().checked_sub(before).unwrap()
    }

    /// Waits for the program's end, which somebody has asked for.
    pub fn ended(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.program.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < PATIENCE, "the program doesn't end; it said: {}", said(self.home.path()));
            sleep(LOOK);
        }
    }

    /// What the program wrote to standard error.
    pub fn said(&self) -> String {
        said(self.home.path())
    }

    /// What lies in its folder for temporary files.
    pub fn left_behind(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.home.path().join("tmp")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
    }

    fn send(&mut self, events: Vec<Event>) {
        let answer = self.ask(&Request::ApplyEvents { events });
        assert!(matches!(answer, Response::Done), "{answer:?}");
    }

    fn ask(&mut self, request: &Request) -> Response {
        let answer = write_message(&self.stream, request).and_then(|()| read_message(&self.stream));
        answer.unwrap_or_else(|error| panic!("the window is gone ({error}); it said: {}", self.said()))
    }
}

impl Drop for Workbench {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

impl Seen {
    /// The name of what is called so, or begins so.
    pub fn find(&self, start: &str) -> Option<&str> {
        self.names().find(|name| begins(name, start))
    }

    /// The name of what has these words in it.
    pub fn part(&self, words: &str) -> Option<&str> {
        self.names().find(|name| name.contains(words))
    }

    /// Every name and text, from top to bottom.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.nodes.iter().filter_map(name_of)
    }

    fn place(&self, start: &str) -> Option<Pos2> {
        let is_it = |node: &&Node| node.role() != Role::Label && name_of(node).is_some_and(|name| begins(name, start));
        let bounds = self.nodes.iter().find(is_it)?.bounds()?;
        #[expect(clippy::cast_possible_truncation, reason = "egui gave these numbers as f32")]
        let middle = |low: f64, high: f64| (low.midpoint(high)) as f32;
        Some(pos2(middle(bounds.x0, bounds.x1), middle(bounds.y0, bounds.y1)))
    }

    fn listing(&self) -> String {
        self.nodes.iter().filter_map(|node| Some(format!("{:?} {:?}\n", node.role(), name_of(node)?))).collect()
    }
}

fn name_of(node: &Node) -> Option<&str> {
    node.label().or_else(|| node.value())
}

fn begins(name: &str, start: &str) -> bool {
    name.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

fn connect(mut program: Child, home: &Path, address: &str) -> (Child, TcpStream) {
    let began = Instant::now();
    let stream = loop {
        if let Some(status) = program.try_wait().unwrap() {
            panic!("the program ended at once ({status}): {}\nthe test needs the packages {PACKAGES}", said(home));
        }
        match TcpStream::connect(address) {
            Ok(stream) => break stream,
            Err(_) if began.elapsed() < PATIENCE => sleep(LOOK),
            Err(error) => {
                panic!("no window after {PATIENCE:?}, or not one built by cargo test ({error}): {}", said(home))
            }
        }
    };
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!(read_handshake(BufReader::with_capacity(8, &stream)).unwrap(), PROTOCOL_VERSION);
    (program, stream)
}

fn said(home: &Path) -> String {
    std::fs::read_to_string(home.join("stderr")).unwrap_or_default()
}
