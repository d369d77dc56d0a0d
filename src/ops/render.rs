//! `render`: the settings file that ELITEA's web page offers as a download.

use super::Ctx;
use super::context::not_signed_in;
use super::selection::resolve;
use crate::error::{Error, Kind, Result};
use crate::protocol::settings::Rendered;
use crate::template;

/// Renders a template for the selection, touching nothing. The page's own placeholder stands for
/// the token unless `with_token`.
///
/// # Errors
/// [`Kind::Usage`] for an unknown template, whatever keeps the selection from being complete, and
/// [`Kind::TokenMissing`] where a token is asked for and none is stored.
pub async fn render(ctx: &Ctx, template: &str, with_token: bool) -> Result<Rendered> {
    let template = template::load(template, Some(&ctx.template_dir()))?;
    let server = ctx.server()?;
    let token = ctx.token(&server).await?.map(|(token, _)| token);
    let resolved = resolve(ctx, &server, token.as_ref()).await?;
    let secret = match (&token, with_token) {
        (Some(token), true) => Some(token.expose()),
        (None, true) => return Err(not_signed_in(&server)),
        (_, false) => None,
    };
    if with_token && template.secret_paths().is_empty() {
        return Err(Error::new(Kind::Usage, format!("{} holds no token", template.file_name()))
            .hint("leave --with-token out"));
    }
    let text = template.render(&resolved.selection, secret)?;
    Ok(Rendered { template: template.id().to_owned(), file_name: template.file_name().to_owned(), text })
}
