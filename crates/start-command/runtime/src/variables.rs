//! The variables of a shell: a value, and whether programs get it.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;

/// The search path of a shell that was given none, as dash has it.
const DEFAULT_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// All variables, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variables {
    by_name: BTreeMap<OsString, Variable>,
}

/// One variable as it is now; kept to put it back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    value: Option<OsString>,
    exported: bool,
}

impl Variables {
    /// The variables that a process was started with; all of them are exported. Names that no shell could
    /// have (`a.b`) are kept for the programs, as a program without a shell would get them.
    pub fn of_environment(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let exported = |(name, value)| {
            let value = Some(value);
            let exported = true;
            (name, Variable { value, exported })
        };
        let mut variables = Self {
            by_name: environment.into_iter().map(exported).collect(),
        };
        if variables.get("PATH").is_none() {
            variables.set("PATH", DEFAULT_PATH.into());
        }
        variables
    }

    /// The value of a variable, `None` when it is unset.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&OsStr> {
        let variable = self.by_name.get(OsStr::new(name))?;
        variable.value.as_deref()
    }

    /// Gives a variable a value; it is exported if it was before.
    pub fn set(&mut self, name: &str, value: OsString) {
        self.entry(name).value = Some(value);
    }

    /// Hands a variable to programs from now on.
    pub fn export(&mut self, name: &str) {
        self.entry(name).exported = true;
    }

    /// Forgets a variable, and that it was exported.
    pub fn unset(&mut self, name: &str) {
        self.by_name.remove(OsStr::new(name));
    }

    /// A variable as it is, for [`Self::restore`].
    #[must_use]
    pub fn remember(&self, name: &str) -> Option<Variable> {
        self.by_name.get(OsStr::new(name)).cloned()
    }

    /// Makes a variable what it was.
    pub fn restore(&mut self, name: &str, variable: Option<Variable>) {
        match variable {
            Some(variable) => {
                self.by_name.insert(name.into(), variable);
            }
            None => self.unset(name),
        }
    }

    /// Forgets what programs don't get: a shell that is started knows no more than they.
    pub fn forget_unexported(&mut self) {
        self.by_name
            .retain(|_, variable| variable.exported && variable.value.is_some());
    }

    /// What a program gets, sorted by name.
    pub fn environment(&self) -> impl Iterator<Item = (&OsStr, &OsStr)> {
        self.by_name.iter().filter_map(|(name, variable)| {
            let value = variable.value.as_deref()?;
            variable.exported.then_some((name.as_os_str(), value))
        })
    }

    fn entry(&mut self, name: &str) -> &mut Variable {
        let unset = Variable {
            value: None,
            exported: false,
        };
        self.by_name.entry(name.into()).or_insert(unset)
    }
}

/// Whether bytes are a name that a shell's variable can have.
#[must_use]
pub fn is_name(name: &OsStr) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let is_of_name = |byte: &u8| is_letter(byte) || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    bytes.first().is_some_and(is_letter) && bytes.iter().all(is_of_name)
}
