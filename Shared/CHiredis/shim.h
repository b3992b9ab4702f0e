#pragma once

// Only the reply reader is used: connections, TLS and timeouts are SwiftNIO's.
#include <hiredis/read.h>
