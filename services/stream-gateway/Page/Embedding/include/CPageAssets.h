// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <stddef.h>

/// A file of the page, as it was when the program was built.
struct page_asset {
    const char *name;
    const unsigned char *bytes;
    size_t length;
};

/// How many files there are.
size_t page_assets_count(void);

/// The first of them; the others follow it.
const struct page_asset *page_assets(void);
