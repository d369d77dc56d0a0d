//! Who a certificate is for, who issued it, and until when: the few fields of X.509 (RFC 5280, 4.1)
//! that say why one is refused. Nothing is decided by them.

use jiff::Timestamp;
use rustls::pki_types::CertificateDer;

use crate::elitea::classify::shown;

/// What a certificate says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// Who it is for: `CN=localhost, O=Example`.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// From when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
    /// Whether it was issued by itself.
    pub is_self_signed: bool,
}

/// Tags of DER (X.690) as they stand in a certificate.
mod tag {
    pub(super) const OID: u8 = 0x06;
    pub(super) const UTC_TIME: u8 = 0x17;
    pub(super) const GENERALIZED_TIME: u8 = 0x18;
    pub(super) const BMP_STRING: u8 = 0x1e;
    pub(super) const SEQUENCE: u8 = 0x30;
    pub(super) const SET: u8 = 0x31;
    pub(super) const VERSION: u8 = 0xa0;
    pub(super) const INTEGER: u8 = 0x02;
}

/// The parts of a name that are told, by their OIDs (RFC 4519).
const PARTS: &[(&[u8], &str)] = &[(&[0x55, 4, 3], "CN"), (&[0x55, 4, 10], "O"), (&[0x55, 4, 11], "OU")];

/// Longest certificate that is looked at, in bytes.
const LONGEST: usize = 64 * 1024;

/// Reads a certificate; nothing where it is none.
pub(super) fn read(certificate: &CertificateDer<'_>) -> Option<Certificate> {
    let mut outer = Reader(certificate.get(..).filter(|bytes| bytes.len() <= LONGEST)?);
    let mut signed = Reader(outer.take(tag::SEQUENCE)?);
    let mut fields = Reader(signed.take(tag::SEQUENCE)?);
    if fields.next_is(tag::VERSION) {
        fields.take(tag::VERSION)?;
    }
    fields.take(tag::INTEGER)?;
    fields.take(tag::SEQUENCE)?;
    let issuer = fields.take(tag::SEQUENCE)?;
    let mut validity = Reader(fields.take(tag::SEQUENCE)?);
    let (not_before, not_after) = (time(&mut validity)?, time(&mut validity)?);
    let subject = fields.take(tag::SEQUENCE)?;
    Some(Certificate {
        subject: name(subject)?,
        issuer: name(issuer)?,
        not_before,
        not_after,
        is_self_signed: subject == issuer,
    })
}

/// What is left of a sequence.
struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn next_is(&self, tag: u8) -> bool {
        self.0.first() == Some(&tag)
    }

    /// The next value, of whatever kind: its tag and what is in it.
    fn any(&mut self) -> Option<(u8, &'b [u8])> {
        let (tag, rest) = self.0.split_first()?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match usize::from(*first) {
            short @ 0..=0x7f => (short, rest),
            long @ 0x81..=0x83 => {
                let (digits, rest) = rest.split_at_checked(long - 0x80)?;
                (digits.iter().fold(0, |length, digit| length * 256 + usize::from(*digit)), rest)
            }
            _ => return None,
        };
        let (inside, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((*tag, inside))
    }

    /// What is in the next value, which has this tag.
    fn take(&mut self, tag: u8) -> Option<&'b [u8]> {
        self.any().filter(|(found, _)| *found == tag).map(|(_, inside)| inside)
    }
}

fn name(bytes: &[u8]) -> Option<String> {
    let (mut parts, mut rest) = (Vec::new(), Reader(bytes));
    while !rest.0.is_empty() {
        let mut set = Reader(rest.take(tag::SET)?);
        while !set.0.is_empty() {
            let mut pair = Reader(set.take(tag::SEQUENCE)?);
            let oid = pair.take(tag::OID)?;
            let (kind, text) = pair.any()?;
            if let Some((_, part)) = PARTS.iter().find(|(known, _)| *known == oid) {
                parts.push(format!("{part}={}", shown(&string(kind, text))));
            }
        }
    }
    Some(parts.join(", "))
}

fn string(kind: u8, bytes: &[u8]) -> String {
    if kind == tag::BMP_STRING {
        let units: Vec<u16> =
            bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
        return String::from_utf16_lossy(&units);
    }
    String::from_utf8_lossy(bytes).into_owned()
}

/// `YYMMDDHHMMSSZ`, or the same with four digits of the year (RFC 5280, 4.1.2.5).
fn time(fields: &mut Reader<'_>) -> Option<Timestamp> {
    let (kind, text) = fields.any()?;
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (year, rest) = match kind {
        tag::GENERALIZED_TIME => text.split_at_checked(4)?,
        tag::UTC_TIME => text.split_at_checked(2)?,
        _ => return None,
    };
    let century = match (kind, year.parse::<u8>()) {
        (tag::UTC_TIME, Ok(50..)) => "19",
        (tag::UTC_TIME, _) => "20",
        _ => "",
    };
    if rest.len() != 10 || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |at: usize| rest.get(at..at + 2).unwrap_or_default();
    format!("{century}{year}-{}-{}T{}:{}:{}Z", part(0), part(2), part(4), part(6), part(8)).parse().ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use rustls::pki_types::pem::PemObject;

    use super::*;

    fn pem(name: &str) -> CertificateDer<'static> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tls/");
        CertificateDer::from_pem_file(format!("{folder}{name}")).unwrap()
    }

    #[test]
    fn a_certificate_says_whose_it_is() {
        let expired = read(&pem("expired.pem")).unwrap();
        assert_eq!(expired.subject, "CN=localhost");
        assert_eq!(expired.issuer, "CN=elitea-helper test CA, O=ELITEA tests");
        assert_eq!(expired.not_after.to_string(), "2021-01-01T00:00:00Z");
        assert!(!expired.is_self_signed);
        // After 2049 the year has four digits.
        assert_eq!(read(&pem("future.pem")).unwrap().not_before.to_string(), "2110-01-01T00:00:00Z");
        assert!(read(&pem("self-signed.pem")).unwrap().is_self_signed);
    }

    #[test]
    fn what_is_cut_or_changed_is_no_certificate_or_another() {
        let whole = pem("server.pem");
        for end in 0..whole.len() {
            let cut = CertificateDer::from(whole[..end].to_vec());
            assert!(read(&cut).is_none(), "{end}");
        }
        for at in 0..whole.len() {
            for byte in [0, 0x7f, 0x80, 0x84, 0xff] {
                let mut changed = whole.to_vec();
                changed[at] = byte;
                // Whatever is read, it ends.
                drop(read(&CertificateDer::from(changed)));
            }
        }
    }
}
