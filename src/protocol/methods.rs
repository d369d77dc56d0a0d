//! Every method of our own that crosses the wire: one table, which the server is checked against and
//! the schema and the editors' clients are made from.

use std::marker::PhantomData;

use serde::Deserialize;

use super::auth::{Discovered, LoggedIn, LoggedOut, LoginParams, LogoutParams, PageParams, TokenPage};
use super::config::{Applied, ApplyParams, History, Plan, ResolveParams, TargetParams, UndoParams};
use super::doctor::{Bundle, BundleParams, DoctorReport, RepairParams, Repaired, RuleList, RunParams};
use super::error::{Failed, Failure};
use super::explain::{ConfigPath, ExplainParams, Explained, SettingChanged, SettingList};
use super::handshake::{ClientHello, ServerHello};
use super::ide::IdeList;
use super::model::{ModelList, ModelListParams};
use super::project::ProjectList;
use super::selection::{Selection, SetParams};
use super::settings::{RenderParams, Rendered};
use super::status::{Status, StatusChange};
use super::token::{CreateParams, Created, RevokeParams, Revoked, RotateParams, Rotated, TokenList};
use super::version::Version;

/// No parameters: they are absent, null or an empty object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct NoParams {}

/// Who sends a message, and whether it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From the client to the server, which answers.
    Request,
    /// From the server to the client, unanswered.
    Notification,
}

/// One method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// Its name, `elitea/<noun>/<verb>`.
    pub name: &'static str,
    /// Who sends it.
    pub kind: Kind,
    /// The name of its parameters' type in `protocol`.
    pub params: &'static str,
    /// The name of its result's type in `protocol`; none for a notification.
    pub result: Option<&'static str>,
    /// What it is for, in one sentence.
    pub says: &'static str,
}

/// The method with this name.
pub fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.name == name)
}

macro_rules! methods {
    (
        requests { $($request:literal $params:ident -> $result:ident, $asks:literal;)+ }
        notifications { $($notification:literal $told:ident, $tells:literal;)+ }
        read { $($read:ident)+ }
        written { $($written:ident)+ }
    ) => {
        /// All methods, the requests first.
        pub const METHODS: &[Method] = &[
            $(Method {
                name: $request,
                kind: Kind::Request,
                params: stringify!($params),
                result: Some(stringify!($result)),
                says: $asks,
            },)+
            $(Method {
                name: $notification,
                kind: Kind::Notification,
                params: stringify!($told),
                result: None,
                says: $tells,
            },)+
        ];

        // The names are those of types.
        $(const _: PhantomData<($params, $result)> = PhantomData;)+
        $(const _: PhantomData<$told> = PhantomData;)+
        $(const _: PhantomData<$read> = PhantomData;)+
        $(const _: PhantomData<$written> = PhantomData;)+

        /// Adds every type to the schemas.
        #[cfg(test)]
        pub(super) fn schemas(schemas: &mut super::tests::Schemas) {
            $(schemas.read::<$params>();)+
            $(schemas.written::<$result>();)+
            $(schemas.written::<$told>();)+
            $(schemas.read::<$read>();)+
            $(schemas.written::<$written>();)+
        }
    };
}

methods! {
    requests {
        "elitea/status/get" NoParams -> Status,
            "Tells account, token, selection, and every target in order or not.";
        "elitea/auth/login" LoginParams -> LoggedIn,
            "Checks a token, or one that was found, and stores it. Clients keep this request out of their trace.";
        "elitea/auth/page" PageParams -> TokenPage,
            "Tells where a token is made.";
        "elitea/auth/discover" NoParams -> Discovered,
            "Finds tokens that lie about in known files and in the environment.";
        "elitea/auth/logout" LogoutParams -> LoggedOut,
            "Forgets the token, and takes the token keys that are ours out of the IDEs.";
        "elitea/token/list" NoParams -> TokenList,
            "Lists the account's tokens.";
        "elitea/token/create" CreateParams -> Created,
            "Makes a token and stores it as the one in use.";
        "elitea/token/rotate" RotateParams -> Rotated,
            "Puts a new token in place of the one in use, in every target.";
        "elitea/token/revoke" RevokeParams -> Revoked,
            "Deletes a token on the server.";
        "elitea/project/list" NoParams -> ProjectList,
            "Lists the projects that the account can use.";
        "elitea/model/list" ModelListParams -> ModelList,
            "Lists the models of a project.";
        "elitea/selection/set" SetParams -> Selection,
            "Changes the selection, and tells what is in effect now.";
        "elitea/settings/render" RenderParams -> Rendered,
            "Renders the settings file that ELITEA's web page offers.";
        "elitea/ide/list" NoParams -> IdeList,
            "Lists every IDE found, its config files, and what was left out.";
        "elitea/config/plan" TargetParams -> Plan,
            "Tells what would change in each target.";
        "elitea/config/apply" ApplyParams -> Applied,
            "Carries the plan out.";
        "elitea/config/resolve" ResolveParams -> Applied,
            "Settles keys that the user changed or deleted.";
        "elitea/config/undo" UndoParams -> Applied,
            "Takes a change back.";
        "elitea/config/history" NoParams -> History,
            "Lists what was changed, newest first.";
        "elitea/config/remove" TargetParams -> Applied,
            "Takes our keys out again, each back to what stood there before.";
        "elitea/config/explain" ExplainParams -> Explained,
            "Tells where a value comes from, what it hides, and who wrote it.";
        "elitea/doctor/run" RunParams -> DoctorReport,
            "Finds what is wrong, and says what mends it.";
        "elitea/doctor/repair" RepairParams -> Repaired,
            "Mends what the doctor finds in files.";
        "elitea/doctor/bundle" BundleParams -> Bundle,
            "Writes a support report without secrets.";
    }
    notifications {
        "elitea/status/didChange" StatusChange,
            "Tells that things stand otherwise than before.";
    }
    // In `initializationOptions.elitea`.
    read { ClientHello }
    // In `capabilities.experimental.elitea`; an error's data; what only the command line prints.
    written { ServerHello Failure Failed Version RuleList ConfigPath SettingChanged SettingList }
}
