#pragma once

namespace understudy::shim {

/// Kills what carries the attempt's name in its environment, wherever it has gone: a task whose shim was
/// killed has nobody who cleans up behind it. Shims are left alone, for they say how their tasks ended. True
/// when nothing was there any more within a second.
bool kill_strays(const char* attempt);

}  // namespace understudy::shim
