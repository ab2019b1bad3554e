//! Pictures of the whole window beside those that are kept in `tests/snapshots`. Where one differs, what is
//! drawn now lies beside it as `NAME.new.png`; `UPDATE_SNAPSHOTS=1` keeps it instead.

use std::path::{Path, PathBuf};

use egui_kittest::kittest::Queryable;
use image::RgbImage;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use logyard::lab::Snapshot;
use logyard::ui::settings::SettingsFile;

use crate::harness::{Look, click, press_command};
use crate::sample;

/// A channel may differ by so much: processors round differently.
const TOLERANCE: u8 = 12;

/// Channels are kept in steps of so much: that halves the files, and nobody sees it.
const COARSE: u8 = 8;

/// Of all pixels so many may differ by more, in ten thousand: edges that fall between two pixels.
const MOST_DIFFERENT: usize = 4;

/// A small window is a small file, and shows whether words are left out well.
const SMALL: (f32, f32) = (900.0, 600.0);

fn failed() -> Snapshot {
    let mut snapshot = sample::backlog();
    snapshot.broker.failure = Some("writing to the store: no space left on device".into());
    snapshot
}

/// The window in every theme; `settings` has the first of them.
fn look_in_every_theme(name: &str, snapshot: Snapshot, (width, height): (f32, f32), is_inspect: bool) {
    let mut look = Look::new(snapshot, SettingsFile::default(), width, height);
    if is_inspect {
        press_command(&mut look.window, egui::Key::K);
        look.window.event(egui::Event::Text("layout inspect".to_owned()));
        look.window.run();
        look.window.key_press(egui::Key::Enter);
        look.window.run();
    }
    for (theme, next) in [("dark", "Light"), ("light", "Projector"), ("projector", "Dark")] {
        compare(&format!("{name}_{theme}"), &look.picture());
        click(&mut look.window, next);
        look.window.remove_cursor();
        look.window.run();
    }
}

fn compare(name: &str, drawn: &RgbImage) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots");
    let (kept, new) = (folder.join(format!("{name}.png")), folder.join(format!("{name}.new.png")));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|value| value != "0") {
        return save(drawn, &kept);
    }
    let expected = image::open(&kept).map(image::DynamicImage::into_rgb8);
    let difference = match &expected {
        Ok(expected) => difference(expected, drawn),
        Err(error) => Some(format!("{}: {error}", kept.display())),
    };
    if let Some(difference) = difference {
        save(drawn, &new);
        panic!("{name} looks different: {difference}; see {}, UPDATE_SNAPSHOTS=1 keeps it", new.display());
    }
}

/// What is different, unless it is too little to be seen.
fn difference(expected: &RgbImage, drawn: &RgbImage) -> Option<String> {
    if expected.dimensions() != drawn.dimensions() {
        return Some(format!("{:?} rather than {:?}", drawn.dimensions(), expected.dimensions()));
    }
    let is_different =
        |(one, other): (&[u8], &[u8])| one.iter().zip(other).any(|(one, other)| one.abs_diff(*other) > TOLERANCE);
    let pixels = expected.as_raw().chunks_exact(3).zip(drawn.as_raw().chunks_exact(3));
    let different = pixels.filter(|pair| is_different(*pair)).count();
    let most = expected.as_raw().len() / 3 * MOST_DIFFERENT / 10_000;
    (different > most).then(|| format!("{different} pixels, where {most} may be"))
}

fn save(picture: &RgbImage, file: &PathBuf) {
    std::fs::create_dir_all(file.parent().expect("a file in a folder")).expect("the folder of the pictures");
    let mut coarse = picture.clone();
    for channel in coarse.iter_mut() {
        *channel = (*channel & !(COARSE - 1)) | (COARSE / 2);
    }
    let file = std::fs::File::create(file).expect("a file in that folder");
    let encoder = PngEncoder::new_with_quality(file, CompressionType::Best, FilterType::NoFilter);
    coarse.write_with_encoder(encoder).expect("a picture that can be written");
}

#[test]
fn the_running_window_looks_as_it_did() {
    look_in_every_theme("run", sample::backlog(), SMALL, false);
}

#[test]
fn the_inspecting_window_looks_as_it_did() {
    look_in_every_theme("inspect", sample::crashed(), SMALL, true);
}

#[test]
fn the_empty_window_looks_as_it_did() {
    look_in_every_theme("empty", Snapshot::default(), SMALL, false);
}

#[test]
fn the_window_of_a_failed_lab_looks_as_it_did() {
    look_in_every_theme("failed", failed(), SMALL, false);
}

#[test]
fn a_thousand_partitions_look_as_they_did() {
    let look = Look::new(sample::sized(1_000, 1_000, false), SettingsFile::default(), SMALL.0, SMALL.1);
    look.window.get_by_label("orders 1,000 part.");
    compare("thousand_dark", &look.picture());
}

#[test]
fn a_difference_that_can_be_seen_is_one() {
    let plain = RgbImage::from_pixel(100, 100, image::Rgb([20, 30, 40]));
    assert_eq!(difference(&plain, &plain), None);
    let mut drawn = plain.clone();
    for x in 10..20 {
        drawn.put_pixel(x, 50, image::Rgb([220, 30, 40]));
    }
    assert_eq!(difference(&plain, &drawn), Some("10 pixels, where 4 may be".to_owned()));
    let rounded = RgbImage::from_pixel(100, 100, image::Rgb([21, 29, 41]));
    assert_eq!(difference(&plain, &rounded), None);
}
