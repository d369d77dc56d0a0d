//! One function a command: parameters decoded, the verb called, the report shown.

use std::io::{IsTerminal, Read};
use std::path::Path;

use super::args::{
    Command, ConfigCommand, Global, RenderFormat, Scope, TargetFlags, TargetNames, TokenCommand,
};
use super::terminal::Terminal;
use super::{demo, lsp, show};
use crate::config::Flags;
use crate::elitea::Lifetime;
use crate::error::{Error, Kind, Result};
use crate::ide;
use crate::merge::Choice;
use crate::ops::{self, Ctx, Doctor, Given, Login, Rotate, Shell, TargetArgs, Use};
use crate::protocol::doctor::Finding;

/// Runs a command and returns its exit code.
pub(crate) async fn run(command: &Command, global: &Global, terminal: &Terminal) -> Result<u8> {
    if let Command::Demo { serve, dialect, port } = command {
        return demo::run(*serve, *dialect, *port, terminal).await;
    }
    if let Command::Config(ConfigCommand::Path) = command {
        // A file that is broken is the one that is looked for.
        return show::config_path(terminal, &ops::config_path(&shell(global, terminal))?);
    }
    if let Command::Lsp(_) = command {
        return lsp::run(shell(global, terminal), terminal).await;
    }
    let mut ctx = context(global, terminal)?;
    if global.profile.is_some() && !matches!(command, Command::Login { .. }) {
        ops::check_profile(&ctx)?;
    }
    // The doctor has them among its findings.
    let told = matches!(command, Command::Doctor { .. });
    for warning in ctx.config.warnings.iter().filter(|_| !told) {
        terminal.say(&format!("warning: {warning}"));
    }
    let done = dispatch(command, global, &mut ctx, terminal).await;
    for warning in ctx.state.take_warnings() {
        terminal.say(&format!("warning: {warning}"));
    }
    done
}

async fn dispatch(command: &Command, global: &Global, ctx: &mut Ctx, terminal: &Terminal) -> Result<u8> {
    match command {
        Command::Login { token_stdin, found, store, no_browser } => {
            let given = match found {
                Some(id) => Given::Found(id.clone()),
                None => Given::Pasted(pasted(ctx, global, *token_stdin, *no_browser, terminal)?),
            };
            let asked = Login { server: global.server.clone(), given, store: store.clone() };
            let done = terminal.during("checking the token", ops::login(ctx, &asked)).await?;
            show::logged_in(terminal, &done)
        }
        Command::Logout { revoke } => {
            let done = terminal.during("signing out", ops::logout(ctx, *revoke)).await?;
            show::logged_out(terminal, &done)
        }
        Command::Status => {
            let status = terminal.during("asking the server", ops::status(ctx)).await?;
            show::status(terminal, &status)
        }
        Command::Projects => {
            let list = terminal.during("asking for the projects", ops::projects(ctx)).await?;
            show::projects(terminal, &list)
        }
        Command::Models { project } => {
            let list = terminal.during("asking for the models", ops::models(ctx, *project)).await?;
            show::models(terminal, &list)
        }
        Command::Use { project, model } => {
            let wanted = Use { project: project.clone(), model: model.clone() };
            let selection = terminal.during("asking the server", ops::use_selection(ctx, &wanted)).await?;
            show::selection(terminal, &selection)
        }
        Command::Token(command) => token(ctx, command, terminal).await,
        Command::Render { ide, format, with_token } => {
            let rendered = terminal.during("asking the server", ops::render(ctx, ide, *with_token)).await?;
            show::rendered(terminal, &rendered, *format == RenderFormat::Json, *with_token)
        }
        Command::Ides => show::ides(terminal, &ops::ides(ctx)?),
        Command::Plan(flags) => {
            let mut args = target_args(flags);
            loop {
                match terminal.during("asking the server", ops::plan(ctx, &args)).await {
                    Ok(plan) => return show::plan(terminal, &plan, &as_typed(&args)),
                    Err(error) => *ctx = ask(error, ctx, global, &mut args, terminal).await?,
                }
            }
        }
        Command::Apply { targets, plan } => {
            let mut args = target_args(targets);
            loop {
                match terminal.during("asking the server", ops::apply(ctx, &args, plan.as_deref())).await {
                    Ok(applied) => {
                        return show::applied(terminal, &applied);
                    }
                    Err(error) => *ctx = ask(error, ctx, global, &mut args, terminal).await?,
                }
            }
        }
        Command::Resolve { words, keep, targets, .. } => {
            let choice = if *keep { Choice::Keep } else { Choice::Take };
            let args = named_targets(targets);
            let settled = ops::resolve(ctx, words, choice, &args);
            show::resolved(terminal, &terminal.during("asking the server", settled).await?)
        }
        Command::Undo { id } => show::taken_back(
            terminal,
            &ops::undo(ctx, id.as_deref()).await?,
            "nothing to do: it looks that way already",
        ),
        Command::History => show::history(terminal, &ops::history(ctx)?),
        Command::Remove(flags) => show::taken_back(
            terminal,
            &ops::remove(ctx, &target_args(flags))?,
            "nothing to do: none of our keys is there",
        ),
        Command::Doctor { list: true, .. } => show::rules(terminal, &ops::rule_list()),
        Command::Doctor { explain: Some(id), .. } => show::rule(terminal, &ops::explain_rule(id)?),
        Command::Doctor { bundle: Some(path), .. } => {
            show::bundle(terminal, &terminal.during("looking around", ops::bundle(ctx, path)).await?)
        }
        Command::Doctor { paths, only, skip, .. } => {
            let asked = Doctor { paths: paths.clone(), only: only.clone(), skip: skip.clone() };
            show::doctor(terminal, &terminal.during("looking around", ops::doctor(ctx, &asked)).await?)
        }
        Command::Repair { targets, check } => repair(ctx, &target_args(targets), *check, terminal).await,
        Command::Config(command) => config(ctx, command, terminal),
        Command::Demo { .. } | Command::Lsp(_) => {
            Err(Error::new(Kind::Internal, "this command runs without a context"))
        }
    }
}

/// What flags and terminal say about the world.
fn shell(global: &Global, terminal: &Terminal) -> Shell {
    Shell {
        flags: Flags { profile: global.profile.clone(), server: global.server.clone(), ..Flags::default() },
        config_dir: global.config_dir.clone(),
        offline: global.offline,
        attended: terminal.is_attended(),
        ..Shell::default()
    }
}

fn context(global: &Global, terminal: &Terminal) -> Result<Ctx> {
    Ctx::new(&shell(global, terminal))
}

/// Asks on a terminal for the choice that is missing, and gives the context anew with it.
async fn ask(
    error: Error,
    ctx: &Ctx,
    global: &Global,
    args: &mut TargetArgs,
    terminal: &Terminal,
) -> Result<Ctx> {
    let askable = error.kind == Kind::ChoiceNeeded
        && !error.choices.is_empty()
        && terminal.is_attended()
        && !terminal.json;
    let (true, Some(flag)) = (askable, error.flag) else { return Err(error) };
    let chosen = error.choices[terminal.ask_choice(&error.message, &error.choices)?].clone();
    match flag {
        "--ide" => args.ides.push(chosen),
        "--model" => {
            ops::use_selection(ctx, &Use { model: Some(chosen), ..Use::default() }).await?;
        }
        _ => {
            let id = chosen.split(' ').next().unwrap_or_default().to_owned();
            ops::use_selection(ctx, &Use { project: Some(id), ..Use::default() }).await?;
        }
    }
    context(global, terminal)
}

/// The token as a person gives it, or as it is piped in.
fn pasted(
    ctx: &Ctx,
    global: &Global,
    token_stdin: bool,
    no_browser: bool,
    terminal: &Terminal,
) -> Result<Vec<u8>> {
    let pasted =
        if token_stdin {
            let mut pasted = Vec::new();
            std::io::stdin().lock().take(64 * 1024).read_to_end(&mut pasted).map_err(|error| {
                Error::new(Kind::Usage, format!("standard input cannot be read: {error}"))
            })?;
            pasted
        } else if terminal.is_attended() {
            let page = ops::token_page(ctx, global.server.as_deref())?.page;
            terminal.say(&format!("Make a token on this page, and copy it:\n  {page}"));
            if !no_browser && std::io::stdout().is_terminal() {
                ops::open_page(&page);
            }
            terminal.ask_secret("Paste the token (it is not shown): ")?.into_bytes()
        } else {
            return Err(Error::choice(
                "--token-stdin",
                "the token cannot be asked for: this is not a terminal",
                Vec::new(),
            )
            .hint("pipe it in: elitea-helper login --server URL --token-stdin < FILE"));
        };
    Ok(pasted)
}

fn config(ctx: &Ctx, command: &ConfigCommand, terminal: &Terminal) -> Result<u8> {
    match command {
        ConfigCommand::Path => Err(Error::new(Kind::Internal, "the path is told without a context")),
        ConfigCommand::Get { key: None } => show::settings(terminal, &ops::settings(ctx)),
        ConfigCommand::Get { key: Some(key) } => show::setting(terminal, &ops::setting(ctx, key)?),
        ConfigCommand::Set { key, value } => {
            show::setting_changed(terminal, &ops::set_setting(ctx, key, value)?)
        }
        ConfigCommand::Unset { key } => show::setting_changed(terminal, &ops::unset_setting(ctx, key)?),
        ConfigCommand::Explain { key } => show::explained(terminal, &ops::explain(ctx, key)?),
    }
}

async fn token(ctx: &Ctx, command: &TokenCommand, terminal: &Terminal) -> Result<u8> {
    match command {
        TokenCommand::List => {
            let list = terminal.during("asking for the tokens", ops::tokens(ctx)).await?;
            show::tokens(terminal, &list)
        }
        TokenCommand::Found => {
            let found = terminal.during("looking for tokens", ops::discover(ctx)).await?;
            show::found(terminal, &found)
        }
        TokenCommand::Create { name, expires, print } => {
            let expires = lifetime(expires)?;
            let created = terminal.during("making a token", ops::create(ctx, name, expires, *print)).await?;
            show::created(terminal, &created)
        }
        TokenCommand::Rotate { expires, delete_old } => {
            let asked = Rotate { expires: lifetime(expires)?, delete_old: *delete_old };
            let rotated = terminal.during("rotating the token", ops::rotate(ctx, asked)).await?;
            show::rotated(terminal, &rotated)
        }
        TokenCommand::Revoke { token } => {
            let done = match ops::revoke(ctx, token, terminal.says_yes()).await {
                Err(error) if error.flag == Some("--yes") && terminal.is_attended() => {
                    if !terminal.ask_yes(&format!("{}. Delete it?", error.message))? {
                        return Err(error);
                    }
                    ops::revoke(ctx, token, true).await?
                }
                done => done?,
            };
            show::revoked(terminal, &done)
        }
    }
}

/// Shows what would be mended, asks, and mends it. With several ways to mend a fault a person chooses.
async fn repair(ctx: &Ctx, args: &TargetArgs, check: bool, terminal: &Terminal) -> Result<u8> {
    let asks = terminal.is_attended() && !terminal.says_yes() && !terminal.json && !check;
    let mut choose = |finding: &Finding| -> Result<Option<usize>> {
        let Some(fix) = finding.fix.as_ref().filter(|_| asks) else { return Ok(None) };
        show::finding(terminal, finding);
        let mut choices = fix.ways.clone();
        choices.push("leave it as it is".to_owned());
        let chosen = terminal.ask_choice("Which way?", &choices)?;
        Ok((chosen < fix.ways.len()).then_some(chosen))
    };
    let repair = ops::repair(ctx, args, &mut choose).await?;
    if check || !repair.changes() {
        return show::repaired(terminal, &repair.preview, Some(&as_typed(args)));
    }
    if !terminal.says_yes() {
        if !asks {
            let message = "whether to mend it cannot be asked: this is not a terminal";
            return Err(Error::choice("--yes", message, Vec::new()).hint(
                "look at it: elitea-helper repair --check; do it unasked: elitea-helper repair --yes",
            ));
        }
        show::repair_preview(terminal, &repair.preview);
        if !terminal.ask_yes("Mend it?")? {
            return Ok(1);
        }
    }
    show::repaired(terminal, &ops::carry_out_repair(ctx, repair)?, None)
}

/// `30d`, `12h`, `4w` or `never`.
fn lifetime(text: &str) -> Result<Option<Lifetime>> {
    Lifetime::parse(text)
}

/// The targets as they are named on a command line.
fn as_typed(args: &TargetArgs) -> String {
    let mut words: Vec<String> = args.ides.iter().map(|ide| format!(" --ide {ide}")).collect();
    words.extend(args.scopes.iter().map(|scope| format!(" --scope {}", scope.as_str())));
    let quoted = |path: &Path| format!("\"{}\"", path.display());
    words.extend(args.workspace.iter().map(|folder| format!(" --workspace {}", quoted(folder))));
    words.extend(args.recent.then(|| " --recent".to_owned()));
    words.extend(args.paths.iter().map(|path| format!(" {}", quoted(path))));
    words.concat()
}

fn target_args(flags: &TargetFlags) -> TargetArgs {
    TargetArgs { paths: flags.paths.clone(), ..named_targets(&flags.names) }
}

fn named_targets(flags: &TargetNames) -> TargetArgs {
    let scope = |scope: &Scope| match scope {
        Scope::User => ide::Scope::User,
        Scope::Machine => ide::Scope::Machine,
        Scope::Workspace => ide::Scope::Workspace,
    };
    TargetArgs {
        ides: flags.ide.clone(),
        scopes: flags.scope.iter().map(scope).collect(),
        workspace: flags.workspace.clone(),
        recent: flags.recent,
        paths: Vec::new(),
    }
}
