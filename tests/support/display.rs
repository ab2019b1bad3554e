//! A display of its own for a test of the real window, and the one thing that a window manager would do
//! there: ask a window to close. It shows nothing to anybody.

use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::process::{Child, Command, Stdio};

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{Atom, ClientMessageEvent, ConnectionExt, EventMask, Window};

/// What the real window needs on a bare Debian or Ubuntu.
pub const PACKAGES: &str = "xvfb xauth libgl1 libxcursor1 libxi6 libxkbcommon-x11-0";

/// An X server without a screen; it ends with this value, and when its last client is gone.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts a server under a number that is free.
    pub fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp", "-terminate"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}", cannot_start(&error)));
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
        if number.trim().is_empty() {
            let mut complaint = String::new();
            server.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
            panic!("Xvfb ended at once: {complaint}\nthe test needs the packages {PACKAGES}");
        }
        Self { server, name: format!(":{}", number.trim()) }
    }

    /// As `DISPLAY` has it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks the window whose title ends so to close, as its close button does.
    pub fn ask_to_close(&self, title: &str) {
        let (connection, screen) = x11rb::connect(Some(&self.name)).expect("the display that was started");
        let root = connection.setup().roots[screen].root;
        let atom = |name: &str| connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
        let (protocols, delete) = (atom("WM_PROTOCOLS"), atom("WM_DELETE_WINDOW"));
        let window = find(&connection, root, atom("WM_NAME"), title).expect("a window of that title");
        let wish = ClientMessageEvent::new(32, window, protocols, [delete, x11rb::CURRENT_TIME, 0, 0, 0]);
        connection.send_event(false, window, EventMask::NO_EVENT, wish).unwrap().check().unwrap();
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended already, with its last client.
        drop(self.server.kill());
        drop(self.server.wait());
    }
}

fn cannot_start(error: &std::io::Error) -> String {
    if error.kind() == ErrorKind::NotFound {
        return format!("there is no Xvfb, which this test needs to open the window: apt-get install {PACKAGES}");
    }
    format!("starting Xvfb: {error}; the test needs the packages {PACKAGES}")
}

fn find(connection: &impl Connection, parent: Window, name: Atom, title: &str) -> Option<Window> {
    let property = connection.get_property(false, parent, name, 0_u32, 0, 64).unwrap().reply().unwrap();
    if property.value.ends_with(title.as_bytes()) {
        return Some(parent);
    }
    let children = connection.query_tree(parent).unwrap().reply().unwrap().children;
    children.into_iter().find_map(|child| find(connection, child, name, title))
}
