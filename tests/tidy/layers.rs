//! Who may import whom: reads the table of `docs/architecture.md` and holds paths against it.

use super::paths::NamedPath;

/// What a cell of the table says of a room that is still to come.
const TO_COME: &str = "(to come)";

/// One row of the table.
#[derive(Debug)]
pub struct Room {
    pub name: String,
    pub to_come: bool,
    may_use: Vec<Grant>,
    /// Crates in bold: nobody else uses them. A trailing `*` stands for any ending.
    own_crates: Vec<String>,
    /// Paths after a `no`, such as `std::fs`.
    forbidden: Vec<String>,
}

/// A room that may be used; where `only` has names, through these alone.
#[derive(Debug)]
struct Grant {
    room: String,
    only: Vec<String>,
}

/// The table, in its order: imports run from lower rows to upper ones.
#[derive(Debug)]
pub struct Layers {
    pub rooms: Vec<Room>,
}

impl Layers {
    /// Reads the rows under `| room | may use | …`.
    pub fn parse(document: &str) -> Result<Self, String> {
        let mut rows = document.lines().skip_while(|line| !line.starts_with("| room |")).skip(2);
        let mut rooms: Vec<Room> = Vec::new();
        for row in rows.by_ref().take_while(|line| line.starts_with('|')) {
            let room = parse_row(row, &rooms).map_err(|wrong| format!("in the row `{row}`: {wrong}"))?;
            rooms.push(room);
        }
        if rooms.is_empty() { Err("there is no table that begins with `| room |`".into()) } else { Ok(Self { rooms }) }
    }

    /// What is wrong with `path` in a file of `room`. Tests may use a granted room through any of its names,
    /// since they must build what the room itself is only handed.
    pub fn objection(&self, room: &str, path: &NamedPath, is_test: bool) -> Option<String> {
        let first = path.segments.first()?;
        let Some(this) = self.rooms.iter().find(|known| known.name == room) else {
            return Some(format!("`{room}` has no row in the table"));
        };
        if first == "crate" { this.objection_to_room(path, is_test) } else { self.objection_to_crate(this, path) }
    }

    fn objection_to_crate(&self, this: &Room, path: &NamedPath) -> Option<String> {
        let joined = path.segments.join("::");
        if let Some(forbidden) = this.forbidden.iter().find(|forbidden| begins_with(&joined, forbidden)) {
            return Some(format!("`{}` may not use `{forbidden}`", this.name));
        }
        let name = path.segments.first()?;
        let owner = self.rooms.iter().find(|room| room.own_crates.iter().any(|own| is_meant(own, name)))?;
        (owner.name != this.name).then(|| format!("the crate `{name}` belongs to `{}`", owner.name))
    }
}

impl Room {
    fn objection_to_room(&self, path: &NamedPath, is_test: bool) -> Option<String> {
        let target = path.segments.get(1)?;
        if *target == self.name {
            return None;
        }
        let Some(grant) = self.may_use.iter().find(|grant| grant.room == *target) else {
            return Some(format!("`{}` may not use `{target}`", self.name));
        };
        let through = path.segments.get(2).map_or("", String::as_str);
        let is_granted = is_test || grant.only.is_empty() || grant.only.iter().any(|only| only == through);
        (!is_granted).then(|| format!("`{}` may use {} of `{target}` only", self.name, grant.only.join(", ")))
    }
}

fn begins_with(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

fn is_meant(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |prefix| name.starts_with(prefix))
}

fn parse_row(row: &str, above: &[Room]) -> Result<Room, String> {
    let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
    let [name, may_use, crates] = cells[..] else { return Err("three cells are needed".into()) };
    Ok(Room {
        name: name.trim_end_matches(TO_COME).trim().to_owned(),
        to_come: name.ends_with(TO_COME),
        may_use: parse_grants(may_use, above)?,
        own_crates: parse_own_crates(crates),
        forbidden: quoted_after_no(crates),
    })
}

// `(nothing)`, `everything above`, or a list such as ``model, clock (`Time` only)``.
fn parse_grants(cell: &str, above: &[Room]) -> Result<Vec<Grant>, String> {
    match cell {
        "(nothing)" => Ok(Vec::new()),
        "everything above" => Ok(above.iter().map(|room| Grant { room: room.name.clone(), only: vec![] }).collect()),
        list => split_outside_brackets(list).into_iter().map(|entry| parse_grant(entry, above)).collect(),
    }
}

fn parse_grant(entry: &str, above: &[Room]) -> Result<Grant, String> {
    let (room, only) = entry.split_once('(').unwrap_or((entry, ""));
    let room = room.trim().to_owned();
    if !above.iter().any(|known| known.name == room) {
        return Err(format!("`{room}` is no row above: imports run downwards only"));
    }
    Ok(Grant { room, only: quoted(only) })
}

fn split_outside_brackets(list: &str) -> Vec<&str> {
    let mut depth = 0;
    list.split(|sign: char| {
        depth += i32::from(sign == '(') - i32::from(sign == ')');
        sign == ',' && depth == 0
    })
    .map(str::trim)
    .collect()
}

/// What stands in backquotes.
fn quoted(text: &str) -> Vec<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

// Bold and plain text take turns.
fn parse_own_crates(cell: &str) -> Vec<String> {
    let bold = cell.split("**").skip(1).step_by(2);
    bold.flat_map(|names| names.split(',')).map(|name| name.replace(['\\', '`'], "").trim().to_owned()).collect()
}

fn quoted_after_no(cell: &str) -> Vec<String> {
    cell.split("no `").skip(1).filter_map(|rest| rest.split('`').next()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{Layers, NamedPath};

    const TABLE: &str = "\
Some text.

| room | may use | crates of its own |
|---|---|---|
| clock | (nothing) | |
| model | clock (`Time` only) | no `tokio`, no `std::fs` |
| broker | model, clock | **`redb`**, tokio |
| ui | model, clock (`Time`, `Pace` only) | **`egui`**, **`egui_*`** |
| cli | everything above | **`clap`** |
| report (to come) | model | |

After it.
";

    fn objection(room: &str, path: &str) -> Option<String> {
        let segments = path.split("::").map(str::to_owned).collect();
        Layers::parse(TABLE).unwrap().objection(room, &NamedPath { segments, line: 1 }, false)
    }

    #[test]
    fn what_the_table_grants_is_allowed() {
        let table = [
            ("model", "crate::clock::Time"),
            ("model", "crate::model::topic"),
            ("broker", "crate::model::topic"),
            ("broker", "redb::Database"),
            ("ui", "crate::clock::Pace"),
            ("ui", "egui_plot::Plot"),
            ("cli", "crate::broker::store"),
            ("model", "std::fmt::Display"),
        ];
        for (room, path) in table {
            assert_eq!(objection(room, path), None, "{room}: {path}");
        }
    }

    #[test]
    fn what_the_table_does_not_grant_is_refused() {
        let table = [
            ("model", "crate::broker::x", "`model` may not use `broker`"),
            ("model", "crate::clock::Clock", "`model` may use Time of `clock` only"),
            ("model", "crate::clock", "`model` may use Time of `clock` only"),
            ("model", "tokio::sync", "`model` may not use `tokio`"),
            ("model", "std::fs::read", "`model` may not use `std::fs`"),
            ("ui", "crate::broker::Broker", "`ui` may not use `broker`"),
            ("cli", "redb::Database", "the crate `redb` belongs to `broker`"),
            ("broker", "egui_plot::Plot", "the crate `egui_plot` belongs to `ui`"),
            ("attic", "crate::model::x", "`attic` has no row in the table"),
        ];
        for (room, path, expected) in table {
            assert_eq!(objection(room, path).as_deref(), Some(expected), "{room}: {path}");
        }
    }

    #[test]
    fn a_table_whose_imports_run_upwards_is_refused() {
        let table = "| room | may use | crates |\n|---|---|---|\n| model | ui | |\n| ui | (nothing) | |\n";
        let refusal = Layers::parse(table).unwrap_err();
        assert!(refusal.contains("imports run downwards only"), "{refusal}");
        assert!(Layers::parse("no table").is_err());
    }

    #[test]
    fn a_room_can_be_announced() {
        let layers = Layers::parse(TABLE).unwrap();
        let announced: Vec<&str> =
            layers.rooms.iter().filter(|room| room.to_come).map(|room| room.name.as_str()).collect();
        assert_eq!(announced, ["report"]);
    }
}
