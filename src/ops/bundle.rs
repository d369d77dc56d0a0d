//! `doctor --bundle`: one file that says how things stand, for whoever is asked for help. No secret
//! is in it, and neither the account nor the home folder is named.

use std::fmt::Write as _;
use std::path::Path;

use super::mask::mask;
use super::{Ctx, Doctor, doctor, history, ides, version};
use crate::auth::hide_tokens;
use crate::error::{Error, Kind, Result};
use crate::files;
use crate::protocol::doctor::{Bundle, Finding};

/// How many entries of the history are told.
const ENTRIES: usize = 20;

/// Writes the report to `path`, where no file may be yet.
///
/// # Errors
/// [`Kind::Usage`] where there is a file already, [`Kind::Io`] where none can be made, and what
/// keeps our own files from being read.
pub async fn bundle(ctx: &Ctx, path: &Path) -> Result<Bundle> {
    let path = ctx.absolute(path);
    let taken = || {
        Error::new(Kind::Usage, format!("{} is there already", path.display()))
            .hint("name a file that is not: elitea-helper doctor --bundle FILE")
    };
    if path.symlink_metadata().is_ok() {
        return Err(taken());
    }
    let text = text(ctx).await?;
    if !files::create_private(&path, text.as_bytes())? {
        return Err(taken());
    }
    Ok(Bundle { path: path.display().to_string(), bytes: text.len() })
}

async fn text(ctx: &Ctx) -> Result<String> {
    let version = version();
    let report = doctor(ctx, &Doctor::default()).await?;
    let mut text = String::from("# elitea-helper: support report\n\n");
    let commit = version.commit.as_deref().unwrap_or("not known");
    let system = format!("{} {}", std::env::consts::OS, std::env::consts::ARCH);
    let _ = writeln!(
        text,
        "version {}, protocol {}, commit {commit}, {system}",
        version.version, version.protocol
    );
    let _ = writeln!(text, "token stores: {}", version.stores.join(", "));

    text.push_str("\n## Findings\n\n");
    for finding in &report.findings {
        finding_line(&mut text, finding);
    }
    for skipped in &report.skipped {
        let _ = writeln!(text, "- not asked: {} ({})", skipped.rule, skipped.reason);
    }
    if report.findings.is_empty() {
        text.push_str("- none\n");
    }

    text.push_str("\n## Files looked at\n\n");
    report.files.iter().for_each(|file| text.push_str(&format!("- {file}\n")));

    text.push_str("\n## Configuration\n\n```toml\n");
    let config = std::fs::read_to_string(ctx.config.path()).unwrap_or_default();
    let _ = writeln!(text, "{}\n```", mask(config.trim_end(), &[], ""));

    text.push_str("\n## IDEs\n\n");
    let ides = ides(ctx)?;
    for ide in &ides.installed {
        let reader = ide.reader.as_ref().map_or_else(
            || "no reader".to_owned(),
            |reader| format!("{} {}", reader.name, reader.version.as_deref().unwrap_or("?")),
        );
        let _ = writeln!(text, "- {} {}: {reader}", ide.ide_name, ide.version.as_deref().unwrap_or(""));
    }

    text.push_str("\n## History\n\n");
    for entry in history(ctx)?.entries.iter().take(ENTRIES) {
        let undone = if entry.undone.is_some() { ", taken back" } else { "" };
        let _ = writeln!(text, "- {} {}: {}{undone}", entry.time, entry.verb, entry.files.join(", "));
    }
    Ok(anonymous(ctx, &text))
}

fn finding_line(text: &mut String, finding: &Finding) {
    let place = finding.place.as_ref().map(|place| match (place.line, place.column) {
        (Some(line), Some(column)) => format!(" ({}:{line}:{column})", place.file),
        _ => format!(" ({})", place.file),
    });
    let severity = format!("{:?}", finding.severity).to_lowercase();
    let _ = writeln!(text, "- {severity} {}: {}{}", finding.rule, finding.message, place.unwrap_or_default());
}

/// The text without tokens, and with `~` for the home folder.
fn anonymous(ctx: &Ctx, text: &str) -> String {
    let home = ctx.platform.home.display().to_string();
    let home = home.trim_end_matches(std::path::MAIN_SEPARATOR);
    hide_tokens(text).replace(home, "~")
}
