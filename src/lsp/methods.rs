//! The method table: every request of ours, on one screen. A handler decodes the parameters, calls the
//! verb that the command line calls too, and encodes the same report.

use std::future::Future;
use std::path::PathBuf;
use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::elitea::Lifetime;
use crate::error::{Error, Kind, Result};
use crate::ide::Scope;
use crate::merge::Choice;
use crate::ops::{self, Ctx, Doctor, Given, Login, Rotate, TargetArgs, Use};
use crate::protocol::auth::{
    Discovered, LoggedIn, LoggedOut, LoginParams, LogoutParams, PageParams, TokenPage,
};
use crate::protocol::config::{
    Applied, ApplyParams, History, Plan, ResolveParams, Settle, TargetParams, UndoParams,
};
use crate::protocol::doctor::{
    Bundle, BundleParams, DoctorReport, Finding, RepairChoice, RepairParams, Repaired, RunParams,
};
use crate::protocol::explain::{ExplainParams, Explained};
use crate::protocol::ide::IdeList;
use crate::protocol::methods::NoParams;
use crate::protocol::model::{ModelList, ModelListParams};
use crate::protocol::project::ProjectList;
use crate::protocol::selection::{Selection, SetParams};
use crate::protocol::settings::{RenderParams, Rendered};
use crate::protocol::status::Status;
use crate::protocol::token::{
    CreateParams, Created, RevokeParams, Revoked, RotateParams, Rotated, TokenList,
};

/// What a request does, and so what calling it off may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It looks. It ends at once when it is called off.
    Reads,
    /// It changes files, the store or the server. Called off before its first step it ends at once; from
    /// there on it runs to its end and answers what it did.
    Writes,
}

/// One request.
pub(super) struct Method {
    pub(super) name: &'static str,
    /// The names of the types of its parameters and its result.
    #[cfg(test)]
    types: (&'static str, &'static str),
    pub(super) effect: Effect,
    /// What goes on meanwhile, for people.
    pub(super) title: &'static str,
    pub(super) run: for<'a> fn(&'a Ctx, Value) -> Answer<'a>,
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Value>> + 'a>>;

macro_rules! methods {
    ($($name:literal $effect:ident $title:literal |$ctx:ident, $params:ident: $type:ident| $result:ident = $call:expr;)+) => {
        /// Every request of ours.
        pub(super) const METHODS: &[Method] = &[$(Method {
            name: $name,
            #[cfg(test)]
            types: (stringify!($type), stringify!($result)),
            effect: Effect::$effect,
            title: $title,
            run: |$ctx, params| Box::pin(async move {
                let $params: $type = decode(params)?;
                let result: $result = $call;
                encode(&result)
            }),
        }),+];
    };
}

methods! {
    "elitea/status/get" Reads "asking how things stand" |ctx, _p: NoParams| Status = ops::status(ctx).await?;
    "elitea/auth/login" Writes "checking the token" |ctx, p: LoginParams| LoggedIn = ops::login(ctx, &login(p)?).await?;
    "elitea/auth/page" Reads "finding the page" |ctx, p: PageParams| TokenPage = ops::token_page(ctx, p.server.as_deref())?;
    "elitea/auth/discover" Reads "looking for tokens" |ctx, _p: NoParams| Discovered = ops::discover(ctx).await?;
    "elitea/auth/logout" Writes "signing out" |ctx, p: LogoutParams| LoggedOut = ops::logout(ctx, p.revoke).await?;
    "elitea/token/list" Reads "asking for the tokens" |ctx, _p: NoParams| TokenList = ops::tokens(ctx).await?;
    "elitea/token/create" Writes "making a token" |ctx, p: CreateParams| Created = ops::create(ctx, &p.name, lifetime(p.expires)?, false).await?;
    "elitea/token/rotate" Writes "rotating the token" |ctx, p: RotateParams| Rotated = ops::rotate(ctx, rotation(p)?).await?;
    "elitea/token/revoke" Writes "deleting the token" |ctx, p: RevokeParams| Revoked = ops::revoke(ctx, &p.token, p.confirmed).await?;
    "elitea/project/list" Reads "asking for the projects" |ctx, _p: NoParams| ProjectList = ops::projects(ctx).await?;
    "elitea/model/list" Reads "asking for the models" |ctx, p: ModelListParams| ModelList = ops::models(ctx, p.project).await?;
    "elitea/selection/set" Writes "changing the selection" |ctx, p: SetParams| Selection = ops::use_selection(ctx, &choice(p)).await?;
    "elitea/settings/render" Reads "rendering the settings" |ctx, p: RenderParams| Rendered = render(ctx, &p).await?;
    "elitea/ide/list" Reads "looking for IDEs" |ctx, _p: NoParams| IdeList = ops::ides(ctx)?;
    "elitea/config/plan" Reads "working out what would change" |ctx, p: TargetParams| Plan = ops::plan(ctx, &targets(p)?).await?;
    "elitea/config/apply" Writes "writing the settings" |ctx, p: ApplyParams| Applied = ops::apply(ctx, &targets(p.targets)?, p.plan.as_deref()).await?;
    "elitea/config/resolve" Writes "settling keys" |ctx, p: ResolveParams| Applied = resolve(ctx, p).await?;
    "elitea/config/undo" Writes "taking a change back" |ctx, p: UndoParams| Applied = ops::undo(ctx, p.id.as_deref()).await?;
    "elitea/config/history" Reads "reading the history" |ctx, _p: NoParams| History = ops::history(ctx)?;
    "elitea/config/remove" Writes "taking our keys out" |ctx, p: TargetParams| Applied = ops::remove(ctx, &targets(p)?)?;
    "elitea/config/explain" Reads "looking where values come from" |ctx, p: ExplainParams| Explained = ops::explain(ctx, &p.key)?;
    "elitea/doctor/run" Reads "looking around" |ctx, p: RunParams| DoctorReport = ops::doctor(ctx, &asked(p)).await?;
    "elitea/doctor/repair" Writes "mending files" |ctx, p: RepairParams| Repaired = repair(ctx, p).await?;
    "elitea/doctor/bundle" Writes "writing the report" |ctx, p: BundleParams| Bundle = ops::bundle(ctx, &PathBuf::from(p.path)).await?;
}

/// Clients send the parameters of a request that needs none as nothing, `null`, `{}` or `[]`, and leave
/// a field out or say that it is `null`: all of that is the same to us.
pub(super) fn normalised(params: Option<Value>) -> Value {
    match params {
        None | Some(Value::Null) => Value::Object(Map::new()),
        Some(Value::Array(mut items)) if items.len() < 2 => normalised(items.pop()),
        Some(Value::Object(mut fields)) => {
            fields.retain(|_, value| !value.is_null());
            Value::Object(fields)
        }
        Some(other) => other,
    }
}

fn decode<T: DeserializeOwned>(params: Value) -> Result<T> {
    serde_json::from_value(params)
        .map_err(|error| Error::new(Kind::Usage, format!("the parameters are not understood: {error}")))
}

fn encode<T: Serialize>(report: &T) -> Result<Value> {
    serde_json::to_value(report).map_err(|error| Error::new(Kind::Internal, error.to_string()))
}

fn login(params: LoginParams) -> Result<Login> {
    let given = match (params.token, params.found) {
        (Some(token), None) => Given::Pasted(token.into_bytes()),
        (None, Some(id)) => Given::Found(id),
        (None, None) => return Err(Error::new(Kind::Usage, "neither token nor found is given")),
        (Some(_), Some(_)) => return Err(Error::new(Kind::Usage, "token and found are both given")),
    };
    Ok(Login { server: params.server, given, store: params.store })
}

fn lifetime(expires: Option<String>) -> Result<Option<Lifetime>> {
    expires.map_or(Ok(Some(Lifetime::days(30))), |text| Lifetime::parse(&text))
}

fn rotation(params: RotateParams) -> Result<Rotate> {
    Ok(Rotate { expires: lifetime(params.expires)?, delete_old: params.delete_old })
}

fn choice(params: SetParams) -> Use {
    Use { project: params.project.map(|project| project.to_string()), model: params.model }
}

fn targets(params: TargetParams) -> Result<TargetArgs> {
    let scope = |name: String| {
        let known = [Scope::User, Scope::Machine, Scope::Workspace];
        known.into_iter().find(|scope| scope.as_str() == name).ok_or_else(|| {
            Error::new(Kind::Usage, format!("there is no scope {name:?}"))
                .hint("use user, machine or workspace")
        })
    };
    Ok(TargetArgs {
        ides: params.ides,
        scopes: params.scopes.into_iter().map(scope).collect::<Result<_>>()?,
        workspace: params.workspace.map(PathBuf::from),
        recent: params.recent,
        paths: params.paths.into_iter().map(PathBuf::from).collect(),
    })
}

async fn render(ctx: &Ctx, params: &RenderParams) -> Result<Rendered> {
    if params.with_token {
        let words = "a token is never sent to an editor, so a file with it cannot be either";
        return Err(Error::new(Kind::Usage, words).hint("let the helper write it: elitea/config/apply"));
    }
    ops::render(ctx, &params.ide, false).await
}

async fn resolve(ctx: &Ctx, params: ResolveParams) -> Result<Applied> {
    let choice = match params.choice {
        Settle::Keep => Choice::Keep,
        Settle::Take => Choice::Take,
    };
    ops::resolve(ctx, &params.keys, choice, &targets(params.targets)?).await
}

fn asked(params: RunParams) -> Doctor {
    let paths = params.paths.into_iter().map(PathBuf::from).collect();
    Doctor { paths, only: params.only, skip: params.skip }
}

async fn repair(ctx: &Ctx, params: RepairParams) -> Result<Repaired> {
    let chosen = params.choices;
    let mut choose = |finding: &Finding| {
        let fits = |choice: &&RepairChoice| {
            let place = finding.place.as_ref();
            choice.rule == finding.rule
                && place.is_some_and(|place| place.file == choice.file)
                && (choice.line.is_none() || place.and_then(|place| place.line) == choice.line)
        };
        let ways = finding.fix.as_ref().map_or(0, |fix| fix.ways.len());
        match chosen.iter().find(fits) {
            Some(choice) if choice.way >= ways => {
                let words = format!("{} has {ways} ways, so none has the number {}", choice.rule, choice.way);
                Err(Error::new(Kind::Usage, words))
            }
            choice => Ok(choice.map(|choice| choice.way)),
        }
    };
    let repair = ops::repair(ctx, &targets(params.targets)?, &mut choose).await?;
    if params.check || !repair.changes() {
        return Ok(repair.preview);
    }
    ops::carry_out_repair(ctx, repair)
}

#[test]
fn the_requests_are_those_that_are_published() {
    use crate::protocol::methods::METHODS as PUBLISHED;
    let answered: Vec<_> =
        METHODS.iter().map(|method| (method.name, method.types.0, method.types.1)).collect();
    let published: Vec<_> =
        PUBLISHED.iter().filter_map(|method| Some((method.name, method.params, method.result?))).collect();
    assert_eq!(answered, published);
}
