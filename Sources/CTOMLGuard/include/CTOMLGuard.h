#pragma once

#include <stdbool.h>

/// Whether the TOML parser has an answer for this text: a table, or an error with its position.
///
/// toml++ as TOMLKit 0.6 carries it asserts where its grammar meets some texts that are not TOML (`[=`, a value that
/// begins with a comma, a time without a digit), which would end the process. This call says false for them.
/// What the parser had allocated until then stays allocated.
bool vitals_toml_has_answer(const char *text);
