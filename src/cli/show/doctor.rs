//! Findings for people, with code frames as compilers show them.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use crate::cli::page::{Cell, Page, Style, visible};
use crate::cli::terminal::Terminal;
use crate::error::Result;
use crate::protocol::doctor::{Bundle, DoctorReport, Finding, RuleInfo, RuleList, Severity};

/// What was found, worst first; one line where there is nothing.
pub(in super::super) fn doctor(terminal: &Terminal, report: &DoctorReport) -> Result<u8> {
    let mut page = terminal.page();
    for finding in &report.findings {
        show(&mut page, finding);
    }
    if !report.skipped.is_empty() {
        let rules: Vec<&str> = report.skipped.iter().map(|skipped| skipped.rule.as_str()).collect();
        page.put(Style::Dim, "not asked: ").text(&rules.join(", "));
        page.line(Style::Dim, &format!(" ({})", report.skipped[0].reason));
    }
    let count = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let files = plural(report.files.len(), "file");
    if errors + warnings == 0 {
        page.line(Style::Good, &format!("everything is in order; looked at {files}"));
    } else {
        let words =
            format!("{}, {}; looked at {files}", plural(errors, "error"), plural(warnings, "warning"));
        page.line(Style::Bold, &words);
    }
    terminal.report(report, page)?;
    Ok(u8::from(errors + warnings > 0))
}

fn plural(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// One finding, before a question about it.
pub(in super::super) fn finding(terminal: &Terminal, finding: &Finding) {
    let mut page = terminal.page();
    show(&mut page, finding);
    terminal.tell(&page.finish());
}

/// One finding with its frame, why it matters and what mends it.
pub(super) fn show(page: &mut Page, finding: &Finding) {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let message = visible(&finding.message);
    let mut group = Group::with_title(level.primary_title(message.as_str()).id(finding.rule.as_str()));
    if let Some(place) = &finding.place {
        let path = visible(&place.file);
        group = match &place.excerpt {
            Some(excerpt) => group.element(
                Snippet::source(excerpt.text.clone())
                    .line_start(excerpt.line)
                    .path(path)
                    .fold(false)
                    .annotation(AnnotationKind::Primary.span(excerpt.start..excerpt.end)),
            ),
            None => {
                let origin = Origin::path(path);
                group.element(match (place.line, place.column) {
                    (Some(line), Some(column)) => origin.line(line).char_column(column),
                    _ => origin,
                })
            }
        };
    }
    group = group.element(Level::NOTE.with_name("why").message(visible(&finding.why)));
    if let Some(fix) = &finding.fix {
        let command = fix.command.as_ref().map(|command| format!(": {command}")).unwrap_or_default();
        group =
            group.element(Level::HELP.with_name("fix").message(visible(&format!("{}{command}", fix.title))));
        for (at, way) in fix.ways.iter().enumerate() {
            group =
                group.element(Level::HELP.with_name("way").message(visible(&format!("{}: {way}", at + 1))));
        }
    }
    let renderer = if page.colors() { Renderer::styled() } else { Renderer::plain() };
    page.made(&renderer.decor_style(DecorStyle::Ascii).render(&[group])).end();
}

/// Every rule in a line.
pub(in super::super) fn rules(terminal: &Terminal, list: &RuleList) -> Result<u8> {
    let mut page = terminal.page();
    let row = |rule: &RuleInfo| vec![severity(rule.severity), Cell::new(&rule.id), Cell::new(&rule.title)];
    page.table("", &list.rules.iter().map(row).collect::<Vec<_>>());
    terminal.report(list, page)?;
    Ok(0)
}

fn severity(severity: Severity) -> Cell {
    match severity {
        Severity::Error => Cell::styled(Style::Bad, "error"),
        Severity::Warning => Cell::styled(Style::Warn, "warning"),
        Severity::Info => Cell::styled(Style::Dim, "info"),
    }
}

/// All there is to say about one rule.
pub(in super::super) fn rule(terminal: &Terminal, rule: &RuleInfo) -> Result<u8> {
    let mut page = terminal.page();
    page.put(Style::Bold, &rule.id).line(Style::Plain, &format!(": {}", rule.title)).end();
    page.line(Style::Plain, &rule.why).end();
    page.line(Style::Plain, &rule.help);
    if rule.repairs {
        page.end().put(Style::Place, "repair: ").line(Style::Plain, "elitea-helper repair");
    }
    terminal.report(rule, page)?;
    Ok(0)
}

/// Where the support report is.
pub(in super::super) fn bundle(terminal: &Terminal, bundle: &Bundle) -> Result<u8> {
    let mut page = terminal.page();
    page.put(Style::Good, "written ").line(Style::Plain, &bundle.path);
    page.line(Style::Plain, "it holds no token and no account; read it before you pass it on");
    terminal.report(bundle, page)?;
    Ok(0)
}
