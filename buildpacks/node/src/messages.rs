//! x
use crate::errors::BuildpackError;
use explain::{Explain, Message};
impl Explain for BuildpackError {
    fn explain(&self) -> Message {
        Message::ours("node/x", "x").cause(self)
    }
}
