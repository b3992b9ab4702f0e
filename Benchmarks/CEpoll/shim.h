#pragma once

// Swift's Glibc module leaves epoll out.
#include <stdint.h>
#include <sys/epoll.h>
#include <time.h>
