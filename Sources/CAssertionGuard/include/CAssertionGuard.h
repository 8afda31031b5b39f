#pragma once

#include <stdbool.h>

/// Calls `body(context)`, and survives one assertion of a library inside it, on this thread.
///
/// - `file`: how the path of the source file ends in which the assertion stands, as in "logging_mosq.c".
/// - `assertion`: its expression, as in "mosq"; NULL for every assertion of that file.
///
/// Returns true when `body` came back, false when such an assertion failed: the frames between were left without being
/// unwound, so what they had allocated stays allocated. `body` may hold no lock where it can fail, and none of its frames
/// may be Swift's. Every other assertion, and the same one outside of a guarded call, ends the process as ever.
bool vitals_survives_assertion(const char *file, const char *assertion, void (*body)(void *), void *context);
