#pragma once
#include "options.hpp"

namespace understudy::shim {

/// Holds the calling process, and all that comes of it, to the files it may use: `--hide PATH` is out of
/// reach and so is what lies in it, `--write PATH` may be used in every way, of the rest nothing can be
/// written. Its standard streams stay usable. Does nothing without `--hide`, and where the kernel has no
/// Landlock. False, with errno: it could not be done.
bool restrict_files(const Options& options);

}  // namespace understudy::shim
