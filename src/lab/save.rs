//! Writes the experiment as it is now, with everything that was changed by hand, to a scenario file.

use std::io::Write;
use std::path::Path;

use crate::scenario::{ProducerSpec, Scenario, to_toml};

use super::apply::Refusal;
use super::clients::{Group, Producer};
use super::command::Source;
use super::experiment::Experiment;
use super::setup::Opened;
use super::snapshot::Severity;

impl Experiment {
    /// Saves to `file`; what is there already is replaced only when everything is written.
    pub(super) fn save(&mut self, file: &Path) -> Result<(), Refusal> {
        replace(file, &to_toml(&self.present()))
            .map_err(|error| format!("saving {}: {error}; choose another place", file.display()))?;
        self.source = Source::File(file.to_owned());
        self.edited = false;
        if let Err(error) = self.lodging.note(&self.source) {
            let text = format!("keeping the data of the lab with {}: {error}", file.display());
            self.notices.add(self.clock.now(), Severity::Warning, text);
        }
        self.notices.add(self.clock.now(), Severity::Info, format!("saved to {}", file.display()));
        Ok(())
    }

    /// The experiment as it could be opened once more.
    pub(super) fn opened(&self) -> Opened {
        Opened { scenario: self.present(), source: self.source.clone(), edited: self.edited }
    }

    /// The scenario with its clients as they are now.
    pub(super) fn present(&self) -> Scenario {
        Scenario {
            producers: producers(&self.clients.producers),
            groups: self.clients.groups.iter().filter(|group| !group.leaving).map(Group::present).collect(),
            ..self.scenario.clone()
        }
    }
}

/// Producers that are still alike are written as one entry, others each by its own name.
fn producers(producers: &[Producer]) -> Vec<ProducerSpec> {
    let mut specs: Vec<ProducerSpec> = Vec::new();
    let staying: Vec<&Producer> = producers.iter().filter(|producer| !producer.leaving).collect();
    for producer in &staying {
        let siblings = staying.iter().filter(|other| other.spec.name == producer.spec.name);
        let alike = siblings.filter(|other| other.spec == producer.spec).count();
        if alike == usize::try_from(producer.spec.count).unwrap_or(usize::MAX) {
            if !specs.iter().any(|spec| spec.name == producer.spec.name) {
                specs.push(ProducerSpec::clone(&producer.spec));
            }
        } else {
            specs.push(ProducerSpec { name: producer.name.clone(), count: 1, ..ProducerSpec::clone(&producer.spec) });
        }
    }
    specs
}

pub(super) fn replace(file: &Path, text: &str) -> std::io::Result<()> {
    let directory = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut written = tempfile::NamedTempFile::new_in(directory)?;
    written.write_all(text.as_bytes())?;
    written.as_file().sync_all()?;
    written.persist(file).map(drop).map_err(|error| error.error)
}
