//! The running state: the world, a clock that tests can advance, and what the servers cache.

use std::collections::HashMap;
use std::time::Instant;

use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::faults::Fault;
use super::world::{Project, TokenRow, User, World};
use super::{Dialect, Seen, jwt};
use crate::error::{Error, Kind, Result};

/// How long the Python server remembers a good credential, a token row or an account.
const CACHE: SignedDuration = SignedDuration::from_secs(60);

/// Whom the server takes a request to come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Principal {
    /// An account.
    User(u64),
    /// The bearer of a token without an owner.
    Ownerless,
    /// The public user, when the authorizer is missing.
    Public,
    /// Nobody could be asked, since the authentication service is down.
    Unknown,
}

/// The state behind a running server.
pub(super) struct State {
    pub world: World,
    pub dialect: Dialect,
    /// `http://127.0.0.1:<port>`.
    pub url: String,
    pub faults: Vec<Fault>,
    pub seen: Vec<Seen>,
    /// The rows of all tokens that ever were.
    pub made: Vec<TokenRow>,
    /// Credentials found good lately (Python).
    pub good: HashMap<String, (Principal, DateTime)>,
    /// Token rows looked up lately (Python).
    pub rows: HashMap<String, (TokenRow, DateTime)>,
    /// Accounts of which the author call was made lately (Python).
    pub authors: HashMap<u64, DateTime>,
    base: DateTime,
    started: Instant,
    advanced: SignedDuration,
}

impl State {
    pub(super) fn new(dialect: Dialect, url: String, mut world: World) -> Result<Self> {
        let base = match &world.start {
            Some(start) => start.parse().map_err(|error| {
                Error::new(Kind::Usage, format!("the fake server's start {start:?}: {error}"))
            })?,
            None => TimeZone::UTC.to_datetime(Timestamp::now()),
        };
        if world.key.is_empty() {
            world.key = random_uuid();
        }
        let made = world.tokens.clone();
        Ok(Self {
            world,
            dialect,
            url,
            faults: Vec::new(),
            seen: Vec::new(),
            made,
            good: HashMap::new(),
            rows: HashMap::new(),
            authors: HashMap::new(),
            base,
            started: Instant::now(),
            advanced: SignedDuration::ZERO,
        })
    }

    /// Moves the clock on.
    pub(super) fn advance(&mut self, seconds: i64) {
        self.advanced = self.advanced.saturating_add(SignedDuration::from_secs(seconds));
    }

    /// The server's local time.
    pub(super) fn now(&self) -> DateTime {
        let elapsed = SignedDuration::try_from(self.started.elapsed()).unwrap_or(SignedDuration::ZERO);
        let zone = SignedDuration::from_hours(self.world.zone_hours);
        self.base.saturating_add(elapsed).saturating_add(self.advanced).saturating_add(zone)
    }

    /// Whether something remembered at `since` is still remembered.
    pub(super) fn is_fresh(&self, since: DateTime) -> bool {
        self.now().duration_since(since) < CACHE
    }

    /// The public origin of this deployment.
    pub(super) fn origin(&self) -> &str {
        self.world.origin.as_deref().unwrap_or(&self.url)
    }

    pub(super) fn user(&self, id: u64) -> Option<&User> {
        self.world.users.iter().find(|user| user.id == id)
    }

    pub(super) fn project(&self, id: u64) -> Option<&Project> {
        self.world.projects.iter().find(|project| project.id == id)
    }

    /// A user's permissions in a project, those of all its roles, each once.
    pub(super) fn permissions(&self, user: u64, project: u64) -> Vec<&str> {
        let roles = self.project(project).and_then(|project| project.members.get(&user));
        let mut found: Vec<&str> = Vec::new();
        for permission in roles.into_iter().flatten().filter_map(|role| self.world.roles.get(role)).flatten()
        {
            if !found.contains(&permission.as_str()) {
                found.push(permission);
            }
        }
        found
    }

    /// The whole token of a row, as it was shown once.
    pub(super) fn token_of(&self, row: &TokenRow) -> String {
        jwt::token(&self.world.key, row.uuid.as_deref(), row.expires.as_deref().and_then(|at| at.get(..16)))
    }

    /// The row of a token that is genuine and not expired.
    pub(super) fn find_token(&self, token: &str) -> Option<&TokenRow> {
        let claims = jwt::verify(&self.world.key, token)?;
        if claims
            .get("exp")
            .and_then(serde_json::Value::as_i64)
            .is_some_and(|exp| exp < Timestamp::now().as_second())
        {
            return None;
        }
        let uuid = claims.get("uuid")?.as_str()?;
        let row = self.world.tokens.iter().find(|row| row.uuid.as_deref() == Some(uuid))?;
        let expired = row.expires.as_deref().and_then(parse_time).is_some_and(|at| at <= self.now());
        (!expired).then_some(row)
    }

    /// Makes a token; the lifetime has been added to the clock already.
    pub(super) fn create_token(
        &mut self,
        name: Option<String>,
        user_id: Option<u64>,
        expires: Option<DateTime>,
        project_id: Option<u64>,
    ) -> TokenRow {
        let id = self.world.next_token;
        self.world.next_token += 1;
        let expires = expires.map(|at| at.strftime("%Y-%m-%dT%H:%M:%S.%6f").to_string());
        let row = TokenRow { id, uuid: Some(random_uuid()), name, user_id, expires, project_id };
        self.world.tokens.push(row.clone());
        self.made.push(row.clone());
        row
    }

    /// The first live token of the main user.
    pub(super) fn main_token(&self) -> Option<String> {
        let mine = self.world.tokens.iter().filter(|row| row.user_id == Some(self.world.main_user));
        mine.map(|row| self.token_of(row)).find(|token| self.find_token(token).is_some())
    }

    /// The last seven characters, as lists show them.
    pub(super) fn redacted(&self, row: &TokenRow) -> String {
        let token = self.token_of(row);
        format!("...{}", &token[token.len().saturating_sub(7)..])
    }
}

/// A time without zone, as rows keep it.
pub(super) fn parse_time(text: &str) -> Option<DateTime> {
    text.parse().ok()
}

/// A random UUID, version 4.
pub(super) fn random_uuid() -> String {
    let mut bytes = [0_u8; 16];
    // Without a source of randomness the ids are only less random, which harms no test.
    let _ = getrandom::fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Seconds of a unit of lifetime.
pub(super) fn unit_seconds(measure: &str) -> Option<i64> {
    const UNITS: &[(&str, i64)] =
        &[("seconds", 1), ("minutes", 60), ("hours", 3600), ("days", 86_400), ("weeks", 604_800)];
    UNITS.iter().find(|(name, _)| *name == measure).map(|(_, seconds)| *seconds)
}
