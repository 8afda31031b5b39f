#include "CTOMLGuard.h"

#include <CAssertionGuard.h>
#include <CTOML/CTOML.h>
#include <stdlib.h>

static void parse(void *text) {
    CTOMLParseError error = {0};
    // The library has no call that ends a table: every configuration that is read stays in memory once more.
    if (!tableCreateFromString(text, &error)) free((void *)error.description);
}

bool vitals_toml_has_answer(const char *text) {
    return vitals_survives_assertion("toml.hpp", NULL, parse, (void *)text);
}
