//! Gathers what the doctor's rules are asked about: files, server, token, selection.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::plan::jobs_for;
use super::pool::Pool;
use super::sync::preview;
use super::targets::{Site, identity, registered};
use super::token::{date, expiry, state};
use super::{Ctx, lists};
use crate::auth::Server;
use crate::doctor::{Facts, FileFacts, Kind, Reader, Role, StoredToken, Verdict};
use crate::elitea::TokenInfo;
use crate::error::{Kind as Failure, Result};
use crate::files::{self, Reach};
use crate::ide::{self, Scope};
use crate::protocol::config::TargetReport;

/// What these files say, without a look at the machine or the server.
pub(crate) fn of_files(ctx: &Ctx, paths: &[PathBuf]) -> Result<Facts> {
    let mut facts = Facts {
        files_only: true,
        unasked: Some("only files were asked about".to_owned()),
        ..Facts::default()
    };
    for path in paths {
        facts.files.push(file(&ctx.absolute(path), None, None)?);
    }
    Ok(facts)
}

/// Everything about this machine.
pub(crate) async fn of_machine(ctx: &Ctx) -> Result<Facts> {
    let mut facts = Facts::default();
    facts.own.warnings.clone_from(&ctx.config.warnings);
    facts.selected.project = ctx.config.project();
    facts.selected.model = ctx.config.model();
    server_and_token(ctx, &mut facts).await;
    files_of_machine(ctx, &mut facts).await?;
    Ok(facts)
}

async fn server_and_token(ctx: &Ctx, facts: &mut Facts) {
    facts.server.typed = ctx.config.server();
    facts.server.source = ctx.source("server");
    let server = match ctx.server() {
        Ok(server) => server,
        Err(error) => {
            facts.unasked = Some("no server is set".to_owned());
            if facts.server.typed.is_some() {
                facts.server.failure = Some(error);
            }
            return;
        }
    };
    facts.server.root = Some(server.clone());
    match ctx.token(&server).await {
        Ok(Some((token, kind))) => {
            let info = asked(ctx, &server, &token, facts).await;
            let expires = expiry(info.as_ref(), &token);
            let now = Timestamp::now();
            facts.token.stored = Some(StoredToken {
                token,
                store: kind.row().name,
                plain: kind.row().plain,
                state: state(&expires, now),
                expires: date(&expires),
                days_left: expires.days_left(now),
            });
        }
        Ok(None) => facts.unasked = Some("nobody is signed in".to_owned()),
        Err(error) => {
            facts.unasked = Some("the token cannot be read".to_owned());
            match error.kind {
                Failure::TokenMalformed => facts.token.malformed = Some(error),
                _ => facts.token.store_failure = Some(error),
            }
        }
    }
}

/// What the server says of the token, and what can be selected there.
async fn asked(
    ctx: &Ctx,
    server: &Server,
    token: &crate::auth::Token,
    facts: &mut Facts,
) -> Option<TokenInfo> {
    if ctx.offline {
        facts.unasked = Some("offline".to_owned());
        return None;
    }
    let checked = match ctx.client_with(server, Some(token)) {
        Ok(client) => client.check_token().await,
        Err(error) => Err(error),
    };
    let info = match checked {
        Ok((account, info)) => {
            facts.server.says = account.api_url;
            facts.token.verdict = Some(Verdict::Good);
            info
        }
        Err(error) => {
            facts.unasked = Some("the server did not take the token, or did not answer".to_owned());
            match error.kind.row().exit {
                3 => facts.token.verdict = Some(Verdict::Bad(error)),
                _ => facts.server.failure = Some(error),
            }
            return None;
        }
    };
    if let Ok(listed) = lists::fetch_projects(ctx, server, token).await {
        facts.listed.projects = Some(listed.value.items);
    }
    if let Some(project) = facts.selected.project
        && let Ok(listed) = lists::fetch_models(ctx, server, token, project).await
    {
        facts.listed.models = Some(listed.value.items);
    }
    Some(info)
}

/// Every file of an IDE that is there: those found, those registered, and those of the workspace of
/// the current folder.
async fn files_of_machine(ctx: &Ctx, facts: &mut Facts) -> Result<()> {
    let kept = registered(ctx)?;
    let reports = reports(ctx, &kept).await;
    let mut sites = kept.clone();
    let pool = Pool::find(ctx);
    let workspace = ide::workspace_root(&ctx.platform, &ctx.cwd).map(|root| pool.workspace(&root).0);
    for site in pool.sites.iter().cloned().chain(workspace.into_iter().flatten()) {
        if sites.iter().all(|known| identity(&known.path) != identity(&site.path)) {
            sites.push(site);
        }
    }
    for site in &sites {
        let is_kept = kept.iter().any(|known| known.path == site.path);
        let report = reports.iter().find(|report| report.target.path == site.target.path).cloned();
        // A file that is no file is for the commands that need it to complain about.
        let Ok(file) = file(&site.path, Some((site, is_kept)), report) else { continue };
        if file.exists || is_kept {
            facts.files.push(file);
        }
    }
    Ok(())
}

/// How the registered targets stand; none where that cannot be said.
async fn reports(ctx: &Ctx, sites: &[Site]) -> Vec<TargetReport> {
    let Ok((jobs, _)) = jobs_for(ctx, sites.to_vec()).await else { return Vec::new() };
    preview(ctx, &jobs).map(|(_, reports)| reports).unwrap_or_default()
}

/// One file, as the target that it is.
fn file(path: &Path, site: Option<(&Site, bool)>, report: Option<TargetReport>) -> Result<FileFacts> {
    let reach = site.map_or(Reach::User, |(site, _)| site.reach());
    let snapshot = files::read(path, &reach)?;
    let mut file = FileFacts::new(path, Kind::by_name(path), snapshot.bytes.as_deref());
    file.meta.unwritable = files::check_writable(&snapshot).err().map(|error| error.message);
    if let Some((site, registered)) = site {
        file.root.clone_from(&site.root);
        file.role = Some(Role {
            ide: site.target.ide.clone(),
            ide_name: site.target.ide_name.clone(),
            scope: scope(&site.target.scope),
            reader: site.reader.as_ref().map(|reader| Reader {
                name: reader.name.clone(),
                version: reader.version.clone(),
                generation: reader.generation,
                fits_server: None,
            }),
            registered,
            report,
            ignored_by_sync: None,
        });
    }
    Ok(file)
}

fn scope(name: &str) -> Scope {
    [Scope::User, Scope::Machine, Scope::Workspace]
        .into_iter()
        .find(|scope| scope.as_str() == name)
        .unwrap_or(Scope::User)
}
