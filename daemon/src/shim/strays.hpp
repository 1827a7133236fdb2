#pragma once

namespace understudy::shim {

/// Kills what carries the attempt's name in its environment, wherever it has gone: a task whose shim was
/// killed has nobody to clean up after it. Shims are spared, since they report how their tasks ended. True
/// when nothing was left within a second.
bool kill_strays(const char* attempt);

}  // namespace understudy::shim
