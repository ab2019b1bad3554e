//! A report of an experiment that goes on says what has happened so far, and how it could not be written.

use super::{ORDERS, ask, no_errors, pass, refusal, with};
use crate::lab::Command;
use crate::lab::snapshot::Severity;

#[test]
fn a_report_is_written_while_the_experiment_goes_on() {
    with(ORDERS, |mut experiment| async move {
        let folder = tempfile::tempdir().unwrap();
        pass(&mut experiment, 8).await;
        ask(&mut experiment, Command::Export(folder.path().join("report"))).await;
        let again = refusal(&mut experiment, Command::Export(folder.path().to_owned())).await;
        assert!(again.contains("wait for it to end"), "{again}");
        let snapshot = pass(&mut experiment, 1).await;
        no_errors(&snapshot);
        let told = &snapshot.notices.last().unwrap().text;
        assert!(told.starts_with("the report is in ") && told.ends_with("report.html"), "{told}");
        let page = std::fs::read_to_string(folder.path().join("report/report.html")).unwrap();
        assert!(page.contains("<dt>lasted</dt><dd>8.0 s</dd>") && page.contains("Lag of billing"));
        let summary = std::fs::read_to_string(folder.path().join("report/summary.json")).unwrap();
        assert!(summary.contains("\"elapsed_s\":8.0"), "{summary}");
        // And another can be asked for.
        ask(&mut experiment, Command::Export(folder.path().join("another"))).await;
    });
}

#[test]
fn a_place_that_takes_no_files_is_told_with_what_to_do() {
    with(ORDERS, |mut experiment| async move {
        let file = tempfile::NamedTempFile::new().unwrap();
        pass(&mut experiment, 1).await;
        ask(&mut experiment, Command::Export(file.path().to_owned())).await;
        let snapshot = pass(&mut experiment, 1).await;
        let notice = snapshot.notices.last().unwrap();
        assert_eq!(notice.severity, Severity::Error);
        assert!(notice.text.contains("choose another directory"), "{}", notice.text);
    });
}
