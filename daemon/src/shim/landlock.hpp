#pragma once
#include "options.hpp"

namespace understudy::shim {

/// Confines the calling process and its descendants to the files they may use: `--hide PATH` is out of reach
/// with all that lies in it, `--write PATH` may be used in every way, the rest cannot be written. Its
/// standard streams stay usable. Does nothing without `--hide`, and where the kernel has no Landlock. False,
/// with errno: it could not be done.
bool restrict_files(const Options& options);

}  // namespace understudy::shim
