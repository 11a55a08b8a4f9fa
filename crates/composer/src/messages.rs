//! Every word said when an image can't be composed.

use explain::{Explain, Message};

use crate::error::{ComposeError, Problem};

impl Explain for ComposeError {
    fn explain(&self) -> Message {
        self.0.explain()
    }
}

impl Explain for Problem {
    fn explain(&self) -> Message {
        Message::ours("stack/todo", "todo").cause(self)
    }
}
