#include "agl/sweep.hpp"

#include "agl/news.hpp"

namespace understudy::daemon::agl {

fleet::StoreWrite::Work sweep(std::int64_t limit) {
  return [limit](fleet::Turn& turn) -> fleet::Answer {
    const auto judged = turn.tx().sweep(turn.now_s(), limit);
    for (const auto& reported : judged) announce_reported(turn, reported);
    return std::to_string(judged.size());
  };
}

fleet::StoreWrite::Work mark_stale(double silent_for_s, std::int64_t limit) {
  return [silent_for_s, limit](fleet::Turn& turn) -> fleet::Answer {
    const auto stale = turn.tx().mark_stale_workers(turn.now_s() - silent_for_s, limit);
    for (const auto& worker : stale) announce_stale(turn, worker);
    return std::to_string(stale.size());
  };
}

}  // namespace understudy::daemon::agl
