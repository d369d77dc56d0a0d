//! The system's keychain. Its calls block and may wait for a prompt that nobody sees, so each runs
//! on a thread of its own with a time limit, and never two at once.

use std::sync::Arc;
use std::time::Duration;

use keyring::{Entry, Error as Fault};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use super::{Server, Token};
use crate::error::{Error, Kind, Result};

const SERVICE: &str = "elitea-helper";

/// Largest secret in bytes. Windows keeps at most 2,560 bytes of a credential
/// (`CRED_MAX_CREDENTIAL_BLOB_SIZE`); the others have no limit that a token could reach.
const LIMIT: usize = if cfg!(windows) { 2_560 } else { 64 * 1024 };

const CHOICES: &str = "use --store file to keep the token in a plain file, or set ELITEA_TOKEN";

/// One permit: the keychain is asked one thing at a time. The thread holds it until its call ends,
/// however long that takes.
static TURN: std::sync::LazyLock<Arc<Semaphore>> = std::sync::LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// How long a call may take: long enough for a person to unlock, or short.
fn limit(attended: bool) -> Duration {
    Duration::from_secs(if attended { 120 } else { 3 })
}

pub(super) async fn get(server: &Server, attended: bool) -> Result<Option<Token>> {
    let user = server.as_str().to_owned();
    let secret = call(limit(attended), move || read(&user)).await?;
    secret.map(|secret| Token::parse(&secret)).transpose().map_err(|mut error| {
        error.message = format!("the keychain holds no token for {server}: {}", error.message);
        error
    })
}

pub(super) async fn set(server: &Server, token: &Token, attended: bool) -> Result<()> {
    if token.expose().len() > LIMIT {
        return Err(Error::new(
            Kind::StoreUnavailable,
            format!("the token is too large for the keychain, which takes {LIMIT} bytes"),
        )
        .hint(CHOICES));
    }
    let (user, token) = (server.as_str().to_owned(), token.clone());
    call(limit(attended), move || Entry::new(SERVICE, &user)?.set_secret(token.expose().as_bytes())).await
}

pub(super) async fn delete(server: &Server, attended: bool) -> Result<bool> {
    let user = server.as_str().to_owned();
    call(limit(attended), move || match Entry::new(SERVICE, &user)?.delete_credential() {
        Ok(()) => Ok(true),
        Err(Fault::NoEntry) => Ok(false),
        Err(fault) => Err(fault),
    })
    .await
}

/// An entry can be named without a keychain at all; only a real one shows that it works.
pub(super) async fn probe(attended: bool) -> Result<()> {
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random)
        .map_err(|error| Error::new(Kind::Internal, format!("no random numbers: {error}")))?;
    let user: String = random.iter().fold("probe-".to_owned(), |text, byte| format!("{text}{byte:02x}"));
    let same = call(limit(attended), move || {
        let entry = Entry::new(SERVICE, &user)?;
        entry.set_secret(&random)?;
        let kept = entry.get_secret();
        entry.delete_credential()?;
        Ok(kept? == random)
    })
    .await?;
    if same { Ok(()) } else { Err(unavailable("it gives back something else than what was put in")) }
}

fn read(user: &str) -> keyring::Result<Option<Vec<u8>>> {
    match Entry::new(SERVICE, user)?.get_secret() {
        Ok(secret) => Ok(Some(secret)),
        Err(Fault::NoEntry) => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn call<T, F>(limit: Duration, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnOnce() -> keyring::Result<T> + Send + 'static,
{
    let Ok(Ok(turn)) = timeout(limit, TURN.clone().acquire_owned()).await else {
        return Err(unavailable("an earlier call still waits for it, perhaps for a prompt to unlock it"));
    };
    let (send, receive) = oneshot::channel();
    // Not the runtime's own blocking threads: ending the process would wait for those.
    let spawned = std::thread::Builder::new().name("keychain".to_owned()).spawn(move || {
        let answer = work();
        drop(turn);
        let _ = send.send(answer);
    });
    if let Err(error) = spawned {
        return Err(Error::new(Kind::Internal, format!("cannot start a thread: {error}")));
    }
    match timeout(limit, receive).await {
        Ok(Ok(answer)) => answer.map_err(|fault| unavailable(&reason(fault))),
        Ok(Err(_)) => Err(unavailable("the call to it broke off")),
        Err(_) => Err(unavailable(&format!(
            "it did not answer within {} seconds, perhaps it waits for a prompt to unlock it",
            limit.as_secs()
        ))),
    }
}

/// The fault in words. Some faults carry what was stored, which must not be shown.
fn reason(fault: Fault) -> String {
    match fault {
        Fault::NoDefaultStore => match Entry::store_status() {
            Err(Fault::PlatformFailure(cause) | Fault::NoStorageAccess(cause)) => cause.to_string(),
            Err(Fault::Invalid(what, why)) => format!("{what} {why}"),
            _ => "this system has none that can be used".to_owned(),
        },
        Fault::PlatformFailure(cause) | Fault::NoStorageAccess(cause) => cause.to_string(),
        Fault::BadEncoding(_) | Fault::BadDataFormat(..) => "the entry there is damaged".to_owned(),
        Fault::Ambiguous(entries) => format!("it has {} entries of the same name", entries.len()),
        Fault::TooLong(what, most) => {
            format!("the {what} is longer than the {most} characters that it takes")
        }
        other => other.to_string(),
    }
}

fn unavailable(why: &str) -> Error {
    let remote = if cfg!(target_os = "linux") && std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_none() {
        " (no D-Bus session here, as in containers and over SSH)"
    } else {
        ""
    };
    let mut error =
        Error::new(Kind::StoreUnavailable, format!("the system's keychain cannot be used: {why}{remote}"))
            .hint(CHOICES);
    error.choices = vec!["file".to_owned(), "env".to_owned()];
    error
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A keychain that waits for a prompt holds nobody up for longer than the limit, and is not
    /// asked again before it answers.
    #[tokio::test]
    async fn a_hanging_keychain_is_asked_once() {
        let short = Duration::from_millis(50);
        let (release, wait) = mpsc::channel::<()>();
        let (ended, end) = oneshot::channel();
        let hanging = call(short, move || {
            let _ = wait.recv();
            let _ = ended.send(());
            Ok(())
        });
        let error = hanging.await.unwrap_err();
        assert!(error.message.contains("did not answer"), "{error}");
        let second = call(short, || Ok(())).await.unwrap_err();
        assert!(second.message.contains("an earlier call still waits"), "{second}");
        assert_eq!(second.choices, ["file", "env"]);
        release.send(()).unwrap();
        end.await.unwrap();
        assert_eq!(call(Duration::from_secs(10), || Ok(7)).await.unwrap(), 7);
    }
}
