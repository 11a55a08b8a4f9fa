//! Messages of the protocol, one JSON object a line; the body of a `put` follows its request as a JSON
//! string in base64.

use std::io::{self, BufRead, Read};

use base64::engine::general_purpose::STANDARD;
use base64::read::DecoderReader;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What `go` asks for. Commands that are not announced are never sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Command {
    Get,
    Put,
    Close,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Request {
    #[serde(rename = "ID")]
    pub(crate) id: i64,
    pub(crate) command: Command,
    #[serde(rename = "ActionID", default, deserialize_with = "from_base64")]
    pub(crate) action: Vec<u8>,
    // Before Go 1.24 came out the field was called ObjectID; both are sent by some versions.
    #[serde(rename = "OutputID", default, deserialize_with = "from_base64")]
    pub(crate) output: Vec<u8>,
    #[serde(default)]
    pub(crate) body_size: u64,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    #[serde(rename = "ID")]
    pub(crate) id: i64,
    #[serde(rename = "Err", skip_serializing_if = "String::is_empty")]
    pub(crate) error: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) known_commands: Vec<Command>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) miss: bool,
    #[serde(
        rename = "OutputID",
        skip_serializing_if = "Vec::is_empty",
        serialize_with = "to_base64"
    )]
    pub(crate) output: Vec<u8>,
    #[serde(skip_serializing_if = "is_zero")]
    pub(crate) size: u64,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) disk_path: String,
}

/// The next request, `None` at the end of the input.
pub(crate) fn read_request(input: &mut impl BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    loop {
        line.clear();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        // `go` ends a request with a newline of its own after the one of the JSON encoder.
        if !line.trim().is_empty() {
            return Ok(Some(serde_json::from_str(&line)?));
        }
    }
}

/// Hands the body of a `put` of `size` bytes to `consume` and leaves the input behind it, whether or not
/// `consume` succeeds.
pub(crate) fn read_body<T>(
    input: &mut impl BufRead,
    size: u64,
    consume: impl FnOnce(&mut dyn Read) -> io::Result<T>,
) -> io::Result<io::Result<T>> {
    if size == 0 {
        return Ok(consume(&mut io::empty()));
    }
    expect(input, b'"')?;
    let mut encoded = input.take(size.div_ceil(3) * 4);
    let result = consume(&mut DecoderReader::new(&mut encoded, &STANDARD));
    io::copy(&mut encoded, &mut io::sink())?;
    expect(input, b'"')?;
    Ok(result)
}

fn expect(input: &mut impl BufRead, wanted: u8) -> io::Result<()> {
    let mut byte = [0];
    loop {
        input.read_exact(&mut byte)?;
        match byte[0] {
            found if found == wanted => return Ok(()),
            b'\n' => {}
            found => {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("the body of a put has byte {found:#04x} where a quote belongs"),
                ));
            }
        }
    }
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    use base64::Engine as _;
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    STANDARD.decode(text).map_err(serde::de::Error::custom)
}

fn to_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    use base64::Engine as _;
    serializer.serialize_str(&STANDARD.encode(bytes))
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "the signature that serde asks for"
)]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
